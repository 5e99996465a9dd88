"""The practice on show: the acts of its people, its clock, and its bot, which can be killed and started again."""

import asyncio
import json
from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.playground.bot_process import BotEnded, BotProcess, Settled
from bot.playground.phones import Telegram
from bot.playground.residents import THERAPIST, Resident, Residents
from bot.playground.sights import Trouble

MORNING = time(9)
ON_THE_SPOT = timedelta(seconds=1)  # a hop is at least this long, so that what stays due cannot hold up the clock
RUNNING, STARTING, KILLED, ENDED = "running", "starting", "killed", "ended"


class Stage:
    """What the page shows and moves.

    Args:
        telegram: the local Bot API server.
        bot: the bot process; the clocks of both are moved together.
        zone: the practice's time zone, in which the page tells the time.
        changed: called whenever `shown` has changed.
    """

    def __init__(self, telegram: Telegram, bot: BotProcess, zone: ZoneInfo, changed: Callable[[], None]) -> None:
        self.telegram = telegram
        self.zone = zone
        self.residents = Residents(telegram)
        self._bot = bot
        self._changed = changed
        self._state = ENDED
        self._moving = False
        self._steering = asyncio.Lock()
        self._watch: asyncio.Task[None] | None = None

    async def shown(self) -> dict[str, Any]:
        """Return what the page shows beside the chats."""
        return {
            "now": (await self.telegram.now()).timestamp(),
            "zone": self.zone.key,
            "bot": self._state,
            "moving": self._moving,
            "people": [
                {"id": resident.id, "name": resident.phone.name, "role": resident.role, "code": resident.code}
                for resident in self.residents.all
            ],
        }

    # ---- people ----

    async def open_link(self, link: str, seen_by: Resident) -> Resident:
        """Let the person whom a link is for open it; returns who that was."""
        known = len(self.residents.all)
        resident = await self.residents.whom_it_is_for(link, seen_by)
        if len(self.residents.all) > known:
            self._changed()
        await resident.phone.open(link)
        resident.link = link
        return resident

    async def add_client(self) -> Resident:
        """Give another client a phone and let the therapist invite them."""
        resident = await self.residents.move_in("client", self.residents.next_code())
        self._changed()
        await self.residents.first(THERAPIST).phone.say(f"/invite {resident.code}")
        return resident

    async def commands(self, resident: Resident) -> list[dict[str, str]]:
        """Return the commands that somebody's menu shows."""
        known = (await self.telegram.bot()).get("commands", {})
        scopes = ({"type": "chat", "chat_id": resident.id}, {"type": "all_private_chats"}, {"type": "default"})
        keys = [json.dumps([scope, code], sort_keys=True) for scope in scopes for code in ("en", "")]
        return next((list(known[key]) for key in keys if known.get(key)), [])

    # ---- the clock ----

    async def next_morning(self) -> datetime:
        """Return the next moment at which it is nine in the morning here."""
        now = (await self.telegram.now()).astimezone(self.zone)
        today = now.replace(hour=MORNING.hour, minute=0, second=0, microsecond=0)
        return today if today > now else today + timedelta(days=1)

    async def hop(self, target: datetime) -> list[datetime]:
        """Move the clock to `target`, by way of everything that falls due before; returns the stops.

        While the bot is down only the clock moves. What has fallen due by then is done when it is started again.
        """
        async with self._steering:
            self._move(moving=True)
            try:
                return await self._hop(target)
            except BotEnded:
                await self.telegram.set_clock(max(target, await self.telegram.now()))
                return []
            finally:
                self._move(moving=False)

    def _move(self, *, moving: bool) -> None:
        self._moving = moving
        self._changed()

    async def _hop(self, target: datetime) -> list[datetime]:
        if not self._bot.running:
            await self.telegram.set_clock(target)
            self._bot.wind(target)
            return []
        stops = []
        settled = await self._bot.settle()
        earliest = settled.now
        while settled.next_at is not None and max(settled.next_at, earliest) <= target:
            moment = max(settled.next_at, earliest)
            settled = await self._both(moment)
            stops.append(moment)
            earliest = moment + ON_THE_SPOT
        await self._both(target)
        return stops

    async def _both(self, moment: datetime) -> Settled:
        """Move the server before the bot: what the bot sends at once must not be early on the server's clock."""
        await self.telegram.set_clock(max(moment, await self.telegram.now()))
        self._changed()
        return await self._bot.move_to(moment)

    # ---- the bot ----

    async def start_bot(self) -> None:
        """Start the bot, or start it again, at the time that the server has.

        Raises:
            Trouble: if it ended at once.
        """
        async with self._steering:
            if self._bot.running:
                return
            self._tell(STARTING)
            self._bot.wind(await self.telegram.now())
            try:
                await self._bot.start()
            except BotEnded as error:
                self._tell(ENDED)
                raise Trouble(str(error)) from None
            self._tell(RUNNING)
            self._watch = asyncio.create_task(self._notice_end())

    async def kill_bot(self) -> None:
        """Kill the bot as `kill -9` does."""
        if self._bot.running:
            self._state = KILLED
            await self._bot.kill()
            self._changed()

    async def stop_bot(self) -> None:
        """End the bot as a service manager does."""
        if self._watch:
            self._watch.cancel()
        if self._bot.running:
            await self._bot.stop()

    async def _notice_end(self) -> None:
        await self._bot.wait()
        if self._state == RUNNING:
            self._tell(ENDED)

    def _tell(self, state: str) -> None:
        self._state = state
        self._changed()
