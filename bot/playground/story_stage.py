"""Plays scenes: moves both clocks, lets people press and write, and waits until the bot has said all it has to say."""

import asyncio
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from bot.playground import keyboards
from bot.playground.bot_process import BotProcess, Settled
from bot.playground.phones import Phone, Telegram
from bot.playground.sights import Trouble
from bot.playground.story_plan import Scene
from bot.playground.story_wording import Wording

_LINK = re.compile(r"https://t\.me/\S+")
_SETTLED_BY_ITSELF = frozenset(">@*")
_MOST_HOPS = 50
_BREATH = timedelta(seconds=5)
_PATIENCE = 30.0  # seconds of real time, on a busy machine too


class StoryStage:
    """The local Bot API server, the bot and everybody's phones. The server's clock is moved first, then the bot's."""

    def __init__(self, telegram: Telegram, bot: BotProcess, phones: Mapping[str, Phone], language: str = "en") -> None:
        self.telegram = telegram
        self.bot = bot
        self.phones = phones
        self._wording = Wording(language)
        self._settled = Settled(datetime.min.replace(tzinfo=UTC), None)

    # ---- time ----

    async def go_to(self, moment: datetime) -> None:
        """Hop from due to due until a moment, so that nothing is skipped over."""
        for _ in range(_MOST_HOPS):
            due = self._settled.next_at
            if due is None or due > moment:
                await self._hop(moment)
                return
            await self._hop(due)
        raise Trouble(f"something falls due again and again at {self._settled.next_at}")

    async def _hop(self, moment: datetime) -> None:
        if moment > await self.telegram.now():
            await self.telegram.set_clock(moment)
        self._settled = await self.bot.move_to(moment)

    async def settle(self) -> None:
        """Wait until the bot has taken in everything and said what it may say now."""
        await self._heard()
        self._settled = await self.bot.settle()

    async def _heard(self) -> None:
        async with asyncio.timeout(_PATIENCE):
            while (await self.telegram.queue())["unconfirmed"]:  # noqa: ASYNC110 - the queue is in another process
                await asyncio.sleep(0.005)

    async def _breathe(self) -> None:
        """Let the bot answer, and a few seconds pass, as they do for somebody who types: the bot paces its messages."""
        await self._heard()
        await self._hop(await self.telegram.now() + _BREATH)

    # ---- people ----

    async def play(self, scene: Scene) -> None:
        """Let one person do what the scene says, and the bot answer."""
        await self.go_to(scene.at)
        phone = self.phones[scene.who]
        for step in scene.steps:
            await self._step(phone, step)
        if scene.steps[-1][0] not in _SETTLED_BY_ITSELF:
            await self.settle()

    async def _step(self, phone: Phone, step: str) -> None:
        mark, rest = step[0], step[1:]
        if mark == ">":
            await phone.say(rest)
            await self._breathe()
        elif mark == "@":
            await phone.open(await self._link(rest))
            await self._breathe()
        elif mark == "*":
            labels = await self._labels(rest)
            while any(labels & set(message.labels) for message in await phone.messages()):
                await _press(phone, labels)
                await self._breathe()
        else:
            await _press(phone, await self._labels(step))

    async def _labels(self, label: str) -> frozenset[str]:
        return self._wording.of(label, (await self.telegram.now()).date())

    async def _link(self, label: str) -> str:
        """Find the link that was made for somebody, in whichever chat it stands."""
        for phone in self.phones.values():
            for message in await phone.messages():
                found = _LINK.search(message.text)
                if message.from_bot and label in message.text and found:
                    return found.group(0)
        raise Trouble(f"nobody has a link for {label}")


async def _press(phone: Phone, labels: frozenset[str]) -> None:
    """Press the newest button with one of these labels once it is there, and wait until the chat looks different."""
    before = await phone.wait_until(lambda now: any(labels & set(message.labels) for message in now), _PATIENCE)
    pressed = next(message for message in reversed(before) if labels & set(message.labels))
    button = keyboards.find(pressed.raw, next(label for label in pressed.labels if label in labels))
    assert button is not None  # noqa: S101 - its label is there
    await phone.press_data(pressed.message_id, button["callback_data"], forged=False)
    await phone.wait_until(lambda now: now != before, _PATIENCE)
