"""How long a text is for Telegram, and what becomes of one that is too long. Pure.

Telegram counts UTF-16 units once the HTML is read: a caption has at most 1,024 of them, a message 4,096.
"""

import html
import re
from bisect import bisect
from collections.abc import Iterator, Sequence

CAPTION_UNITS = 1024
MESSAGE_UNITS = 4096
PAGE_UNITS = 3500
"""What a page of long answers holds, which leaves room for what stands above and below."""
_SHORTEST = 20
_MORE = "\N{HORIZONTAL ELLIPSIS}"
_TAG = re.compile(r"<[^>]*>")


def units(text: str) -> int:
    """Count a text of our own HTML as Telegram does."""
    return len(html.unescape(_TAG.sub("", text)).encode("utf-16-le")) // 2


def shortened(lines: Sequence[str], room: int) -> list[str]:
    """Shorten the longest of some lines (HTML without tags) until all have room; what still has none is left out."""
    if sum(map(len, lines)) + len(lines) <= room // 2:  # nearly always: no need to count any further
        return list(lines)
    lengths = range(_SHORTEST, max(map(units, lines), default=0) + 1)
    first_too_long = bisect(lengths, False, key=lambda longest: _length(_all(lines, longest)) > room)
    kept = _all(lines, lengths[max(first_too_long - 1, 0)] if lengths else _SHORTEST)
    while kept and _length(kept) > room:
        kept.pop()
    return kept


def _all(lines: Sequence[str], longest: int) -> list[str]:
    return [_cut(line, longest) for line in lines]


def _length(lines: Sequence[str]) -> int:
    return sum(units(line) + 1 for line in lines)


def _cut(line: str, longest: int) -> str:
    plain = html.unescape(line)
    if len(plain.encode("utf-16-le")) // 2 <= longest:
        return line
    head = plain.encode("utf-16-le")[: (longest - 1) * 2].decode("utf-16-le", errors="ignore")
    return html.escape(head.rstrip(), quote=False) + _MORE


def pages(lines: Sequence[str]) -> Iterator[list[str]]:
    """Put lines on as many pages as they need."""
    page: list[str] = []
    for line in lines:
        if page and _length([*page, line]) > PAGE_UNITS:
            yield page
            page = []
        page.append(line)
    if page:
        yield page
