"""What each closed check-in said, kept so that nobody has to read a client's whole history again.

`readings` holds one row a check-in, `courses` one row an episode: what must be remembered to judge the next one. Both
only repeat what follows from sessions, check-ins and answers; `forget` drops them and the next look builds them anew.
What it costs depends on the time looked at and on what is new, never on how long the care has lasted.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Row,
    Select,
    and_,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.history import ASKED, COUNTS, DATED, OF_SESSION
from bot.store.parts import parts
from bot.store.pasts import read_past
from bot.store.reading_rows import SAID, read_judged, write_judged
from bot.store.tables import Moment, answers, check_ins, courses, discussions, episodes, notes, readings, sessions
from conversations.alliance import Course
from conversations.baseline import Baseline
from conversations.discussion import Discussion
from conversations.flag import Level
from conversations.judging import Judged
from conversations.model import Answers, Past, State, Visibility
from conversations.occasions import Occasion

LATE = timedelta(days=14)
"""How much later than one that was asked after it a check-in may close; it is 72 hours but for a long outage."""
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
"""When past scores from a file count as closed, so that no digest takes them for news."""


Worded = tuple[int, str]
"""A check-in and a question of it."""


@dataclass(frozen=True, slots=True)
class Closed:
    """A closed check-in that has no reading yet, with its client's course as it was before.

    `completed` is False too where the answers came from a file, which makes no milestone.
    """

    check_in_id: int
    episode_id: int
    version_id: int | None
    completed: bool
    past: Past
    prompted_at: datetime
    closed_at: datetime
    session_at: datetime
    occasion: Occasion
    talk: bool
    shared_note: bool
    stands: Discussion | None
    through: datetime | None
    course: str | None


_USUAL = (readings.c.usual_mean, readings.c.usual_spread, readings.c.usual_k, readings.c.usual_threshold)
_ASKS_FOR_A_WORD = or_(
    readings.c.talk,
    readings.c.shared_note,
    *(readings.c.flags.contains(f":{level}") for level in (Level.RED, Level.AMBER)),
    discussions.c.stands == Discussion.OPEN.value,
)


def _kept(*more: ColumnElement[Any]) -> Select[Any]:
    return (
        select(*SAID, *more)
        .select_from(readings.outerjoin(discussions, discussions.c.check_in_id == readings.c.check_in_id))
        .where(readings.c.episode_id.in_(bindparam("ids", expanding=True)))
        .where(readings.c.prompted_at > bindparam("after", type_=Moment))
        .order_by(readings.c.episode_id, readings.c.prompted_at)
    )


_READABLE = and_(COUNTS, check_ins.c.prompted_at.is_not(None), check_ins.c.closed_at.is_not(None))


def _unread(*, whole: bool) -> Select[Any]:
    """Closed check-ins without a reading; `whole` takes every one of these episodes, read or not."""
    mine = check_ins.c.episode_id == episodes.c.id
    late = LATE // timedelta(milliseconds=1)
    recent = type_coerce(check_ins.c.prompted_at, BigInteger) > (
        func.coalesce(type_coerce(courses.c.through, BigInteger), late) - late
    )
    joined = (
        episodes.outerjoin(courses, courses.c.episode_id == episodes.c.id)
        .join(check_ins, mine if whole else mine & recent)
        .outerjoin(sessions, OF_SESSION)
        .outerjoin(readings, readings.c.check_in_id == check_ins.c.id)
        .outerjoin(notes, notes.c.check_in_id == check_ins.c.id)
        .outerjoin(discussions, discussions.c.check_in_id == check_ins.c.id)
    )
    chosen = (
        select(
            check_ins.c.id,
            check_ins.c.episode_id,
            check_ins.c.version_id,
            check_ins.c.state,
            ASKED.label("asked"),
            check_ins.c.past,
            check_ins.c.prompted_at,
            check_ins.c.closed_at,
            check_ins.c.talk,
            DATED.label("dated"),
            check_ins.c.occasion,
            notes.c.visibility,
            discussions.c.stands,
            courses.c.through,
            courses.c.content,
        )
        .select_from(joined)
        .where(episodes.c.id.in_(bindparam("ids", expanding=True)), _READABLE)
        .order_by(check_ins.c.episode_id, check_ins.c.prompted_at)
    )
    return chosen if whole else chosen.where(readings.c.check_in_id.is_(None))


_KEPT = _kept(*_USUAL)
_NOW = _kept().where(or_(readings.c.closed_at > bindparam("news", type_=Moment), _ASKS_FOR_A_WORD))
_NEW = _unread(whole=False)
_WHOLE = _unread(whole=True)
_ANSWERS = select(
    answers.c.check_in_id, answers.c.question_id, answers.c.rating, answers.c.text_sealed.is_not(None)
).where(answers.c.check_in_id.in_(bindparam("ids", expanding=True)))


async def kept(tx: AsyncConnection, episode_ids: Collection[int], after: datetime) -> dict[int, list[Judged]]:
    """Give what was kept of check-ins whose clients were asked after a moment, by episode, oldest first."""
    found: dict[int, list[Judged]] = defaultdict(list)
    for part in parts(episode_ids):
        for row in await tx.execute(_KEPT, {"ids": part, "after": after}):
            usual = None if row.usual_k is None else Baseline(*row[-4:])
            found[row[0]].append(read_judged(row[1:-4], usual))
    return found


async def asking(
    tx: AsyncConnection, episode_ids: Collection[int], after: datetime, news: datetime
) -> dict[int, list[Judged]]:
    """Give, as `kept` does but without what is usual, those that closed after `news` or ask for a word."""
    found: dict[int, list[Judged]] = defaultdict(list)
    for part in parts(episode_ids):
        for row in await tx.execute(_NOW, {"ids": part, "after": after, "news": news}):
            found[row[0]].append(read_judged(row[1:]))
    return found


async def unread(tx: AsyncConnection, episode_ids: Collection[int], *, whole: bool = False) -> list[Closed]:
    """Give closed check-ins that have no reading yet, oldest first within each episode; `whole` gives all."""
    found: list[Closed] = []
    for part in parts(episode_ids):
        found += [_closed(row) for row in await tx.execute(_WHOLE if whole else _NEW, {"ids": part})]
    return found


async def answers_of(tx: AsyncConnection, check_in_ids: Collection[int]) -> tuple[Mapping[int, Answers], set[Worded]]:
    """Give the answers of check-ins, those without any absent, and which questions were answered in words."""
    given: dict[int, dict[str, int | None]] = defaultdict(dict)
    worded = set()
    for part in parts(check_in_ids):
        for check_in_id, question_id, rating, has_words in await tx.execute(_ANSWERS, {"ids": part}):
            given[check_in_id][question_id] = rating
            if has_words:
                worded.add((check_in_id, question_id))
    return given, worded


async def behind(tx: AsyncConnection, after: datetime, limit: int) -> list[int]:
    """Give episodes of which a check-in closed after a moment and has no reading yet."""
    chosen = (
        select(check_ins.c.episode_id)
        .outerjoin(sessions, OF_SESSION)
        .outerjoin(readings, readings.c.check_in_id == check_ins.c.id)
        .where(check_ins.c.closed_at > after, readings.c.check_in_id.is_(None), _READABLE)
        .order_by(check_ins.c.closed_at)  # not DISTINCT: for that SQLite reads every check-in there is, by episode
        .limit(limit)
    )
    return list(dict.fromkeys((await tx.execute(chosen)).scalars()))


def _closed(row: Row[Any]) -> Closed:
    number, episode, version, state, asked, past, prompted, closed, *more = tuple[Any, ...](row)
    talk, dated, occasion, visibility, stands, through, course = more
    return Closed(
        check_in_id=number,
        episode_id=episode,
        version_id=version,
        completed=state == State.COMPLETED.value and bool(asked),
        past=read_past(past),
        prompted_at=prompted,
        closed_at=closed if asked else LONG_AGO,
        session_at=dated,
        occasion=Occasion(occasion),
        talk=talk,
        shared_note=visibility in (Visibility.NOW, Visibility.BEFORE),
        stands=Discussion(stands) if stands else None,
        through=through,
        course=course,
    )


def read_course(content: str | None) -> Course:
    """Read what `keep` wrote; a fresh course where there is nothing."""
    return Course() if content is None else Course.from_data(json.loads(content))


async def keep(
    tx: AsyncConnection, judged: Mapping[int, Sequence[Judged]], through: Mapping[int, tuple[datetime, Course]]
) -> None:
    """Write readings by episode, and the courses after them with the moment they reach to."""
    rows = [write_judged(episode_id, one) for episode_id, several in judged.items() for one in several]
    if rows:
        await tx.execute(insert(readings), rows)
    if through:
        into = sqlite.insert(courses) if tx.dialect.name == "sqlite" else postgresql.insert(courses)
        changed = {"through": into.excluded.through, "content": into.excluded.content}
        await tx.execute(
            into.on_conflict_do_update(index_elements=["episode_id"], set_=changed),
            [_course(episode_id, *reached) for episode_id, reached in through.items()],
        )


def _course(episode_id: int, through: datetime, course: Course) -> dict[str, Any]:
    content = json.dumps(course.to_data(), separators=(",", ":"))
    return {"episode_id": episode_id, "through": through, "content": content}


async def forget(tx: AsyncConnection, episode_ids: Collection[int]) -> None:
    """Drop what was kept of episodes whose history was changed; the next look judges them from the beginning."""
    for part in parts(episode_ids):
        await tx.execute(delete(readings).where(readings.c.episode_id.in_(part)))
        await tx.execute(delete(courses).where(courses.c.episode_id.in_(part)))
