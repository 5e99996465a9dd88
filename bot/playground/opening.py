"""What has happened in the practice before somebody opens the page: two days, played over the real bot.

An admin invites a therapist, the therapist a client, the client agrees, and a session has just ended: the first
check-in is two hours away.
"""

import re
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.playground.phones import Phone
from bot.playground.residents import ADMIN, CLIENT, FIRST_CODE, FIRST_ID, THERAPIST
from bot.playground.stage import Stage

ZONE = ZoneInfo("Europe/Berlin")
ADMIN_ID = FIRST_ID
PRACTICE = {
    "PRACTICE_NAME": "Elm Street Practice",
    "PRACTICE_TIMEZONE": ZONE.key,
    "CRISIS_CARD_TEXT": "In danger: call 112. To talk to somebody, day and night: 116 123.",
    "ADMIN_TELEGRAM_IDS": str(ADMIN_ID),
}
LINK = re.compile(r"https://t\.me/\S+")
THURSDAY = 3


def first_morning(now: datetime) -> datetime:
    """Return the next nine o'clock after which a working day follows."""
    morning = datetime.combine(now.astimezone(ZONE).date(), time(9), ZONE)
    while morning <= now or morning.weekday() > THURSDAY:
        morning += timedelta(days=1)
    return morning


async def play_opening(stage: Stage, morning: datetime) -> None:
    """Start the bot and let it all happen, from `morning` until ten past two on the day after."""
    await stage.telegram.set_clock(morning)
    await stage.start_bot()
    admin = (await stage.residents.move_in(ADMIN)).phone
    theo = await stage.residents.move_in(THERAPIST)
    kim = await stage.residents.move_in(CLIENT, f"K-{FIRST_CODE}")
    await admin.say("/start")
    await admin.wait_for("/invite_therapist")
    await stage.hop(morning + timedelta(minutes=4))
    await admin.say(f"/invite_therapist {theo.phone.name}")
    link = await _link(admin)
    await stage.hop(morning + timedelta(hours=2, minutes=26))
    theo.link, kim.link = link, await _therapist_joins(stage, theo.phone, link, kim.code)
    await stage.hop(morning + timedelta(hours=8, minutes=48))
    await _client_joins(kim.phone, theo.phone, kim.link)
    await stage.hop(morning + timedelta(days=1, hours=5, minutes=10))
    await theo.phone.press("That is right")
    await theo.phone.say(f"/session {kim.code}")
    await theo.phone.wait_for(lambda message: "Undo" in message.labels)


async def _link(phone: Phone) -> str:
    message = await phone.wait_for("https://t.me/")
    found = LINK.search(message.text)
    assert found is not None  # noqa: S101 - it was waited for
    return found[0]


async def _therapist_joins(stage: Stage, theo: Phone, link: str, code: str) -> str:
    await theo.open(link)
    await theo.wait_for(lambda message: "Show summaries right away" in message.labels)
    await theo.press("Show summaries right away")
    await theo.wait_for("/invite")
    await stage.hop(await stage.telegram.now() + timedelta(minutes=3))
    await theo.say(f"/invite {code}")
    return await _link(theo)


async def _client_joins(kim: Phone, theo: Phone, link: str) -> None:
    await kim.open(link)
    await kim.wait_for(lambda message: "I agree" in message.labels)
    await kim.press("I agree")
    await kim.wait_for(lambda message: "Right" in message.labels)
    await kim.press("Right")
    await kim.wait_until(lambda messages: not messages[-1].buttons)
    await theo.wait_for(lambda message: "That is right" in message.labels)
