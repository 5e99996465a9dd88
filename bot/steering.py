"""Lets another process move the clock: lines of JSON on standard input, one answer a line on standard output.

Only the playground and the tests start the bot this way (`attune run --steered`). A command is
`{"move_to": "2026-11-04T18:40:00+00:00"}` or `{}`; the answer comes when everything due by then has been done and
said: `{"now": ..., "next_at": ... or null}`. `next_at` is the next moment at which something falls due, so whoever
steers can hop from due to due and skip nothing. `--begin-at MOMENT` lets a restarted bot begin at a moved clock.
"""

import asyncio
import json
import signal
import sys
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.app import App


class Steering:
    """Reads commands until standard input ends."""

    async def run(self, app: "App") -> None:
        """Obey, one command at a time."""
        reader = asyncio.StreamReader()
        protocol = asyncio.StreamReaderProtocol(reader)
        await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, sys.stdin)
        self._say(await self._settled(app))
        while line := await reader.readline():
            command = json.loads(line)
            if "move_to" in command:
                app.clock.move_to(datetime.fromisoformat(command["move_to"]))
                app.intake.hopped()
            await app.tick()
            self._say(await self._settled(app))
        signal.raise_signal(signal.SIGTERM)  # whoever steers is gone, however they ended: nobody else would stop us

    async def _settled(self, app: "App") -> dict[str, Any]:
        await app.settle()
        now = app.clock.now()
        next_at = await app.cases.next_at(now)
        return {"now": now.isoformat(), "next_at": next_at.isoformat() if next_at else None}

    def _say(self, answer: dict[str, Any]) -> None:
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
