"""People and care for the tests of the store."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.agendas import Agendas
from bot.check_ins import CheckIns
from bot.crypto import KeyRing, new_id
from bot.mornings import Mornings
from bot.plans import Plans
from bot.practice import Practice, Rules
from bot.readings import Readings
from bot.reports import Reports
from bot.store import check_ins, episodes, persons, sessions
from bot.store.check_ins import Change, Kept
from bot.store.screens import Screen
from bot.timers import Timers
from conversations.model import CheckIn, Note, Past, State, Step, Visibility

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 4, 14, tzinfo=UTC)
THERAPIST_TELEGRAM = 700_000_001
CLIENT_TELEGRAM = 710_000_001


@dataclass(frozen=True, slots=True)
class House:
    """Who lives in a test's database, by id."""

    ring: KeyRing
    practice: Practice
    therapist: int
    client: int
    episode: int
    check_in: int
    version: int

    def agendas(self, timers: Timers) -> Agendas:
        """Build the agendas of sessions on these timers."""
        check_ins = CheckIns(self.ring, self.practice)
        return Agendas(self.ring, timers, Reports(self.ring, check_ins), Readings(self.practice))

    def plans(self, timers: Timers) -> Plans:
        """Build what is planned around sessions on these timers."""
        check_ins = CheckIns(self.ring, self.practice)
        return Plans(self.ring, self.practice, check_ins, timers, Mornings(self.ring, timers), self.agendas(timers))

    async def kept(self, tx: AsyncConnection, now: datetime = NOW) -> Kept:
        """Load the client's check-in."""
        return (await check_ins.load(tx, self.ring, now, ids=[self.check_in]))[self.check_in]


async def person(tx: AsyncConnection, ring: KeyRing, telegram: int) -> int:
    return await persons.add(tx, ring, telegram, language="en", zone="Europe/Berlin", notice="summary", now=NOW)


async def move_in(tx: AsyncConnection, ring: KeyRing) -> House:
    rules = Rules("Practice", BERLIN, "en", "112", timedelta(hours=2), timedelta(minutes=15), None)
    practice = Practice(rules)
    await practice.load(tx, NOW)
    version = practice.version(None).id
    therapist = await person(tx, ring, THERAPIST_TELEGRAM)
    await persons.change(tx, therapist, is_therapist=True)
    client, episode = await client_of(tx, ring, therapist, CLIENT_TELEGRAM, "K-17")
    return House(ring, practice, therapist, client, episode, await planned(tx, episode, NOW), version)


async def client_of(tx: AsyncConnection, ring: KeyRing, therapist: int, telegram: int, code: str) -> tuple[int, int]:
    """Add a client with a running episode; give both ids."""
    client = await person(tx, ring, telegram)
    episode = await episodes.add(tx, ring, client_id=client, therapist_id=therapist, code=code, now=NOW)
    await episodes.add_consent(tx, episode, 1, "en", NOW)
    return client, episode


async def planned(tx: AsyncConnection, episode: int, due_at: datetime) -> int:
    """Add a session and its check-in; give the check-in's id."""
    session = await sessions.add(tx, episode, due_at - timedelta(hours=3), 50, NOW)
    number = new_id()
    await check_ins.add(tx, CheckIn(id=number, episode_id=episode, session_id=session.id, due_at=due_at))
    return number


def in_review(check_in: CheckIn, version: int) -> CheckIn:
    """Give the check-in with everything in it that can be stored."""
    values = {name: getattr(check_in, name) for name in ("id", "episode_id", "session_id", "due_at")}
    return CheckIn(
        **values,
        state=State.OPEN,
        step=Step.REVIEW,
        position=3,
        answers={"bond": 9, "goals": 0, "tasks": None, "overall": 10},
        words={"milestone": "I slept \N{SNOWMAN}"},
        extra=("milestone",),
        past=Past(completed=8, asked=("structure", "listening"), repair_line=8.25),
        note=Note("less homework \N{SNOWMAN}", Visibility.NOW),
        talk=True,
        version_id=version,
        prompted_at=NOW,
        started_at=NOW + timedelta(seconds=1),
        reminder_at=NOW + timedelta(days=1),
        auto_send_at=NOW + timedelta(minutes=15),
        expires_at=NOW + timedelta(days=3),
    )


async def become(tx: AsyncConnection, ring: KeyRing, before: Kept, check_in: CheckIn) -> Kept:
    """Save a new state of a check-in and its screen."""
    after = check_ins.with_check_in(before, check_in)
    await check_ins.save(tx, ring, [Change(before, after)])
    return after


def on_screen(kept: Kept, message_id: int, wanted_rev: int) -> Kept:
    """Give the same check-in with another screen."""
    fields = {name: getattr(kept, name) for name in Kept.__dataclass_fields__}
    return Kept(**{**fields, "screen": Screen(message_id, wanted_rev, kept.screen.shown_rev)})


def session_of(kept: Kept) -> int:
    """Give the session a check-in is about."""
    assert kept.check_in.session_id is not None
    return kept.check_in.session_id
