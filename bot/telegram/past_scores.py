"""Past scores in the chat: a .csv file, what it would bring, and Import, Cancel and Undo.

Nothing of the file is stored in between: Import reads it a second time (it stands in the message the pressed one
answers) and checks it anew, in the transaction that imports all of it or nothing.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.access import Action
from bot.past_scores import NOTES_KEPT, PastScores
from bot.roster import Person
from bot.telegram import past_score_views as views
from bot.telegram.asked import Asked
from bot.telegram.buttons import View, decode_id
from bot.telegram.incoming import Pressed
from bot.telegram.letters import Asked as Rendering
from bot.telegram.letters import Letter, Rendered
from bot.telegram.upload import Upload
from bot.texts import Speech, speech
from bot.use_cases import UseCases
from conversations.score_faults import PastScoresFault
from conversations.score_files import MOST_BYTES, Row, read_rows

_AGAIN = "csv import"

# ---- a file that comes in ----


async def _read(cases: UseCases, person: Person, raw: bytes, now: datetime) -> PastScores | PastScoresFault:
    """Read a file and see what it would bring."""
    try:
        rows = await asyncio.to_thread(read_rows, raw)
        async with cases.reading() as tx:
            unnamed = _unnamed(speech(person.language))
            return await cases.score_imports.check(tx, person, rows, now, unnamed=unnamed)
    except PastScoresFault as fault:
        return fault


def _unnamed(say: Speech) -> str:
    """What a therapist without a name is called in /people."""
    return say("people.unnamed")


async def _take(asked: Asked, found: PastScores | PastScoresFault) -> None:
    """Say what would happen, and ask; of a file with faults name each."""
    if isinstance(found, PastScoresFault):
        asked.show(views.faults_view(found.faults, asked.say), reply_to=asked.update.message_id)
    elif not found.check_ins:
        asked.tell("scores.nothing", days=NOTES_KEPT.days)
    else:
        promise = views.Promise.of(found, asked.update.message_id)
        await asked.deliver("scores_preview", about_id=found.version_ids[0], detail=promise.words)


async def preview(to: Rendering) -> Rendered:
    """Draw what a file would bring, as an answer to it."""
    promise = views.Promise.read(to.parcel.delivery.detail or "")
    version = to.cases.practice.version(to.about)
    return Letter(views.preview_view(promise, version, to.say), reply_to=promise.message_id)


# ---- the second reading ----


async def _read_again(_cases: UseCases, _person: Person, raw: bytes, _now: datetime) -> Sequence[Row] | PastScoresFault:
    try:
        return await asyncio.to_thread(read_rows, raw)
    except PastScoresFault as fault:
        return fault


async def _import(asked: Asked, found: Sequence[Row] | PastScoresFault) -> None:
    """Import all of a file, or say what is wrong with it by now; once for each message with an Import."""
    message_id = asked.update.message_id
    if await asked.cases.score_imports.made_by(asked.tx, asked.person, message_id) is not None:
        return
    try:
        if isinstance(found, PastScoresFault):
            raise found
        one = await asked.cases.score_imports.bring(
            asked.tx, asked.person, found, message_id, asked.now, unnamed=_unnamed(asked.say)
        )
    except PastScoresFault as fault:
        asked.edit(views.faults_view(fault.faults, asked.say))
        return
    asked.edit(views.imported_view(one, asked.say))


FILE = Upload(Action.IMPORT_SCORES, MOST_BYTES, "upload.kind.scores", "upload.too_big.scores", _read, _take)
AGAIN = {_AGAIN: replace(FILE, read=_read_again, take=_import)}
"""Errands that read a file a second time. No file's name can ask for them."""

# ---- buttons ----


async def press(asked: Asked, parts: list[str]) -> None:
    """Handle Import, Cancel and Undo."""
    if parts == ["in"]:
        await _wanted(asked)
    elif parts == ["no"]:
        await _not_wanted(asked)
    elif len(parts) == 2 and parts[0] == "undo":
        await _undo(asked, decode_id(parts[1]))
    else:
        asked.toast(asked.say("refusal.unknown_button"))


async def _is_done(asked: Asked) -> bool:
    """Say so, and show it, where this was imported already."""
    message_id = asked.update.message_id
    one = await asked.cases.score_imports.made_by(asked.tx, asked.person, message_id)
    if one is None:
        return False
    asked.edit(views.imported_view(one, asked.say))
    asked.toast(asked.say("scores.already"))
    return True


async def _wanted(asked: Asked) -> None:
    update = asked.update
    if await _is_done(asked):
        return
    if not isinstance(update, Pressed) or update.replied_document is None:
        asked.toast(asked.say("scores.gone"))
        return
    file_id, message_id = update.replied_document.file_id, update.message_id
    await asked.cases.score_imports.give_up(asked.tx, asked.person, _AGAIN, message_id)
    await asked.cases.errands.add(asked.tx, asked.person, _AGAIN, asked.now, detail=file_id, message_id=message_id)
    asked.replies.fetching = True
    asked.toast(asked.say("scores.reading"))


async def _not_wanted(asked: Asked) -> None:
    if await _is_done(asked):
        return
    await asked.cases.score_imports.give_up(asked.tx, asked.person, _AGAIN, asked.update.message_id)
    asked.edit(View(asked.say("scores.cancelled")))
    asked.toast()


async def _undo(asked: Asked, number: int | None) -> None:
    imports = asked.cases.score_imports
    one = await imports.find(asked.tx, asked.person, number, asked.now) if number else None
    if one is None:
        asked.toast(asked.say("scores.too_late"))
        return
    await imports.take_back(asked.tx, asked.person, one, asked.now)
    asked.edit(views.undone_view(one, asked.say))
    asked.toast()
