"""Telegram's HTML parse mode: marked-up text in, plain text and `MessageEntity` objects out.

Telegram has its own small parser, and its errors name a byte offset in the UTF-8 text. This one goes the same
way through the text, so that it accepts the same texts and complains at the same place with the same words.
Offsets and lengths of entities count UTF-16 code units.
"""

import re
from dataclasses import dataclass
from typing import Any

from bot.playground.refusals import Refusal, bad

Entity = dict[str, Any]

SIMPLE_TAGS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler",
    "span": "spoiler", "code": "code", "pre": "pre", "blockquote": "blockquote", "a": "text_link",
    "tg-emoji": "custom_emoji", "tg-time": "date_time",
}  # fmt: skip
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
# What an attribute must be called, and how its value must begin, to mean something: (tag, attribute) -> prefix.
ATTRIBUTES = {
    ("a", "href"): "", ("code", "class"): "language-", ("span", "class"): "tg-", ("tg-emoji", "emoji-id"): "",
    ("tg-time", "unix"): "", ("tg-time", "format"): "",
}  # fmt: skip

SPECIAL = re.compile("[<&]")
SPACES = re.compile(r"[ \t\r\n\v]*")
TAG_NAME = re.compile(r"[^ \t\r\n\0\v>]*")
ATTRIBUTE_NAME = re.compile(r"[^ \t\r\n\0\v=>/\"']*")
TOKEN = re.compile(r"[A-Za-z0-9.-]*")
CHARACTER = re.compile(r"&(?:#x([0-9a-fA-F]{1,7})|#([0-9]{1,8})|([A-Za-z]+));?")


def utf16_length(text: str) -> int:
    """Count UTF-16 code units, the unit of every length and offset in the Bot API."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


@dataclass(slots=True)
class _Open:
    tag: str
    values: dict[str, str]
    offset: int  # UTF-16 units
    piece: int  # index into the pieces of plain text


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text.replace("\0", " ") + "\0"  # the end mark counts as a space, as in Telegram's C strings
        self.at = 0
        self.offset = 0
        self.pieces: list[str] = []
        self.open: list[_Open] = []
        self.entities: list[Entity] = []

    def parse(self) -> tuple[str, list[Entity]]:
        while found := SPECIAL.search(self.text, self.at):
            self.push(self.text[self.at : found.start()])
            self.at = found.start()
            if found[0] == "&":
                self.push(self.character() or "&")
            elif self.text[self.at + 1] == "/":
                self.end_tag()
            else:
                self.start_tag()
        self.push(self.text[self.at : -1])
        if self.open:
            raise fault(f'Can\'t find end tag corresponding to start tag "{self.open[-1].tag}"')
        return "".join(self.pieces), self.entities

    def push(self, plain: str) -> None:
        if plain:
            self.pieces.append(plain)
            self.offset += utf16_length(plain)

    def character(self) -> str | None:
        """Decode the character reference at `at` and step over it; None if it is just an ampersand."""
        found = CHARACTER.match(self.text, self.at)
        decoded = _decoded(found) if found else None
        self.at = found.end() if found and decoded else self.at + 1
        return decoded

    def skip(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.text, self.at)
        assert found is not None  # noqa: S101 - every pattern here also matches nothing
        self.at = found.end()
        return found[0]

    @property
    def ended(self) -> bool:
        return self.at >= len(self.text) - 1

    def byte(self, index: int) -> int:
        return len(self.text[:index].encode("utf-8", "surrogatepass"))

    def start_tag(self) -> None:
        begin = self.at
        self.at += 1
        tag = self.skip(TAG_NAME).lower()
        if self.ended:
            raise fault(f"Unclosed start tag at byte offset {self.byte(begin)}")
        if tag not in SIMPLE_TAGS:
            raise fault(f'Unsupported start tag "{tag}" at byte offset {self.byte(begin)}')
        values: dict[str, str] = {}
        self.skip(SPACES)
        while self.text[self.at] != ">":
            self.attribute(tag, begin, values)
            self.skip(SPACES)
        self.at += 1
        if tag == "span" and values.get("class") != "spoiler":
            raise fault(f'Tag "span" must have class "tg-spoiler" at byte offset {self.byte(begin)}')
        self.open.append(_Open(tag, values, self.offset, len(self.pieces)))

    def attribute(self, tag: str, begin: int, values: dict[str, str]) -> None:
        name = self.skip(ATTRIBUTE_NAME)
        if not name:
            raise fault(f'Empty attribute name in the tag "{tag}" at byte offset {self.byte(begin)}')
        self.skip(SPACES)
        if self.ended:
            raise fault(f'Unclosed start tag "{tag}" at byte offset {self.byte(begin)}')
        value = self.value(tag, begin) if self.text[self.at] == "=" else ""
        prefix = ATTRIBUTES.get((tag, name))
        if prefix is not None and value.startswith(prefix):
            values[name] = value.removeprefix(prefix)
        if (tag, name) == ("blockquote", "expandable"):
            values[name] = "1"

    def value(self, tag: str, begin: int) -> str:
        self.at += 1
        self.skip(SPACES)
        if self.ended:
            raise fault(f'Unclosed start tag "{tag}" at byte offset {self.byte(begin)}')
        start = self.at
        value = self.quoted() if self.text[self.at] in "'\"" else self.skip(TOKEN).lower()
        if self.text[start] not in "'\"" and self.text[self.at] not in " \t\r\n\0\v>":
            raise fault(f"Unexpected end of name token at byte offset {self.byte(start)}")
        if self.ended:
            raise fault(f"Unclosed start tag at byte offset {self.byte(begin)}")
        return value

    def quoted(self) -> str:
        quote = self.text[self.at]
        self.at += 1
        value = ""
        while not self.ended and self.text[self.at] != quote:
            if self.text[self.at] == "&":
                value += self.character() or "&"
            else:
                value += self.text[self.at]
                self.at += 1
        if not self.ended:
            self.at += 1
        return value

    def end_tag(self) -> None:
        begin = self.at
        if not self.open:
            raise fault(f"Unexpected end tag at byte offset {self.byte(begin)}")
        self.at += 2
        tag = self.skip(TAG_NAME)
        self.skip(SPACES)
        if self.text[self.at] != ">":
            raise fault(f"Unclosed end tag at byte offset {self.byte(begin)}")
        self.at += 1
        opened = self.open.pop()
        if tag and tag != opened.tag:
            raise fault(
                f'Unmatched end tag at byte offset {self.byte(begin)}, expected "</{opened.tag}>", found "</{tag}>"'
            )
        if self.offset > opened.offset:
            self.close(opened)

    def close(self, opened: _Open) -> None:
        entity = {
            "type": SIMPLE_TAGS[opened.tag],
            "offset": opened.offset,
            "length": self.offset - opened.offset,
        }
        extra = _EXTRA.get(opened.tag)
        entity |= extra(opened.values, "".join(self.pieces[opened.piece :])) if extra else {}
        inner = self.entities[-1] if self.entities else None
        if opened.tag == "pre" and inner and _language_of(inner, entity):
            entity["language"] = inner["language"]
            self.entities.pop()
        if "url" in entity and not entity["url"]:
            return
        self.entities.append(entity)


def _decoded(found: re.Match[str]) -> str | None:
    hexadecimal, decimal, name = found.groups()
    if name:
        return NAMED.get(name)
    number = int(hexadecimal, 16) if hexadecimal else int(decimal)
    if 0xD800 <= number <= 0xDFFF:
        raise fault(
            "Text contains invalid Unicode characters after decoding HTML entities, "
            "check for unmatched surrogate code units"
        )
    return chr(number) if 0 < number < 0x10FFFF else None


def _language_of(inner: Entity, outer: Entity) -> bool:
    """Tell whether `inner` is a <code class="language-..."> that fills the <pre> around it."""
    return bool(inner.get("language")) and all(inner[key] == outer[key] for key in ("offset", "length"))


def link(url: str) -> str:
    """Return a link as Telegram keeps it: with a scheme and a path; empty if it is none."""
    if url.startswith(("tg://", "ton://", "tonsite://", "mailto:", "tel:")):
        return url
    found = re.fullmatch(r"(?i)(https?://)?([^\s/?#]+\.[^\s/?#.]+|localhost(?::\d+)?)([/?#]\S*)?", url.strip())
    return f"{found[1] or 'http://'}{found[2]}{found[3] or '/'}" if found else ""


def _time(values: dict[str, str], _: str) -> Entity:
    if not values.get("unix", "").isdecimal():
        raise fault("Invalid date-time specified")
    shown = {"date_time_format": values["format"]} if values.get("format") else {}
    return {"unix_time": int(values["unix"]), **shown}


def _emoji(values: dict[str, str], _: str) -> Entity:
    if not values.get("emoji-id", "").isdecimal():
        raise fault("Invalid custom emoji identifier specified")
    return {"custom_emoji_id": values["emoji-id"]}


_EXTRA = {
    "a": lambda values, inside: {"url": link(values.get("href") or inside)},
    "code": lambda values, _: {"language": values["class"]} if values.get("class") else {},
    "blockquote": lambda values, _: {"type": "expandable_blockquote"} if values else {},
    "tg-emoji": _emoji,
    "tg-time": _time,
}


def fault(reason: str) -> Refusal:
    """Return the refusal of a text whose markup cannot be read."""
    return bad(f"can't parse entities: {reason}")


def parse(text: str) -> tuple[str, list[Entity]]:
    """Read text in HTML parse mode.

    Args:
        text: as a bot sends it.

    Returns:
        The plain text, untrimmed, and its entities in the order in which their tags end.

    Raises:
        Refusal: 400 "can't parse entities: ..." with Telegram's own words.
    """
    if "<" not in text and "&" not in text:
        return text, []
    plain, entities = _Parser(text).parse()
    for entity in entities:
        if entity["type"] == "code":
            entity.pop("language", None)  # a language only means something inside <pre>
    return plain, entities
