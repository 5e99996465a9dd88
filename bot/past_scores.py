"""Past scores: whose a file may bring, what it would do, doing it in one transaction, and taking it back for a day.

They become completed check-ins of the past, each with a session on its day, so that charts, the client's own usual and
flags take them as history. Nobody is told, and nothing counts them as news, as a milestone or as a burden
(`Step.IMPORTED`).
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.access import Role, roles
from bot.crypto import KeyRing, new_id
from bot.practice import Practice
from bot.store import audit, episodes, errands, persons
from bot.store import past_scores as store
from bot.store.audit import Entry
from bot.store.past_scores import Dated, Import, Made
from bot.store.persons import Person
from bot.store.retention import NOTES_KEPT
from conversations.model import CheckIn, Session, State, Step
from conversations.past_scores import ANY_SET, Client, PastCheckIn, PastScores, check, codes_in
from conversations.score_files import Row
from conversations.wall_clock import from_wall

__all__ = ["ACTIONS", "NOTES_KEPT", "Import", "PastScores", "ScoreImports"]

ACTIONS = ("imported", "undone")
"""What `audit` keeps of scores."""
UNDO = timedelta(days=1)
"""How long an import can be taken back."""
_NOON = time(12)
_LENGTH = timedelta(minutes=50)
_BETWEEN = timedelta(seconds=1)
"""Between the check-ins of one day: a client's check-ins have an order."""


@dataclass(frozen=True, slots=True)
class _Home:
    """Where an episode belongs: its therapist's clock, and the sessions that were held."""

    zone: ZoneInfo
    there: Sequence[Session] = ()

    def on(self, day: date) -> list[Session]:
        return [one for one in self.there if one.starts_at.astimezone(self.zone).date() == day]


class ScoreImports:
    """The use cases around past scores. Those with a transaction work inside the caller's."""

    def __init__(self, ring: KeyRing, practice: Practice) -> None:
        self._ring = ring
        self._practice = practice

    async def check(
        self, tx: AsyncConnection, person: Person, rows: Sequence[Row], now: datetime, *, unnamed: str = ""
    ) -> PastScores:
        """Say what a file would bring: an admin's of any client, a therapist's of their own.

        `unnamed` is what a therapist without a name is called to the sender.

        Raises:
            PastScoresFault: with every fault in it.
        """
        clients = await self._clients(tx, person, rows, now, unnamed)
        sets = {version.name: version for version in self._practice.live_versions}
        standard = self._practice.version(None).name
        versions = {(version.name, str(version.number)): version for version in self._practice.versions}
        return await asyncio.to_thread(check, rows, clients=clients, sets=sets, standard=standard, versions=versions)

    async def _clients(
        self, tx: AsyncConnection, person: Person, rows: Sequence[Row], now: datetime, unnamed: str
    ) -> Mapping[str, Sequence[Client]]:
        """Give whom the codes of a file stand for, among those whose scores the sender may bring."""
        wanted = codes_in(rows)
        found: dict[str, list[Client]] = defaultdict(list)
        for therapist in await self._therapists(tx, person):
            name = " ".join((persons.name(self._ring, therapist) or unnamed).split())
            today, texts_since = _days(now, therapist.zone)
            mine = {one.code: one.id for one in await self._running(tx, therapist) if one.code in wanted}
            asked = await store.dated_of(tx, mine.values(), now)
            for code, number in mine.items():
                taken = self._taken(asked.get(number, ()), therapist.zone)
                found[code].append(Client(number, today, name, taken, texts_since))
        return found

    async def _therapists(self, tx: AsyncConnection, person: Person) -> Sequence[Person]:
        if Role.ADMIN in roles(person):
            return await persons.therapists(tx)
        return [person] if Role.THERAPIST in roles(person) else []

    async def _running(self, tx: AsyncConnection, therapist: Person) -> Sequence[episodes.Episode]:
        return await episodes.of_therapist(tx, self._ring, therapist.id)

    def _taken(self, asked: Iterable[Dated], zone: ZoneInfo) -> Mapping[date, frozenset[str]]:
        taken: dict[date, set[str]] = defaultdict(set)
        for one in asked:
            name = ANY_SET if one.version_id is None else self._practice.version(one.version_id).name
            taken[one.moment.astimezone(zone).date()].add(name)
        return {day: frozenset(names) for day, names in taken.items()}

    # ---- doing it ----

    async def made_by(self, tx: AsyncConnection, person: Person, message_id: int) -> Import | None:
        """Give the import that was made by pressing under a message; None where it was not, or was taken back."""
        return await store.of_message(tx, person.id, message_id)

    async def bring(
        self,
        tx: AsyncConnection,
        person: Person,
        rows: Sequence[Row],
        message_id: int,
        now: datetime,
        *,
        unnamed: str = "",
    ) -> Import:
        """Import a file: all of it or, with a fault, nothing.

        Raises:
            PastScoresFault: with every fault in it; nothing is written then.
        """
        found = await self.check(tx, person, rows, now, unnamed=unnamed)
        homes = await self._homes(tx, found.episode_ids, now)
        made = [each for some in _by_day(found.check_ins) for each in _made(some, homes[some[0].episode_id])]
        one = Import(new_id(), person.id, message_id, found.scores, len(found.episode_ids), now)
        await store.put(tx, self._ring, one, made, now)
        await self._note(tx, person, "imported", one, now)
        return one

    async def _homes(self, tx: AsyncConnection, episode_ids: Iterable[int], now: datetime) -> Mapping[int, _Home]:
        found = await episodes.by_ids(tx, self._ring, episode_ids)
        people = await persons.by_ids(tx, list({one.therapist_id for one in found.values()}))
        there = await store.sessions_of(tx, list(found), now)
        return {one.id: _Home(people[one.therapist_id].zone, there.get(one.id, ())) for one in found.values()}

    async def find(self, tx: AsyncConnection, person: Person, number: int, now: datetime) -> Import | None:
        """Give an import of somebody's own that can still be taken back."""
        one = await store.find(tx, number)
        return one if one is not None and one.person_id == person.id and one.created_at > now - UNDO else None

    async def take_back(self, tx: AsyncConnection, person: Person, one: Import, now: datetime) -> None:
        """Take an import back, with all that came of it."""
        await store.take_back(tx, one.id)
        await self._note(tx, person, "undone", one, now)

    async def give_up(self, tx: AsyncConnection, person: Person, kind: str, message_id: int) -> None:
        """Forget an import that was pressed and is still being fetched."""
        await errands.drop(tx, person.id, kind, message_id)

    async def forget(self, tx: AsyncConnection, now: datetime) -> None:
        """Forget imports that can no longer be taken back."""
        await store.forget(tx, now - UNDO)

    async def _note(self, tx: AsyncConnection, person: Person, action: str, one: Import, now: datetime) -> None:
        await audit.add(tx, Entry(now, person.id, f"scores.{action}", f"{one.scores} / {one.clients}"))


def _days(now: datetime, zone: ZoneInfo) -> tuple[date, date]:
    """Give today, and the first day whose words will not be deleted within a day."""
    return now.astimezone(zone).date(), (now - NOTES_KEPT).astimezone(zone).date() + timedelta(days=1)


def _by_day(check_ins: Iterable[PastCheckIn]) -> Iterable[Sequence[PastCheckIn]]:
    days: dict[tuple[int, date], list[PastCheckIn]] = defaultdict(list)
    for one in check_ins:
        days[one.episode_id, one.day].append(one)
    return days.values()


def _made(some: Sequence[PastCheckIn], home: _Home) -> Iterable[Made]:
    """Make the check-ins of one client and day, after the session of that day or a new one at noon."""
    there = home.on(some[0].day)
    session = there[0] if there else _session(some[0], home.zone)
    for place, one in enumerate(some):
        yield Made(_check_in(one, session, place), session if not there and place == 0 else None)


def _session(one: PastCheckIn, zone: ZoneInfo) -> Session:
    return Session(new_id(), one.episode_id, from_wall(one.day, _NOON, zone), _LENGTH)


def _check_in(one: PastCheckIn, session: Session, place: int) -> CheckIn:
    moment = session.starts_at + place * _BETWEEN
    return CheckIn(
        id=new_id(),
        episode_id=one.episode_id,
        session_id=session.id,
        due_at=moment,
        state=State.COMPLETED,
        step=Step.IMPORTED,
        answers=one.answers,
        words=one.words,
        extra=one.extra,
        version_id=one.version_id,
        prompted_at=moment,
        closed_at=moment,
    )
