"""How a digest looks: a page with those who need attention first, buttons to the others, the words of the picture."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from bot.charts import DigestWords
from bot.digests import Digest, Line, Span
from bot.telegram.buttons import Button, View, data
from bot.texts import Speech
from conversations.digest import Besides
from conversations.milestones import Milestone

LINES_ON_A_PAGE = 15
"""Clients with something to say: more are not read in one go."""
UNITS_ON_A_PAGE = 3_500
"""UTF-16 units of HTML, which leaves room for what stands above and below; Telegram takes 4,096 after parsing."""
CODES_IN_A_LINE = 50
OPEN, TURN = "digest_open", "digest"
"""The verbs of the buttons that open a digest and turn its pages."""

Entry = tuple[str, str]
"""A heading, empty for none, and one line under it."""


def digest_view(digest: Digest, page: int, zone: ZoneInfo, say: Speech) -> View:
    """Show one page; in place of one that does not exist the last. An empty week is one line."""
    if digest.is_empty:
        return View(say("digest.empty"))
    pages = list(_pages([*_attention(digest, zone, say), *_others(digest, say)]))
    page = min(max(page, 0), len(pages) - 1)
    text = [_title(digest, zone, say), *_under_headings(pages[page]), "", f"<i>{say('summary.footer')}</i>"]
    return View("\n".join(text), _turning(digest, page, len(pages), say))


def ready_view(span: Span, say: Speech) -> View:
    """Say only that there is a digest, for those who want it so."""
    return View(say("digest.ready"), ((Button(say("button.open"), data(OPEN, *span.words, 0)),),))


def _title(digest: Digest, zone: ZoneInfo, say: Speech) -> str:
    first, last = (_day(moment, zone, say) for moment in (digest.since, digest.until))
    title = say("digest.title", first=first, last=last)
    if not digest.asked:
        return title
    share = say.number(round(100 * digest.answered / digest.asked))
    return f"{title}\n{say('digest.rate', answered=digest.answered, asked=digest.asked, share=share)}"


def _day(moment: datetime, zone: ZoneInfo, say: Speech) -> str:
    return say.day(moment.astimezone(zone).date())


def _turning(digest: Digest, page: int, pages: int, say: Speech) -> tuple[tuple[Button, ...], ...]:
    words = Span(digest.since, digest.until).words
    row = []
    if page:
        row.append(Button(say("button.back"), data(TURN, *words, page - 1)))
    if page + 1 < pages:
        row.append(Button(say("button.more"), data(TURN, *words, page + 1)))
    return (tuple(row),) if row else ()


# ---- lines ----


def _attention(digest: Digest, zone: ZoneInfo, say: Speech) -> Iterator[Entry]:
    for line in digest.lines:
        yield say(f"digest.attention.{line.attention.name.lower()}"), client_line(line, zone, say)


def client_line(line: Line, zone: ZoneInfo, say: Speech) -> str:
    """Write one client in one line: the code, answered of asked, and what there is to say."""
    said = [*_score(line, say), *(say(f"digest.flag.{flag.value.lower()}") for flag in line.flags)]
    if line.wants_to_talk:
        said.append(say("digest.wants_to_talk"))
    if line.open_since is not None:
        said.append(say("digest.open_since", day=_day(line.open_since, zone, say)))
    said += [*_besides(line.besides, say), *_milestones(line.milestones, say)]
    head = say("digest.client", code=line.code, answered=line.answered, asked=line.asked)
    return " · ".join([head, *said])


def _besides(besides: Besides, say: Speech) -> Iterator[str]:
    for flag in besides.goal_flags:
        yield say(f"digest.goal.{flag.name.lower()}")
    if besides.goals_moved:
        yield say.count("digest.goals_moved", besides.goals_moved)
    if besides.goals_reached:
        yield say.count("digest.goals_reached", besides.goals_reached)


def _milestones(milestones: tuple[Milestone, ...], say: Speech) -> Iterator[str]:
    for one in milestones:
        yield say(f"digest.milestone.{one.kind}", number=one.number)


def _score(line: Line, say: Speech) -> list[str]:
    if line.score is None:
        return []
    tenths = 0 if line.change is None else round(line.change, 1)
    if not tenths:
        return [say.number(line.score)]
    change = f"{'+' if tenths > 0 else '-'}{say.number(abs(tenths))}"
    return [say("digest.score", score=say.number(line.score), change=change)]


def _others(digest: Digest, say: Speech) -> Iterator[Entry]:
    for codes in _portions(digest.usual):
        yield "", say("digest.usual", codes=codes)
    for codes in _portions(digest.silent):
        yield "", say("digest.silent", codes=codes)
    for codes in _portions(digest.not_asked):
        yield "", say("digest.not_asked", codes=codes)
    for what, reached in _by_milestone(digest, say).items():
        for codes in _portions(reached):
            yield "", say("digest.milestones", what=f"{what[:1].upper()}{what[1:]}", codes=codes)


def _by_milestone(digest: Digest, say: Speech) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for code, each in digest.milestones:
        for what in _milestones(each, say):
            found.setdefault(what, []).append(code)
    return found


def _portions(codes: Sequence[str]) -> Iterator[str]:
    for start in range(0, len(codes), CODES_IN_A_LINE):
        yield ", ".join(codes[start : start + CODES_IN_A_LINE])


def _pages(entries: list[Entry]) -> Iterator[list[Entry]]:
    page: list[Entry] = []
    for entry in entries:
        full = sum(bool(heading) for heading, _ in page) >= LINES_ON_A_PAGE and entry[0]
        if page and (full or sum(map(_units, [*page, entry])) > UNITS_ON_A_PAGE):
            yield page
            page = []
        page.append(entry)
    yield page


def _units(entry: Entry) -> int:
    """Count what an entry takes at most, its heading and the breaks around it too."""
    return len("".join(entry).encode("utf-16-le")) // 2 + 3


def _under_headings(page: list[Entry]) -> Iterator[str]:
    for heading, entries in groupby(page, key=lambda entry: entry[0]):
        yield ""
        if heading:
            yield f"<b>{heading}</b>"
        yield from (line for _, line in entries)


# ---- the picture ----


def caption(shown: int, of_all: int, say: Speech) -> str:
    """Say what the picture shows, and if it does not show everybody."""
    return say("digest.picture") if shown >= of_all else say("digest.picture.some", shown=shown, all=of_all)


def picture_words(say: Speech) -> DigestWords:
    """Write what stands around the small multiples."""
    return DigestWords(
        score=say("chart.score"),
        usual=say("chart.usual"),
        flagged=say("chart.flagged"),
        missed=say("chart.missed"),
        partial=say("chart.partial"),
        note=say("summary.footer"),
    )
