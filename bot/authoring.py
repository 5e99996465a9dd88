"""Admins change question sets in the chat: every change that stands is a new draft and a row of `audit`.

What may be changed, and how, is decided by `conversations.authoring`. Published versions never change: the first change
of a set that is asked makes a draft out of it, and nobody is asked that before it is published.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.practice import BUILT_IN
from bot.question_sets import QuestionSets, Set, Stored
from bot.store import audit, editings
from bot.store import question_sets as store
from bot.store.audit import Entry
from bot.store.editings import Kept
from bot.store.persons import Person
from conversations.authoring import advance, new_set
from conversations.authoring_asking import ids_in
from conversations.authoring_events import Around, Event, Refusal
from conversations.editing import Content, Done, Editing, Step, read, write
from conversations.question_diff import differences
from conversations.question_sets import read_file

__all__ = ["At", "Authoring", "Turn"]

_DETAIL = 128
"""Characters the detail of a change in `audit` may have."""


@dataclass(frozen=True, slots=True)
class At:
    """Where an admin stands: `rev` marks the buttons of the screen; the versions are None where there is none."""

    editing: Editing
    rev: int
    name: str
    live: Stored | None
    draft: Stored | None


@dataclass(frozen=True, slots=True)
class Turn:
    """What came of a press or a text. `outdated`: it was meant for another screen than the one that is there."""

    at: At
    refusal: Refusal | None = None
    outdated: bool = False


class Authoring:
    """The use cases around changing sets. Every method works inside the caller's transaction."""

    def __init__(self, question_sets: QuestionSets) -> None:
        self._question_sets = question_sets

    async def open(self, tx: AsyncConnection, admin: Person, name: str) -> At | None:
        """Begin to change a set, or go on where words are asked for; None where there is no such set."""
        known, kept = await self._question_sets.named(tx, name), await editings.of(tx, admin.id)
        if known is None:
            return None
        base = _base(known)
        here = read(kept.content, base.content) if kept.name == name and kept.content else None
        if here is None or here.step not in (Step.ASKING, Step.KIND):
            here = Editing(base.content)
        return await self._put(tx, kept, here, known)

    async def begin(self, tx: AsyncConnection, admin: Person, licence: str, source: str) -> At:
        """Begin a new set in the admin's language, or go on with one that has no question yet."""
        kept = await editings.of(tx, admin.id)
        here = read(kept.content, None) if kept.content and not kept.name else None
        blank = {"licence": licence, "source": source, "languages": [admin.language]}
        return await self._put(tx, kept, here or new_set({**blank, **_end_of_review(admin.language)}), None)

    async def now(self, tx: AsyncConnection, admin: Person) -> At | None:
        """Give where an admin stands; None where nothing is being changed, or the set is gone."""
        found = await self._found(tx, admin)
        return None if found is None else _at(*found)

    async def turn(
        self, tx: AsyncConnection, admin: Person, event: Event | None, rev: int | None, now: datetime
    ) -> Turn | None:
        """Let something happen; None where nothing is being changed.

        Args:
            tx: the transaction.
            admin: whose press or text it is.
            event: what happened; None where the press makes no sense.
            rev: the mark of the screen that was pressed; None for a text.
            now: the moment.
        """
        found = await self._found(tx, admin)
        if found is None:
            return None
        kept, here, known = found
        is_old = kept.base_id != (_base(known).id if known else 0)
        if event is None or (rev is not None and (rev != kept.rev or is_old)):
            at = await self._put(tx, kept, here, known) if is_old else _at(kept, here, known)
            return Turn(at, Refusal.NOT_NOW, outdated=True)
        outcome = advance(here, event, await self._around(tx, admin))
        if outcome.done is not None:
            known = await self._keep(tx, admin, known, outcome.editing, outcome.done, now)
        return Turn(await self._put(tx, kept, outcome.editing, known), outcome.refusal)

    async def _found(self, tx: AsyncConnection, admin: Person) -> tuple[Kept, Editing, Set | None] | None:
        kept = await editings.of(tx, admin.id)
        known = await self._question_sets.named(tx, kept.name) if kept.name else None
        if not kept.content or (kept.name and known is None):
            return None
        here = read(kept.content, _base(known).content if known else None)
        return None if here is None else (kept, here, known)

    async def _put(self, tx: AsyncConnection, kept: Kept, here: Editing, known: Set | None) -> At:
        if known is not None:
            here = here.on(_base(known).content)
        new = replace(
            kept,
            name=known.name if known else "",
            base_id=_base(known).id if known else 0,
            content="" if here.step is Step.CLOSED else write(here),
        )
        return _at(await editings.put(tx, new), here, known)

    async def _around(self, tx: AsyncConnection, admin: Person) -> Around:
        sets = await self._question_sets.sets(tx)
        ids = {name for one in sets for version in one.versions for name in ids_in(version.content)}
        offered = self._question_sets.offers(sets)
        return Around(admin.language, ids, {one.name for one in sets} | {one["name"] for one in offered})

    async def _keep(
        self, tx: AsyncConnection, admin: Person, known: Set | None, here: Editing, done: Done, now: datetime
    ) -> Set | None:
        """Keep the set as a draft; one that says the same as the live version again is none."""
        draft = await store.add_draft(tx, here.content, now)
        live = known.live if known else None
        if live is not None and not differences(live.content, draft.content):
            await store.discard(tx, draft.id)
        detail = f"{draft.name} {draft.number}: {done.about}"[:_DETAIL]
        await audit.add(tx, Entry(now, admin.id, f"questions.{done.made.value}", detail))
        return await self._question_sets.named(tx, draft.name)


def _end_of_review(language: str) -> Content:
    """Give the note and the wish to talk as the built-in set words them, so that no set written here lacks them."""
    parts = ((key, _built_in().get(key)) for key in ("note", "talk"))
    return {
        key: {**part, "text": {language: part["text"][language]}}
        for key, part in parts
        if part and language in part["text"]
    }


@cache
def _built_in() -> Content:
    """Read the built-in set, once."""
    return read_file(BUILT_IN.read_bytes())


def _base(known: Set) -> Stored:
    """Give what a change starts from: the draft, else what is asked, else the newest version."""
    return known.draft or known.live or known.versions[-1]


def _at(kept: Kept, here: Editing, known: Set | None) -> At:
    live, draft = (known.live, known.draft) if known else (None, None)
    return At(here, kept.rev, kept.name, live, draft)
