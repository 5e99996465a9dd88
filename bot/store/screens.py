"""Screens: the messages check-ins live in, and what they show by now."""

from typing import NamedTuple

from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.tables import screens


class Screen(NamedTuple):
    """The message a check-in lives in. It is behind while `shown_rev` is less than `wanted_rev`."""

    message_id: int | None = None
    wanted_rev: int = 0
    shown_rev: int = 0


Drawn = tuple[int, int | None]
"""The revision that was drawn, and the message it was drawn on."""


_UPDATE_SCREEN = update(screens).where(screens.c.check_in_id == bindparam("b_id"))


async def save_screens(tx: AsyncConnection, changed: dict[int, Screen]) -> None:
    """Write where screens live and what they should show; what they do show is the sender's to say."""
    rows = [
        {"b_id": number, "message_id": screen.message_id, "wanted_rev": screen.wanted_rev}
        for number, screen in changed.items()
    ]
    if rows:
        await tx.execute(_UPDATE_SCREEN, rows)


_UPDATE_SHOWN = _UPDATE_SCREEN.where(screens.c.message_id == bindparam("b_message_id"))


async def move(tx: AsyncConnection, number: int, message_id: int, shown_rev: int) -> int | None:
    """Let a new message, which shows this revision, be a check-in's screen; give the one that was."""
    is_it = screens.c.check_in_id == number
    before: int | None = (await tx.execute(select(screens.c.message_id).where(is_it))).scalar()
    await tx.execute(update(screens).where(is_it).values(message_id=message_id, shown_rev=shown_rev))
    return before


async def record_shown(tx: AsyncConnection, shown: dict[int, Drawn]) -> None:
    """Write which revision each screen shows by now; what was drawn on a former screen does not count."""
    rows = [{"b_id": number, "shown_rev": rev, "b_message_id": message} for number, (rev, message) in shown.items()]
    if rows:
        await tx.execute(_UPDATE_SHOWN, rows)
