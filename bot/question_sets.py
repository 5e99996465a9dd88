"""The practice's question sets: drafts, publishing, going back, retiring, who is asked what, and previews.

Published versions never change, and a check-in keeps the one it began with. Every change leaves a row in `audit`.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.before_sessions import look_again
from bot.known_sets import Choice, Set
from bot.practice import BUILT_IN_NAME, OFFERED, Practice
from bot.store import audit, persons
from bot.store import question_sets as store
from bot.store.audit import Entry
from bot.store.persons import Person
from bot.store.question_sets import Stored
from conversations import check_in_writing
from conversations.check_in import advance
from conversations.events import Event, Outcome
from conversations.model import CheckIn, State, Terms
from conversations.occasions import EACH, Assignment, Occasion
from conversations.question_diff import differences
from conversations.question_sets import read_file

__all__ = ["Assignment", "Choice", "Entry", "QuestionSets", "Set", "Stored", "Trouble", "known_sets"]


CHANGES = (
    "uploaded",
    "replaced",
    "discarded",
    "published",
    "went_back",
    "retired",
    "assigned",
    "unassigned",
    "asked_now",
)
"""What can be done to a set; `audit` keeps each."""
OF_ASKING = tuple(f"questions.{action}" for action in ("assigned", "unassigned", "asked_now"))
"""The rows of `audit` whose detail ends in an occasion, how often, and whom: 0 for everyone, a therapist, a client."""
ONE_CLIENT = "client"
"""What stands there for one client, whoever it is."""


class Trouble(StrEnum):
    """Why something was not done. Each has a sentence in the locale files."""

    GONE = "questions.gone"
    SAME = "questions.same"
    NEEDS_READER = "questions.needs_reader"
    STILL_ASKED = "questions.still_asked"
    NOT_LIVE = "questions.not_live"


async def known_sets(tx: AsyncConnection) -> list[Set]:
    """Give every set, by name."""
    versions, assigned = await store.all_versions(tx), await store.all_assignments(tx)
    everyone = [one for one in assigned if one.about_id == 0 and one.occasion is Occasion.AFTER]
    standard = next((one.name for one in everyone if one.every == EACH), BUILT_IN_NAME)
    return [
        Set(
            name,
            tuple(version for version in versions if version.name == name),
            tuple(one for one in assigned if one.name == name),
            name == standard,
        )
        for name in dict.fromkeys(version.name for version in versions)
    ]


class QuestionSets:
    """The use cases around question sets. Every method works inside the caller's transaction."""

    def __init__(self, practice: Practice) -> None:
        self._practice = practice

    async def sets(self, tx: AsyncConnection) -> list[Set]:
        """Give every set, by name."""
        return await known_sets(tx)

    async def named(self, tx: AsyncConnection, name: str) -> Set | None:
        """Give a set."""
        return next((one for one in await self.sets(tx) if one.name == name), None)

    async def beyond(self, tx: AsyncConnection, budget: int | None) -> list[Set]:
        """Give the sets that nobody can be asked, because of the budget of questions."""
        return [one for one in await self.sets(tx) if one.is_beyond(budget)]

    async def version(self, tx: AsyncConnection, version_id: int) -> Stored | None:
        """Give a version."""
        return await store.find(tx, version_id)

    async def take_draft(
        self, tx: AsyncConnection, admin: Person, content: Mapping[str, Any], now: datetime
    ) -> Stored | Trouble:
        """Keep an uploaded set as a draft; one that is no different from the live version is not kept."""
        known = await self.named(tx, content["name"])
        if known and known.live and not differences(known.live.content, content):
            return Trouble.SAME
        replaced = known is not None and known.loses_draft_to(content)
        draft = await store.add_draft(tx, content, now)
        await self._note(tx, admin, "replaced" if replaced else "uploaded", draft, now)
        return draft

    def offers(self, sets: Iterable[Set]) -> list[Mapping[str, Any]]:
        """Give the sets of the library that this practice does not have yet."""
        known = {one.name for one in sets}
        return [content for content in _library() if content["name"] not in known]

    async def take_offer(self, tx: AsyncConnection, admin: Person, name: str, now: datetime) -> Trouble | None:
        """Take a set of the library over as a draft, where it is not there yet."""
        found = [one for one in self.offers(await self.sets(tx)) if one["name"] == name]
        if not found:
            return Trouble.GONE
        await self.take_draft(tx, admin, found[0], now)
        return None

    async def discard(self, tx: AsyncConnection, admin: Person, version: Stored, now: datetime) -> Trouble | None:
        """Forget a draft."""
        if not await store.discard(tx, version.id):
            return Trouble.GONE
        await self._note(tx, admin, "discarded", version, now)
        return None

    async def publish(
        self, tx: AsyncConnection, admin: Person, version: Stored, now: datetime, reader: str | None = None
    ) -> Trouble | None:
        """Make a draft live; one that is published already stays as it is. Check-ins that have begun keep theirs.

        Args:
            tx: the transaction.
            admin: who does it.
            version: the version.
            now: when.
            reader: who looks at answers about danger to life, and how fast; needed where the set asks about it.
        """
        if version.published_at is not None:
            return None  # pressed twice, or late: another version may be asked by now
        return await self._make_live(tx, admin, "published", version, now, reader)

    async def go_back(
        self, tx: AsyncConnection, admin: Person, version: Stored, now: datetime, reader: str | None = None
    ) -> Trouble | None:
        """Let an earlier version be asked again; one that is live already stays as it is. See `publish`."""
        if version.published_at is None:
            return Trouble.GONE
        return None if version.live else await self._make_live(tx, admin, "went_back", version, now, reader)

    async def _make_live(
        self, tx: AsyncConnection, admin: Person, action: str, version: Stored, now: datetime, reader: str | None
    ) -> Trouble | None:
        if version.content.get("has_risk_item") and not (reader or version.reader):
            return Trouble.NEEDS_READER
        await store.make_live(tx, version, now, reader)
        await self._note(tx, admin, action, version, now)
        await self._practice.read(tx)
        return None

    async def retire(self, tx: AsyncConnection, admin: Person, known: Set, now: datetime) -> Trouble | None:
        """Let a set rest; what everybody is asked stays, and so does the built-in set, to fall back to."""
        if known.live is None:
            return Trouble.NOT_LIVE
        if known.is_standard or known.name == BUILT_IN_NAME:
            return Trouble.STILL_ASKED
        await store.retire(tx, known.name)
        for one in known.assignments:
            await store.unassign(tx, one.about_id, one.name, one.occasion)
        await self._note(tx, admin, "retired", known.live, now)
        await self._changed(tx, known.assignments, now)
        return None

    async def assign(
        self, tx: AsyncConnection, person: Person, known: Set, about_id: int, choice: Choice, now: datetime
    ) -> Trouble | None:
        """Say who is asked a set, and when; what is assigned like that already stays and leaves no row."""
        if known.live is None:
            return Trouble.NOT_LIVE
        occasion, every = choice
        wanted = Assignment(about_id, known.name, every, occasion)
        if wanted not in known.assignments:
            await store.assign(tx, wanted)
            await self._note_asking(tx, person, "assigned", known.live, wanted, now)
            await self._changed(tx, [wanted], now)
        return None

    async def unassign(
        self, tx: AsyncConnection, person: Person, known: Set, about_id: int, occasion: Occasion, now: datetime
    ) -> None:
        """Take an assignment back; pressed twice it leaves one row."""
        gone = await store.unassign(tx, about_id, known.name, occasion)
        same = (one for one in known.assignments if (one.about_id, one.occasion) == (about_id, occasion))
        was = next(same, Assignment(about_id, known.name, EACH, occasion))
        if gone and known.live is not None:
            await self._note_asking(tx, person, "unassigned", known.live, was, now)
        if gone:
            await self._changed(tx, [was], now)

    async def _changed(self, tx: AsyncConnection, assignments: Iterable[Assignment], now: datetime) -> None:
        """Let hold what was changed, also for sessions that are planned."""
        await self._practice.read(tx)
        for about_id in {one.about_id for one in assignments if one.occasion is Occasion.BEFORE}:
            await look_again(tx, about_id, now)

    async def asked_now(self, tx: AsyncConnection, person: Person, known: Set, about_id: int, now: datetime) -> None:
        """Keep that somebody has had a set asked, of everyone (0), a therapist's clients or one client."""
        if known.live is not None:
            of = Assignment(about_id, known.name, EACH, Occasion.NOW)
            await self._note_asking(tx, person, "asked_now", known.live, of, now)

    async def latest_changes(self, tx: AsyncConnection, limit: int = 20) -> list[Entry]:
        """Give the newest changes, the newest first."""
        return list(await audit.latest(tx, limit))

    async def _note_asking(
        self, tx: AsyncConnection, person: Person, action: str, version: Stored, of: Assignment, now: datetime
    ) -> None:
        """Keep who is asked and when; of one client nothing but that it is one."""
        is_client = of.about_id != 0 and not await persons.by_ids(tx, [of.about_id])
        scope = f" {of.occasion.value} {of.every} {ONE_CLIENT if is_client else of.about_id}"
        await self._note(tx, person, action, version, now, scope)

    async def _note(
        self, tx: AsyncConnection, admin: Person, action: str, version: Stored, now: datetime, scope: str = ""
    ) -> None:
        self._practice.is_stale = True  # read again once it is clear whether this holds
        await audit.add(tx, Entry(now, admin.id, f"questions.{action}", f"{version.name} {version.number}{scope}"))

    # ---- previews ----

    async def begin_preview(
        self, tx: AsyncConnection, admin: Person, version: Stored, now: datetime
    ) -> tuple[CheckIn, Terms]:
        """Open a set for its admin as for a client. Nothing of it is anybody's answer."""
        begun = CheckIn(0, 0, 0, now, state=State.OPEN, version_id=version.id, expires_at=now + timedelta(hours=72))
        await store.put_preview(tx, admin.id, version.id, check_in_writing.write(begun))
        return begun, self._terms(admin, version)

    async def preview(self, tx: AsyncConnection, admin: Person) -> tuple[CheckIn, Terms] | None:
        """Give where an admin's preview stands; None where none is open or its version is gone."""
        found = await store.preview(tx, admin.id)
        version = await store.find(tx, found[0]) if found else None
        if found is None or version is None:
            return None
        return check_in_writing.read(found[1], version.id), self._terms(admin, version)

    async def move_preview(
        self, tx: AsyncConnection, admin: Person, event: Event, now: datetime
    ) -> tuple[Outcome, Terms] | None:
        """Let something happen in an admin's preview: the same reducer as a client's."""
        found = await self.preview(tx, admin)
        if found is None:
            return None
        check_in, terms = found
        outcome = advance(check_in, event, now, terms)
        if outcome.refusal is None:
            await store.put_preview(tx, admin.id, terms.version.id, check_in_writing.write(outcome.check_in))
        return outcome, terms

    def _terms(self, admin: Person, version: Stored) -> Terms:
        return self._practice.terms_of(version.id, version.content, admin.zone.key)


@cache
def _library() -> tuple[Mapping[str, Any], ...]:
    """Read the sets that are offered, once."""
    return tuple(read_file(path.read_bytes()) for path in OFFERED)
