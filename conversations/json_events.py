"""JSON as the events YAML is read as, so that both know the place of each part and have the same guards."""

import json
import re
from collections.abc import Iterator

from ruamel.yaml.error import StringMark
from ruamel.yaml.events import (
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from conversations.faults import Place, refuse

_SIGN = re.compile(r'[ \t\r\n]*(?:("(?:[^"\\\n]|\\.)*")|([-+.\w]+)|([{}\[\],:]))')
_WORDS = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?|true|false|null")


class _Signs:
    """The signs of a text, each with its mark."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._position = 0
        self._line = 0
        self._line_start = 0
        self.mark = self._mark(0)

    def _mark(self, position: int) -> StringMark:
        newlines = self._text.count("\n", self._position, position)
        if newlines:
            self._line += newlines
            self._line_start = self._text.rindex("\n", 0, position) + 1
        self._position = position
        return StringMark("", position, self._line, position - self._line_start, "", 0)

    def next(self) -> str:
        """Give the next sign, "" at the end; `mark` is where it begins."""
        end = self._position
        found = _SIGN.match(self._text, end)
        if found is None:
            rest = re.compile(r"[ \t\r\n]*").match(self._text, end)
            self.mark = self._mark(rest.end() if rest else end)
            if self._position < len(self._text):
                self.refuse("There is something here that JSON does not know.")
            return ""
        start = found.start(found.lastindex or 0)
        self.mark = self._mark(start)
        sign = self._text[start : found.end()]
        self._position = found.end()
        return sign

    def refuse(self, sentence: str) -> None:
        """Say what is wrong with the sign."""
        refuse(Place(self.mark.line + 1, self.mark.column + 1), sentence)


def json_events(text: str) -> Iterator[Event]:
    """Read JSON; what a reader of the events does not ask for is not read.

    Raises:
        QuestionSetFault: where it is no JSON, when it is reached.
    """
    signs = _Signs(text)
    yield DocumentStartEvent(signs.mark, signs.mark, explicit=False)
    yield from _value(signs, signs.next())
    if signs.next():
        signs.refuse("The file should have ended before this.")
    yield StreamEndEvent(signs.mark, signs.mark)


def _value(signs: _Signs, sign: str) -> Iterator[Event]:
    if sign == "{":
        yield from _object(signs)
    elif sign == "[":
        yield from _array(signs)
    else:
        yield _scalar(signs, sign)


def _scalar(signs: _Signs, sign: str) -> Event:
    quoted = sign.startswith('"')
    if not quoted and not _WORDS.fullmatch(sign):
        signs.refuse("A value is missing here." if sign in ("", ",", "}", "]", ":") else "Put this into double quotes.")
    return ScalarEvent(None, None, (not quoted, quoted), _text(signs, sign) if quoted else sign, signs.mark, signs.mark)


def _text(signs: _Signs, sign: str) -> str:
    try:
        text: str = json.loads(sign, strict=False)
        text.encode()
    except ValueError:
        signs.refuse("This text has a backslash too many, or half a character.")
    return text


def _object(signs: _Signs) -> Iterator[Event]:
    yield MappingStartEvent(None, None, True, signs.mark, signs.mark)
    sign = signs.next()
    while sign != "}":
        if not sign.startswith('"'):
            signs.refuse("A key in double quotes is missing here. Is there a comma too many?")
        yield _scalar(signs, sign)
        if signs.next() != ":":
            signs.refuse("A colon is missing before this.")
        yield from _value(signs, signs.next())
        sign = _after(signs, "}")
    yield MappingEndEvent(signs.mark, signs.mark)


def _array(signs: _Signs) -> Iterator[Event]:
    yield SequenceStartEvent(None, None, True, signs.mark, signs.mark)
    sign = signs.next()
    while sign != "]":
        yield from _value(signs, sign)
        sign = _after(signs, "]")
    yield SequenceEndEvent(signs.mark, signs.mark)


def _after(signs: _Signs, closing: str) -> str:
    """Give the sign after a comma, or the closing one."""
    sign = signs.next()
    if sign == closing:
        return sign
    if sign != ",":
        signs.refuse(f"A comma or a closing {closing} is missing before this.")
    sign = signs.next()
    if sign == closing:
        signs.refuse("There is a comma too many before this.")
    return sign
