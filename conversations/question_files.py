"""From the bytes of a file to a plain mapping and the place of each of its parts, guarded against hostile files.

YAML 1.2 and JSON. A file may not use anchors, aliases, tags or a key twice; it has one document, a limited size, depth
and number of parts, and numbers of a sane length. What a limit stops is not read any further.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from conversations.faults import MOST, Fault, Path, Place, Places, QuestionSetFault, refuse
from conversations.json_events import json_events

SIZE = 64 * 1024
"""Bytes a YAML file may have."""
JSON_SIZE = 256 * 1024
"""Bytes a JSON file may have: FHIR says the same at greater length, and JSON is read faster."""
DEPTH = 24
"""How deep its parts may be nested."""
PARTS = 4_000
"""How many keys and values a YAML file may hold."""
JSON_PARTS = 12_000
"""How many a JSON file may hold."""
DIGITS = 15
"""How long a number may be."""

UNREADABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_DECIMAL = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?")
_BRACKET = re.compile(r"[\[\]{}]")
_NO_NUMBER = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_NOTHING = ("", "~", "null", "Null", "NULL")
_YES, _NO = ("true", "True", "TRUE"), ("false", "False", "FALSE")
_WORDS: dict[str, bool | None] = {**dict.fromkeys(_NOTHING), **dict.fromkeys(_YES, True), **dict.fromkeys(_NO, False)}


@dataclass(frozen=True, slots=True)
class Opened:
    """A file's content as plain dicts, lists, texts and numbers; where its parts stand; what is wrong with its form.

    `broken` are the paths of parts that could not be read; what else would be said about them is not worth saying.
    """

    content: Any
    places: Places
    faults: tuple[Fault, ...] = ()
    broken: frozenset[Path] = frozenset()


def open_file(raw: bytes) -> Opened:
    """Read a file of at most SIZE bytes.

    Raises:
        QuestionSetFault: where it cannot be read to its end: too large, not UTF-8, no YAML or JSON, too deep, too much.
    """
    text = _decoded(raw)
    is_json = text.lstrip()[:1] == "{" and text.lstrip("{ \t\r\n")[:1] in ('"', "}")
    reader = _Reader(JSON_PARTS if is_json else PARTS)
    if not is_json and len(raw) > SIZE:
        refuse(Place(), f"The file is too large. At most {SIZE // 1024} KB of YAML are read.")
    try:
        content = reader.document(
            json_events(text) if is_json else iter(YAML(typ="safe", pure=True).parse(StringIO(text)))
        )
    except QuestionSetFault:
        raise
    except MarkedYAMLError as error:
        refuse(*_in_plain_words(error))
    except (YAMLError, ValueError):
        refuse(Place(), "The file cannot be read: it is no YAML.")
    places = Places(reader.values, reader.keys)
    return Opened(content, places, tuple(reader.faults), frozenset(reader.broken))


_IN_PLAIN_WORDS = {
    "mapping values are not allowed in this context": "There is a colon too many. Put a text with a colon in quotes.",
    "could not find expected ':'": "A colon is missing before this, or the line is indented wrongly.",
    "found unexpected end of stream": "A quote that begins here has no end.",
    "mapping values are not allowed here": "There is a colon too many. Put a text with a colon in quotes.",
    "found character '\\t' that cannot start any token": "This line is indented with a tab. Use spaces.",
    "expected <block end>, but found '<block mapping start>'": "Look at the indentation: this does not fit.",
    "expected <block end>, but found '<scalar>'": "This does not fit what is before it. Put the whole text in quotes.",
    "expected <block end>, but found '-'": "This does not fit the list above it. Look at the indentation.",
    "expected ',' or '}', but got '<scalar>'": "A comma or a closing } is missing before this.",
    "expected ',' or ']', but got '<scalar>'": "A comma or a closing ] is missing before this.",
}


def _in_plain_words(error: MarkedYAMLError) -> tuple[Place, str]:
    """Say where the reader of YAML got stuck; an open quote is told where it begins, not where the file ends."""
    problem = str(error.problem or "it is no YAML")
    unclosed = problem == "found unexpected end of stream" and error.context_mark
    mark = error.context_mark if unclosed else error.problem_mark or error.context_mark
    place = Place(mark.line + 1, mark.column + 1) if mark else Place()
    return place, _IN_PLAIN_WORDS.get(problem, f"The file cannot be read from here on: {problem}.")


def _decoded(raw: bytes) -> str:
    if len(raw) > JSON_SIZE:
        refuse(Place(), f"The file is too large. At most {JSON_SIZE // 1024} KB are read.")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8-sig")
        refuse(_place_after(before), "The file is not UTF-8 text. Save it as UTF-8.")
    if found := UNREADABLE.search(text):
        refuse(_place_after(text[: found.start()]), "There is a character here that is no text. Delete it.")
    if found := TURNING.search(text):
        refuse(
            _place_after(text[: found.start()]),
            "There is an invisible character here that turns the direction of writing. Delete it.",
        )
    _look_at_depth(text)
    return text


def _look_at_depth(text: str) -> None:
    """Refuse a flood of brackets before YAML's own reader sees it, which takes long over them."""
    depth = 0
    for bracket in _BRACKET.finditer(text):
        depth += 1 if bracket.group() in "[{" else -1
        if depth > 4 * DEPTH:
            refuse(
                _place_after(text[: bracket.start()]),
                f"The file is nested too deeply. At most {DEPTH} levels are read.",
            )


def _place_after(text: str) -> Place:
    lines = text.split("\n")
    return Place(len(lines), len(lines[-1]) + 1)


@dataclass(slots=True)
class _Reader:
    """Builds values out of YAML's events; never recurses deeper than DEPTH."""

    most: int
    values: dict[Path, Place] = field(default_factory=dict)
    keys: dict[Path, Place] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    broken: set[Path] = field(default_factory=set)
    parts: int = 0

    def document(self, events: Iterator[Event]) -> Any:
        content = None
        for event in events:
            if isinstance(event, DocumentStartEvent):
                content = self._document(event, events, content)
            elif isinstance(event, StreamEndEvent):
                break
        return content

    def _document(self, start: DocumentStartEvent, events: Iterator[Event], before: Any) -> Any:
        if start.version and tuple(start.version) != (1, 2):
            refuse(_at(start), "Only YAML 1.2 is read. Delete this line.")
        if self.parts:
            self._fault(_at(start), "A second document begins here. A file holds one question set.", ())
            for _ in events:
                pass
            return before
        return self._value(next(events), events, ())

    def _fault(self, place: Place, sentence: str, path: Path) -> None:
        self.faults.append(Fault(place, sentence, path))
        if len(self.faults) > MOST:
            raise QuestionSetFault(self.faults)

    def _value(self, event: Event, events: Iterator[Event], path: Path) -> Any:
        place = _at(event)
        if isinstance(event, ScalarEvent) and not event.value and event.implicit[0]:
            place = self.keys.get(path, place)  # nothing stands there; what matters is after what
        self.values[path] = place
        self._count(place, path)
        self._look_at_tag(event, place, path)
        if isinstance(event, AliasEvent):
            self._break(place, "References with * are not read. Write the text out here.", path)
            return None
        if isinstance(event, MappingStartEvent):
            return self._mapping(events, path)
        if isinstance(event, SequenceStartEvent):
            return self._list(events, path)
        return self._scalar(event, place, path)

    def _count(self, place: Place, path: Path) -> None:
        self.parts += 1
        if self.parts > self.most:
            refuse(place, f"The file holds too much. At most {self.most} keys and values are read.")
        if len(path) > DEPTH:
            refuse(place, f"The file is nested too deeply. At most {DEPTH} levels are read.")

    def _look_at_tag(self, event: Event, place: Place, path: Path) -> None:
        if isinstance(event, AliasEvent):
            return
        if getattr(event, "anchor", None) is not None:
            self._fault(place, "Marks with & are not read. Delete it and write the text out where it is needed.", path)
        if getattr(event, "tag", None) is not None:
            self._break(place, "Tags with ! are not read. Delete it.", path)

    def _break(self, place: Place, sentence: str, path: Path) -> None:
        self._fault(place, sentence, path)
        self.broken.add(path)

    def _mapping(self, events: Iterator[Event], path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while not isinstance(event := next(events), MappingEndEvent):
            key = self._key(event, events, path)
            place = self.keys.get((*path, key))
            if key in found:
                self._fault(_at(event), "This key stands here twice. Delete one of the two.", (*path, key))
                self._aside(events)
                continue
            self.keys[(*path, key)] = place or _at(event)
            found[key] = self._value(next(events), events, (*path, key))
        return found

    def _key(self, event: Event, events: Iterator[Event], path: Path) -> str:
        self._look_at_tag(event, _at(event), path)
        if isinstance(event, ScalarEvent):
            self._count(_at(event), path)
            if UNREADABLE.search(event.value) or TURNING.search(event.value):
                self._fault(_at(event), "There is a character in this key that cannot be shown. Delete it.", path)
            return str(event.value)
        self._fault(_at(event), "A key must be a word.", path)
        if not isinstance(event, AliasEvent):
            self._skip(event, events)
        return f"?{self.parts}"

    def _aside(self, events: Iterator[Event]) -> None:
        """Read a value that does not count; its places must not hide those of the one that does."""
        values, keys = self.values, self.keys
        self.values, self.keys = {}, {}
        self._value(next(events), events, ())
        self.values, self.keys = values, keys

    def _skip(self, event: Event, events: Iterator[Event]) -> None:
        depth = 1 if isinstance(event, MappingStartEvent | SequenceStartEvent) else 0
        while depth:
            event = next(events)
            self._count(_at(event), ())
            depth += isinstance(event, MappingStartEvent | SequenceStartEvent)
            depth -= isinstance(event, MappingEndEvent | SequenceEndEvent)

    def _list(self, events: Iterator[Event], path: Path) -> list[Any]:
        found: list[Any] = []
        while not isinstance(event := next(events), SequenceEndEvent):
            found.append(self._value(event, events, (*path, len(found))))
        return found

    def _scalar(self, event: Any, place: Place, path: Path) -> Any:
        text: str = event.value
        if UNREADABLE.search(text) or TURNING.search(text):
            self._break(place, "There is a character in this text that cannot be shown. Delete it.", path)
        if not event.implicit[0]:  # quoted, or a block of text
            return text
        if text in _WORDS:
            return _WORDS[text]
        if _INTEGER.fullmatch(text) or _DECIMAL.fullmatch(text):
            return self._number(text, place, path)
        if _NO_NUMBER.fullmatch(text):
            self._break(place, "This is no number that can be used here.", path)
        return text

    def _number(self, text: str, place: Place, path: Path) -> int | float | None:
        if len(text) > DIGITS:
            self._break(place, f"This number is too long. Numbers have at most {DIGITS} digits.", path)
            return None
        return _plain_number(text)


def _plain_number(text: str) -> int | float:
    if text.startswith(("0x", "0o")):
        return int(text, 0)
    return int(text) if _INTEGER.fullmatch(text) else float(text)


def _at(event: Event) -> Place:
    mark = event.start_mark
    return Place(mark.line + 1, mark.column + 1)
