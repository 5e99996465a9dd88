"""What the story leaves behind: every chat as text, the pictures the bot sent, and each digest once more by itself."""

import asyncio
import itertools
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.playground.phones import Phone
from bot.playground.story_plan import ZONE
from bot.playground.transcripts import written
from bot.texts import speech


def clear(directory: Path) -> None:
    """Make the directory, and take away what an earlier story left in it."""
    directory.mkdir(parents=True, exist_ok=True)
    left = (directory.glob(f"{kind}-*.{ending}") for kind in ("chat", "digest") for ending in ("txt", "png"))
    for old in (*itertools.chain(*left), directory / "figures.json"):
        old.unlink(missing_ok=True)


async def leave_chat(directory: Path, key: str, phone: Phone) -> None:
    """Write one chat, its times on the practice's clock, and its pictures, numbered."""
    history = (await phone.chat(history=True))["history"]
    pictures = {file_id: f"chat-{key}-{number}.png" for number, file_id in enumerate(_pictures(history), start=1)}
    for file_id, name in pictures.items():
        await asyncio.to_thread((directory / name).write_bytes, await phone.telegram.file(file_id))
    text = "\n".join(written(_in_order(history), {phone.user_id: phone.name}, ZONE, pictures)) + "\n"
    await asyncio.to_thread((directory / f"chat-{key}.txt").write_text, text, encoding="utf-8")


def _in_order(history: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Sort what the bot did in one go by message, so that two runs read the same.

    New messages, edits, deletions and toasts travel side by side; which of them lands first is chance.
    """
    told = (event for event in history if event.get("text") != "")  # a toast without words is only a spinner's end
    goes = itertools.groupby(told, lambda event: (_by_bot(event), event["time"] // 60))
    return [event for (by_bot, _), events in goes for event in _sorted(list(events), by_bot=by_bot)]


def _sorted(events: list[dict[str, Any]], *, by_bot: bool) -> list[dict[str, Any]]:
    return sorted(events, key=_place) if by_bot else events


def _by_bot(event: dict[str, Any]) -> bool:
    if event["kind"] == "message":
        return bool(event["message"]["from"]["is_bot"])
    return event["kind"] in {"edit", "delete", "toast"}


def _place(event: dict[str, Any]) -> int:
    return int(event["message"]["message_id"]) if "message" in event else 0


def _pictures(history: list[dict[str, Any]]) -> list[str]:
    """Give the file_id of each picture, in the order they came."""
    photos = [event["message"]["photo"][-1]["file_id"] for event in history if "photo" in event.get("message", {})]
    return list(dict.fromkeys(photos))


# ---- digests ----


async def leave_digests(directory: Path, key: str, phone: Phone, language: str) -> None:
    """Write each digest as it was read, and its picture, by the day it came: digest-therapist-1-2027-01-11.txt."""
    say = speech(language)
    title = say("digest.title", first="|", last="").partition("|")[0].removeprefix("<b>")
    for message in _newest((await phone.chat(history=True))["history"]):
        day = datetime.fromtimestamp(message["date"], ZONE).date()
        name, text = f"digest-{key}-{day}", message.get("text", "")
        if text.startswith(title) or text == say("digest.empty"):
            await asyncio.to_thread((directory / f"{name}.txt").write_text, f"{text}\n", encoding="utf-8")
        elif message.get("caption") == say("digest.picture"):
            picture = await phone.telegram.file(message["photo"][-1]["file_id"])
            await asyncio.to_thread((directory / f"{name}.png").write_bytes, picture)


def _newest(history: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give each message as it looked last."""
    return list({event["message"]["message_id"]: event["message"] for event in history if "message" in event}.values())
