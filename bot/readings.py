"""What check-ins have said: judged once, kept, and given for a span of time at a cost that knows no history."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.practice import Practice
from bot.store import readings as store
from bot.store.readings import Closed
from conversations.alliance import Course
from conversations.continuity import response
from conversations.core import asks_core
from conversations.judging import Judged, Verdict, judge
from conversations.milestones import WIN, Milestone, milestones
from conversations.model import Answers
from conversations.occasions import Occasion

__all__ = ["Judged", "Readings"]

LATELY = timedelta(days=8)
"""How far back it is looked for what was not judged yet; what is older is judged when somebody looks at it."""


@dataclass(slots=True)
class _News:
    """What was judged just now and is not kept yet; `anew` names episodes that had to be read from the beginning."""

    judged: dict[int, list[Judged]] = field(default_factory=lambda: defaultdict(list))
    through: dict[int, tuple[datetime, Course]] = field(default_factory=dict)
    anew: set[int] = field(default_factory=set)

    def others(self, episode_ids: Collection[int]) -> list[int]:
        """Give the episodes of which what was kept holds."""
        return [one for one in episode_ids if one not in self.anew]

    def beside(self, kept: dict[int, list[Judged]], after: datetime) -> dict[int, list[Judged]]:
        """Put this behind what was kept."""
        for episode_id, judged in self.judged.items():
            kept[episode_id] += [one for one in judged if one.prompted_at > after]
        return kept


class Readings:
    """The use cases around readings. Every method works inside the caller's transaction."""

    def __init__(self, practice: Practice) -> None:
        self._practice = practice

    async def since(
        self, tx: AsyncConnection, episode_ids: Collection[int], after: datetime
    ) -> Mapping[int, Sequence[Judged]]:
        """Give, by episode and oldest first, what check-ins asked after a moment have said, kept or not."""
        news = await self._news(tx, episode_ids)
        return news.beside(await store.kept(tx, news.others(episode_ids), after), after)

    async def asking(
        self, tx: AsyncConnection, episode_ids: Collection[int], after: datetime, recent: datetime
    ) -> Mapping[int, Sequence[Judged]]:
        """Give, of the same, what a digest looks at: what closed after `recent`, and what asks for a word.

        What a score was compared with is left out, and more than that may be given of what is not kept yet.
        """
        news = await self._news(tx, episode_ids)
        return news.beside(await store.asking(tx, news.others(episode_ids), after, recent), after)

    async def keep(self, tx: AsyncConnection, episode_ids: Collection[int]) -> int:
        """Judge what has closed since the last time and keep it; give how many check-ins that were."""
        news = await self._news(tx, episode_ids)
        await store.forget(tx, news.anew)
        await store.keep(tx, news.judged, news.through)
        return sum(map(len, news.judged.values()))

    async def keep_up(self, tx: AsyncConnection, now: datetime, limit: int) -> int:
        """Judge and keep for at most so many episodes what has closed in the last week; give how many check-ins.

        Done all along, there is little left to judge on the morning on which every therapist gets a digest.
        """
        return await self.keep(tx, await store.behind(tx, now - LATELY, limit))

    async def forget(self, tx: AsyncConnection, episode_ids: Collection[int]) -> None:
        """Say that the history of episodes was changed: whatever was judged of them is judged anew when needed."""
        await store.forget(tx, episode_ids)

    async def _news(self, tx: AsyncConnection, episode_ids: Collection[int]) -> _News:
        """Judge what is new. One that closed after a later one was judged makes its episode be read anew."""
        closed, news = await store.unread(tx, episode_ids), _News()
        news.anew = {one.episode_id for one in closed if one.through is not None and one.prompted_at <= one.through}
        if news.anew:
            closed = [one for one in closed if one.episode_id not in news.anew]
            closed += await store.unread(tx, news.anew, whole=True)
        answers, worded = await store.answers_of(tx, [one.check_in_id for one in closed])
        for one in closed:
            self._judge(news, one, answers.get(one.check_in_id, {}), won=(one.check_in_id, WIN) in worded)
        return news

    def _judge(self, news: _News, one: Closed, answers: Answers, *, won: bool) -> None:
        known = news.through.get(one.episode_id)
        course = known[1] if known else store.read_course(None if one.episode_id in news.anew else one.course)
        verdict = Verdict()
        if is_core := asks_core(self._practice.version(one.version_id)):
            course, verdict = judge(course, response(answers))
        news.through[one.episode_id] = (one.prompted_at, course)
        is_after = one.occasion is Occasion.AFTER
        reached = milestones(one.past.completed + 1, won=won) if one.completed and is_after else ()
        answered = bool(answers) or not (is_after or is_core)  # what says nothing but a note is no miss
        judged = _judged(one, verdict, reached, answered=answered)
        news.judged[one.episode_id].append(replace(judged, is_charted=is_core, counts=is_after or is_core))


def _judged(one: Closed, verdict: Verdict, reached: tuple[Milestone, ...], *, answered: bool) -> Judged:
    return Judged(
        check_in_id=one.check_in_id,
        prompted_at=one.prompted_at,
        closed_at=one.closed_at,
        session_at=one.session_at,
        answered=answered,
        talk=one.talk,
        shared_note=one.shared_note,
        score=verdict.score,
        change=verdict.change,
        usual=verdict.usual,
        flags=verdict.flags,
        levels=verdict.levels,
        stands=one.stands,
        milestones=reached,
    )
