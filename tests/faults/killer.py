"""Kills the bot as `kill -9` does, at moments nobody can foresee, and starts it again."""

import asyncio
import random
from dataclasses import dataclass, field

from bot.playground.bot_process import BotProcess
from tests.house import House

LONGEST_LIFE = 0.7  # seconds of listening
LONGEST_START = 0.3
IN_FLIGHT = 0.05  # longer than the server's latency in these tests


@dataclass(slots=True)
class Killer:
    """Ends the bot `wanted` times. `moments` are the places in the server's journal where it died."""

    house: House
    seed: int
    wanted: int
    moments: list[int] = field(default_factory=list)

    @property
    def is_done(self) -> bool:
        """Whether all kills have happened."""
        return len(self.moments) >= self.wanted

    async def run(self) -> None:
        """Kill and start again; every third time while the bot still starts."""
        rng = random.Random(self.seed)
        while not self.is_done:
            polls = await self._polls()
            starting = asyncio.create_task(begin(self.house.bot))
            await running(self.house.bot)
            if len(self.moments) % 3 == 0:
                await asyncio.sleep(rng.uniform(0.0, LONGEST_START))
            else:
                await self._listening(polls)
                await asyncio.sleep(rng.uniform(0.0, LONGEST_LIFE))
            await self.house.bot.kill()
            await asyncio.gather(starting, return_exceptions=True)
            await asyncio.sleep(IN_FLIGHT)  # a dead bot's last requests still arrive: they belong to its life
            self.moments.append(int((await self.house.telegram.figures())["entries"]))
        await self.house.bot.start()

    async def _polls(self) -> int:
        return int((await self.house.telegram.figures())["requests"].get("getUpdates", 0))

    async def _listening(self, polls: int) -> None:
        """Wait until the bot asks for updates."""
        async with asyncio.timeout(30):
            while await self._polls() == polls:  # noqa: ASYNC110 - the bot is another process
                await asyncio.sleep(0.01)


async def begin(bot: BotProcess) -> None:
    """Start the bot, unless it runs."""
    if not bot.running:
        await bot.start()


async def running(bot: BotProcess) -> None:
    """Wait until there is a process to kill."""
    async with asyncio.timeout(30):
        while not bot.running:  # noqa: ASYNC110 - another task starts it
            await asyncio.sleep(0.002)
