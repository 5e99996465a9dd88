"""What an admin sees of the bot: that it runs. Never an answer."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import version

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store import figures, persons

LATELY = timedelta(hours=24)
_DISTRIBUTION = "attune-bot"


@dataclass(frozen=True, slots=True)
class Status:
    """How the bot is doing, in counts. `failed` is of the last 24 hours."""

    version: str
    therapists: int
    clients: int
    open_check_ins: int
    waiting: int
    failed: int
    parked: int
    unreachable: int

    @property
    def is_well(self) -> bool:
        """Whether the server is well: nobody need look into its log."""
        return not (self.failed or self.parked)


async def status(tx: AsyncConnection, now: datetime) -> Status:
    """Count how the bot is doing."""
    clients = await figures.clients(tx)
    return Status(
        version=version(_DISTRIBUTION),
        therapists=len(await persons.therapists(tx)),
        clients=sum(clients.values()),
        open_check_ins=await figures.open_check_ins(tx),
        waiting=await figures.waiting(tx, now),
        failed=await figures.failed(tx, now - LATELY),
        parked=await figures.parked(tx),
        unreachable=await figures.unreachable(tx),
    )
