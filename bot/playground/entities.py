"""A formatted text as the Bot API takes it: parse mode or entities in, what is stored and shown out."""

import functools
import re
from typing import Any

from bot.playground import markup
from bot.playground.markup import Entity, utf16_length
from bot.playground.refusals import bad

MOST_ENTITIES = 100  # Telegram ignores the rest
PRIORITY = {"blockquote": 0, "expandable_blockquote": 0, "pre": 1, "code": 2, "text_link": 3}
OPAQUE = {"code", "pre", "text_link", "text_mention"}  # nothing is recognised inside these

# What Telegram makes clickable by itself in any text.
FOUND = re.compile(
    r"(?P<url>\bhttps?://[^\s<>\"]+[^\s<>\".,!?;:)\]}']|\bwww\.[^\s<>\"]+\.[a-z]{2,}(?:/[^\s<>\"]*)?)"
    r"|(?P<email>[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,})"
    r"|(?<![\w@/])(?P<mention>@[A-Za-z][A-Za-z0-9_]{3,31})\b"
    r"|(?<![\w/<>])(?P<bot_command>/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?)(?![\w/])"
    r"|(?<![\w#])(?P<hashtag>#[^\W\d]\w*|#\w*[^\W\d]\w*)"
    r"|(?<![\w@.-])(?P<domain>(?:[a-z0-9-]+\.)+(?:com|org|net|de|es|io|me|info|app|dev|ru|uk|eu|example)\b(?:/[^\s<>\"]*)?)",
    re.IGNORECASE,
)
CLUE = re.compile(r"[@#]|://|/[A-Za-z0-9]|\.[A-Za-z]")  # no text without one of these has anything to recognise


def recognise(text: str, given: list[Entity]) -> list[Entity]:
    """Find links, addresses, mentions, commands and hashtags the way Telegram's apps show them."""
    if not CLUE.search(text):
        return []
    taken = [(e["offset"], e["offset"] + e["length"]) for e in given if e["type"] in OPAQUE]
    found = []
    for match in FOUND.finditer(text):
        start = utf16_length(text[: match.start()])
        length = utf16_length(match[0])
        if not any(start < stop and begin < start + length for begin, stop in taken):
            kind = "url" if match.lastgroup == "domain" else match.lastgroup
            found.append({"type": kind, "offset": start, "length": length})
    return found


def _trimmed(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Cut white space off both ends, as Telegram does, and fit the entities to what is left."""
    inner = text.strip()
    if inner == text:
        return text, entities
    lead = utf16_length(text[: len(text) - len(text.lstrip())])
    end = utf16_length(inner)
    kept = []
    for entity in entities:
        start = max(entity["offset"] - lead, 0)
        stop = min(entity["offset"] + entity["length"] - lead, end)
        if stop > start:
            kept.append({**entity, "offset": start, "length": stop - start})
    return inner, kept


def _given(text: str, entities: list[Entity]) -> list[Entity]:
    """Check entities that a bot listed itself."""
    length = utf16_length(text)
    for entity in entities:
        if not (entity["offset"] >= 0 and 0 < entity["length"] <= length - entity["offset"]):
            raise bad(f"entity beginning at UTF-16 offset {entity['offset']} ends after the end of the text")
        if entity["type"] == "text_link" and not markup.link(entity.get("url") or ""):
            raise bad(f"entity URL '{entity.get('url')}' is invalid: Wrong HTTP URL")
    return entities


def formatted(text: str, parse_mode: str | None, entities: list[Entity] | None) -> tuple[str, list[Entity]]:
    """Read a text field together with its parse mode or its list of entities.

    Args:
        text: `text` or `caption` of a request.
        parse_mode: `HTML` in any case, None or empty. This server reads no Markdown.
        entities: `entities` or `caption_entities`; used when there is no parse mode.

    Returns:
        The trimmed plain text and all its entities, sorted as Telegram sorts them, at most 100.

    Raises:
        Refusal: 400 with Telegram's words.
    """
    if entities:
        return _formatted(text, parse_mode, entities)
    return _remembered(text, parse_mode)


def _formatted(text: str, parse_mode: str | None, entities: list[Entity]) -> tuple[str, list[Entity]]:
    mode = (parse_mode or "").lower()
    if mode in {"markdown", "markdownv2"}:
        raise bad(f"parse mode {parse_mode} is not supported by this local server, use HTML")
    if mode not in {"", "html"}:
        raise bad("unsupported parse_mode")
    if not text.isascii():
        _whole(text)
    if mode:
        plain, found = markup.parse(text)
    else:
        plain, found = text, _given(text, entities)
    plain, found = _trimmed(plain.replace("\r", ""), found)
    found = found + recognise(plain, found)
    if len(found) > 1:
        found.sort(key=lambda e: (e["offset"], -e["length"], PRIORITY.get(e["type"], 5)))
    return plain, found[:MOST_ENTITIES]


@functools.lru_cache(4096)
def _remembered(text: str, parse_mode: str | None) -> tuple[str, list[Entity]]:
    """Read a text once: bots send the same question to everyone. The result is shared, so nobody changes it."""
    return _formatted(text, parse_mode, [])


def _whole(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise bad("strings must be encoded in UTF-8") from None


def said(text: str) -> dict[str, Any]:
    """Return `text` and `entities` of a message that a person typed."""
    plain, found = formatted(text, None, None)
    return {"text": plain, "entities": found} if found else {"text": plain}
