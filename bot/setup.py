"""`attune setup`: from nothing to a `.env` and a link that makes its opener the first admin."""

import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from telegram.error import TelegramError

from bot.settings import Settings
from bot.store import invites, schema
from bot.store.database import Database
from bot.telegram.transport import Telegram
from conversations.enrolment import InviteKind


def write_env(path: Path, values: Mapping[str, str]) -> None:
    """Write a new `.env` that only its owner can read.

    Raises:
        FileExistsError: rather than overwrite one; it holds the only copy of the keys.
    """
    lines = [f"{name}={_quoted(value)}\n" for name, value in values.items() if value]
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.writelines(["# Written by `attune setup`. Keep a copy of DATA_KEYS apart from the database.\n", *lines])


def _quoted(value: str) -> str:
    plain = all(letter.isalnum() or letter in "+-_.,:/=@" for letter in value)
    return value if plain else "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


async def first_admin_token(settings: Settings, now: datetime) -> str:
    """Create the database and an invite for the first admin; give its token."""
    database = Database(settings.database_url.get_secret_value())
    try:
        async with database.writing() as tx:
            await schema.upgrade(tx)
        async with database.writing() as tx:
            number = await invites.add(tx, settings.data_keys, InviteKind.ADMIN, None, "", now)
        return settings.data_keys.invite_token(number, settings.data_keys.current)
    finally:
        await database.close()


async def bot_name(settings: Settings) -> str | None:
    """Ask Telegram for the bot's name; None where it cannot be reached or does not know the token."""
    telegram = Telegram(settings.telegram_bot_token.get_secret_value(), settings.telegram_api_url)
    await telegram.open()
    try:
        return (await telegram.bot.get_me()).username
    except TelegramError:
        return None
    finally:
        await telegram.close()
