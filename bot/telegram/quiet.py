"""Quiet hours, looked at when something is sent: what waits until they are over, and what does not.

An answer to somebody's own press or word never waits, nor does what is asked of a client in the room as long as they
may still be there. Everything else does, for a client as the practice or they themselves have set it, for a therapist
only as they have. What should be read today comes at once only to a therapist who allowed it.
"""

from datetime import datetime, timedelta

from bot.outbox import Lane
from bot.telegram.letters import Asked
from bot.transfers import AGAIN, NEWS
from conversations.flag import Level
from conversations.schedule import out_of_quiet_hours

_OPEN_PAUSE = timedelta(days=30)
"""How long what waits for the end of a pause without an end is left alone before it is looked at again."""
_IN_ROOM = timedelta(minutes=15)
"""How long after it was asked in the room a prompt finds its client there, if it could not be sent at once."""
_SILENT = ("menu", "delete")
"""What makes no message."""
_URGENT = ("risk", "risk_goal", "risk_private", "risk_unkept")
_MAY_BE_URGENT = ("summary", "own_view", "silence")


async def quiet_until(asked: Asked, *, as_client: bool) -> datetime | None:
    """Give the end of the quiet hours that a delivery has to wait for; None where it may go now."""
    delivery, mine = asked.parcel.delivery, asked.person.preferences
    if delivery.kind in _SILENT or (delivery.lane is Lane.REPLY and not await _is_late(asked)):
        return None
    if as_client and not _is_news(asked) and (pause := asked.person.paused(asked.now)) is not None:
        return pause.until or asked.now + _OPEN_PAUSE
    quiet = mine.quiet_hours_or(asked.cases.practice.rules.quiet_hours if as_client else None)
    until = out_of_quiet_hours(asked.now, asked.person.zone, quiet)
    if until == asked.now or (mine.alerts_in_quiet_hours and await _is_urgent(asked)):
        return None
    return until


async def _is_late(asked: Asked) -> bool:
    """Say whether it is a prompt for a client in the room who may have gone home since."""
    if asked.parcel.delivery.kind != "prompt":
        return False
    kept = await asked.cases.check_ins.get(asked.tx, asked.about, asked.now)
    prompted = kept.check_in.prompted_at if kept else None
    return prompted is not None and asked.now > prompted + _IN_ROOM


def _is_news(asked: Asked) -> bool:
    """Say whether it is news about the care itself: a pause from questions must not hold it up, the reminder it may."""
    return asked.parcel.delivery.kind == NEWS and asked.parcel.delivery.detail != AGAIN


async def _is_urgent(asked: Asked) -> bool:
    """Say whether it is about something that should be read today."""
    kind = asked.parcel.delivery.kind
    if kind in _URGENT:
        return True
    kept = await asked.cases.check_ins.get(asked.tx, asked.about, asked.now) if kind in _MAY_BE_URGENT else None
    told = await asked.cases.reports.told(asked.tx, kept, asked.person.zone) if kept else None
    return told is not None and told.summary.reading is not None and told.summary.reading.level is Level.RED
