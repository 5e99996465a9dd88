"""A practice with people in it: the real bot process against the local Bot API server, enrolled through the chat.

async with practice(tmp_path, clients=2) as house:
    await house.session_now("K-01")
    await house.hop_to_due()
    await house.client("K-01").press("Start")
"""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.crypto import KeyRing
from bot.playground.bot_process import BotProcess, Settled, running_bot
from bot.playground.phones import Message, Phone, Telegram
from bot.playground.process import running_server
from tests.nursery import spawn
from tests.truth import Truth

TOKEN = "123456:TEST-abcdefghijklmnopqrstuvwxyz012345"
ADMIN_ID, THERAPIST_ID, FIRST_CLIENT_ID = 70_001, 70_002, 71_001
THERAPIST_NAME = "Dr. Theo Lind"
CHAT_BURST = 3  # messages the bot sends to one chat at once; then it waits, or its clock is moved
BREATH = timedelta(seconds=10)


@dataclass(slots=True)
class House:
    """A running practice. The bot's and the server's clock are moved together, the server's first."""

    telegram: Telegram
    bot: BotProcess
    env: dict[str, str]
    database: Path
    log: Path
    admin: Phone
    therapist: Phone
    clients: list[Phone] = field(default_factory=list)

    @property
    def truth(self) -> Truth:
        """The database, read past the bot."""
        return Truth(self.database)

    @property
    def zone(self) -> ZoneInfo:
        """The time zone everybody lives in."""
        return ZoneInfo(self.env["PRACTICE_TIMEZONE"])

    @property
    def people(self) -> list[Phone]:
        """Everybody who belongs to the practice."""
        return [self.admin, self.therapist, *self.clients]

    def client(self, code: str) -> Phone:
        """Return the phone of a client; phones of clients are named by their code."""
        return next(phone for phone in self.clients if phone.name == code)

    def logged(self) -> str:
        """Return all the bot has written to its log, over all starts."""
        return self.log.read_text(errors="replace")

    def found(self, words: str) -> list[str]:
        """Name the files in which words stand in plain sight: the log, the database and what lies beside it."""
        files = (Path(f"{self.database}{suffix}") for suffix in ("", "-wal", "-shm"))
        places = {file.name: file.read_bytes() for file in (self.log, *files) if file.exists()}
        return [name for name, content in places.items() if words.encode() in content]

    # ---- time ----

    async def settled(self) -> Settled:
        """Wait until the bot has confirmed every update and said everything it may say now."""
        await self.heard()
        return await self.bot.settle()

    async def heard(self, timeout: float = 20) -> None:  # noqa: ASYNC109 - asked again and again
        """Wait until the bot has confirmed every update, which it does only after the commit."""
        async with asyncio.timeout(timeout):
            while (await self.telegram.queue())["unconfirmed"]:  # noqa: ASYNC110 - the queue is another process's
                await asyncio.sleep(0.01)

    async def hop_to(self, moment: datetime) -> Settled:
        """Move both clocks to a moment and wait until everything due is done and said."""
        await self.telegram.set_clock(moment)
        return await self.bot.move_to(moment)

    async def hop(self, span: timedelta = BREATH) -> Settled:
        """Move both clocks on."""
        return await self.hop_to(await self.telegram.now() + span)

    async def hop_to_due(self) -> Settled:
        """Move both clocks to the next moment at which something falls due."""
        settled = await self.settled()
        assert settled.next_at is not None, "nothing falls due any more"
        return await self.hop_to(max(settled.next_at, settled.now))

    # ---- what people do ----

    async def session_now(self, code: str) -> Message:
        """Let the therapist say that a session has just ended; returns the bot's answer."""
        before = {message.message_id for message in await self.therapist.messages()}
        await self.therapist.say(f"/session {code}")
        return await self.therapist.wait_for(
            lambda message: message.message_id not in before and code in message.text and "Undo" in message.labels
        )

    async def enrol(self, code: str, client_id: int) -> Phone:
        """Invite a client and let them join."""
        phone = await self.telegram.person(client_id, code)
        await self.therapist.say(f"/invite {code}")
        invite = await self.therapist.wait_for(lambda message: "https://" in message.text and code in message.text)
        await phone.open(link_in(invite))
        await press_when_shown(phone, "I agree")
        await press_when_shown(phone, "Right")
        await phone.wait_for("All set")
        self.clients.append(phone)
        return phone

    async def enrol_all(self, codes: Sequence[str], first_id: int = FIRST_CLIENT_ID) -> None:
        """Enrol clients, as many at once as the therapist's chat takes without waiting."""
        numbered = list(enumerate(codes, first_id))
        for start in range(0, len(numbered), CHAT_BURST):
            await asyncio.gather(*(self.enrol(code, number) for number, code in numbered[start : start + CHAT_BURST]))
            await self.hop()  # the therapist is told who has joined
            await self.hop()  # and has room for the next links
        self.clients.sort(key=lambda phone: phone.user_id)

    async def answer(self, phone: Phone, ratings: Sequence[int], *, send: bool = True) -> None:
        """Let a client walk through the open check-in; a follow-up is skipped."""
        await press_when_shown(phone, "Start")
        for position, rating in enumerate(ratings, start=1):
            await phone.wait_for(f"{position}/{len(ratings)}")
            await phone.press(str(rating))
        await skip_follow_up(phone)
        if send:
            await press_when_shown(phone, "Send")
            await phone.wait_for("Sent")


def link_in(message: Message) -> str:
    """Return the link in a message."""
    found = re.search(r"https://\S+", message.text)
    assert found is not None, "no link"
    return found.group(0)


async def skip_follow_up(phone: Phone) -> None:
    """After the last question, skip the one more that may have come."""

    def newest(messages: Sequence[Message]) -> Message:
        return [message for message in messages if message.from_bot][-1]

    def shown(messages: Sequence[Message]) -> bool:
        message = newest(messages)
        return message.text.startswith(("5/5", "Your answers", "Sent")) and bool(message.labels)

    message = newest(await phone.wait_until(shown))
    if message.text.startswith("5/5"):
        await phone.press(message.labels[-1])


async def press_when_shown(phone: Phone, label: str) -> str:
    """Wait for a button and press it."""
    await phone.wait_for(lambda message: label in message.labels)
    return await phone.press(label)


def environment(directory: Path, url: str, more: Mapping[str, str]) -> dict[str, str]:
    """Return the settings of a test practice: no quiet hours, so that the time of day does not matter."""
    return {
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_API_URL": url,
        "DATABASE_URL": f"sqlite:///{directory / 'attune.db'}",
        "DATA_KEYS": KeyRing.generate_entry("k1"),
        "ADMIN_TELEGRAM_IDS": str(ADMIN_ID),
        "PRACTICE_NAME": "Elm Street",
        "PRACTICE_TIMEZONE": "Europe/Berlin",
        "CRISIS_CARD_TEXT": "Call 112",
        "QUIET_HOURS": "off",
        "LOG_LEVEL": "DEBUG",
        **more,
    }


def opening(now: datetime, zone: ZoneInfo) -> datetime:
    """Return the next Tuesday at ten: whenever a test runs, no morning list or digest lies just ahead."""
    local = now.astimezone(zone)
    day = local + timedelta(days=(1 - local.weekday()) % 7 or 7)
    return day.replace(hour=10, minute=0, second=0, microsecond=0).astimezone(UTC)


@contextlib.asynccontextmanager
async def practice(
    tmp_path: Path,
    *,
    clients: int = 1,
    flood: bool = False,
    env: Mapping[str, str] | None = None,
    codes: Sequence[str] = (),
    therapist_name: str = THERAPIST_NAME,
    therapist_id: int = THERAPIST_ID,
    first_client_id: int = FIRST_CLIENT_ID,
    forked: bool = True,
    program: str = "bot",
) -> AsyncIterator[House]:
    """Run a practice until the block ends.

    Args:
        tmp_path: where its files live.
        clients: how many clients are enrolled, K-01, K-02 ...
        flood: whether the server's flood control is on.
        env: settings that differ from the usual ones.
        codes: the clients' codes, in place of K-01, K-02 ...
        therapist_name: the therapist's name.
        therapist_id: the therapist's Telegram id.
        first_client_id: the first client's Telegram id; the others follow.
        forked: whether the bot starts from the nursery, which is faster, or as an operator starts it.
        program: the module that is run as the bot.
    """
    given = dict(env or {})
    token = given.get("TELEGRAM_BOT_TOKEN", TOKEN)
    start = spawn if forked else asyncio.create_subprocess_exec

    async def begin(python: str, dash_m: str, _bot: str, *arguments: str, **how: Any) -> Any:
        return await start(python, dash_m, program, *arguments, **how)

    async with running_server(token, flood=flood, spawn=spawn) as telegram:
        settings = environment(tmp_path, telegram.url, given)
        async with running_bot(settings, tmp_path / "bot.log", begin) as bot:
            admin = await telegram.person(int(settings["ADMIN_TELEGRAM_IDS"].split(",")[0]), "Ada")
            therapist = await telegram.person(therapist_id, "Theo")
            house = House(telegram, bot, settings, tmp_path / "attune.db", tmp_path / "bot.log", admin, therapist)
            await house.hop_to(opening(await telegram.now(), house.zone))
            await staff(house, therapist_name)
            await house.enrol_all(codes or [f"K-{number:02}" for number in range(1, clients + 1)], first_client_id)
            await house.settled()
            yield house
        await telegram.reset()  # ends the poll of a bot that is gone, which the server would wait for


async def staff(house: House, therapist_name: str) -> None:
    """Greet the admin and let the therapist join."""
    await house.admin.say("/start")
    await house.admin.wait_for("Welcome")
    await house.admin.say(f"/invite_therapist {therapist_name}")
    await house.therapist.open(link_in(await house.admin.wait_for("https://")))
    await press_when_shown(house.therapist, "Show summaries right away")
    await house.hop()
    await house.hop()
