"""Files people send: which are taken, from whom, up to which size, and who reads them.

A file is never touched in the transaction of its update: see `bot.errands`. `read` turns its bytes into whatever
`take` wants, outside any transaction and where a hostile file can hurt nobody; `take` handles that in one transaction
with the end of the errand. A crash in between repeats both.
"""

from pathlib import PurePath

from bot.access import may
from bot.telegram import calendars, past_scores, questions
from bot.telegram.asked import Asked
from bot.telegram.incoming import Document, Wrote
from bot.telegram.upload import Upload

UPLOADS: dict[str, Upload] = {
    "ics": calendars.FILE,
    "yaml": questions.FILE,
    "json": questions.FILE,
    "csv": past_scores.FILE,
}
"""What is taken, by the ending of the file's name."""

_ENDINGS = {
    "text/calendar": "ics",
    "application/json": "json",
    "application/fhir+json": "json",
    "application/yaml": "yaml",
    "application/x-yaml": "yaml",
    "text/yaml": "yaml",
    "yml": "yaml",
    "text/csv": "csv",
    "text/comma-separated-values": "csv",
    "text/tab-separated-values": "csv",
    "tsv": "csv",
}
"""Other spellings of an ending, and what Telegram says of a file whose name has none."""


def ending_of(document: Document) -> str:
    """Give the ending of a file, in lower case without its dot; by its type where the name has none."""
    ending = PurePath(document.name).suffix.lower().lstrip(".")
    return _ENDINGS.get(ending, ending) or _ENDINGS.get(document.mime.lower(), "")


async def receive(asked: Asked, update: Wrote, document: Document) -> None:
    """Leave an errand for a file that can be used; say what is wrong with any other."""
    ending = ending_of(document)
    upload = UPLOADS.get(ending)
    if update.edited:
        return
    if upload is None or not may(asked.person, upload.action):
        _refuse(asked, "upload.unknown")
    elif (document.size or 0) > upload.most:
        asked.tell(upload.too_big)
    else:
        add = asked.cases.errands.add
        await add(asked.tx, asked.person, ending, asked.now, detail=document.file_id, message_id=update.message_id)
        asked.replies.fetching = True


def without_words(asked: Asked) -> None:
    """Answer a picture, a voice message or the like."""
    _refuse(asked, "upload.no_file")


def _refuse(asked: Asked, name: str) -> None:
    """Say that something cannot be used, and which files this person can send; a client none."""
    usable = dict.fromkeys(one.kind for one in UPLOADS.values() if may(asked.person, one.action))
    if not usable:
        asked.tell("text.only_words")
        return
    lines = [asked.say(name), "", asked.say("upload.usable"), *(f"- {asked.say(kind)}" for kind in usable)]
    asked.tell_text("\n".join(lines))
