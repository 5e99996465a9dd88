"""Charts as PNG, drawn by a worker process that is there only while pictures are wanted.

matplotlib is never imported here: it costs tens of megabytes and holds the interpreter while it draws. The worker is
started by the first picture, draws one after another, and is ended when none was wanted for a while. A chart is an
extra: whatever goes wrong, the answer is None and the text goes out without a picture.
"""

import asyncio
from collections.abc import Sequence

import structlog

from bot.drawing.orders import ChartWords, DigestWords, Order, multiples_order, packed, trend_order
from bot.drawing.worker import Undrawable, Worker, WorkerGone
from conversations.trends import Trend

__all__ = ["ChartWords", "Charts", "DigestWords"]

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


class Charts:
    """Draws charts, one at a time. Made for one event loop; `close` ends the worker."""

    def __init__(self, idle: float = 60.0, patience: float = 20.0, most_waiting: int = 64) -> None:
        """Remember the limits; nothing is started yet.

        Args:
            idle: seconds after the last picture until the worker is ended.
            patience: seconds one picture may take, the wait for others and the start of the worker included.
            most_waiting: pictures wanted at the same time; those beyond are not drawn.
        """
        self._idle = idle
        self._patience = patience
        self._most_waiting = most_waiting
        self._wanted = 0
        self._turn = asyncio.Lock()
        self._worker: Worker | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._ending: set[asyncio.Task[None]] = set()

    @property
    def pid(self) -> int | None:
        """The worker's process id while there is one."""
        return None if self._worker is None else self._worker.pid

    async def trend(self, trend: Trend, words: ChartWords) -> bytes | None:
        """Draw one client's chart, 1000 x 625 pixels and 130 more a goal; None if it could not be drawn.

        Raises:
            ValueError: if `words` has not one date for each check-in.
        """
        return await self._draw(trend_order(trend, words))

    async def multiples(self, panels: Sequence[tuple[str, Trend]], words: DigestWords) -> bytes | None:
        """Draw small multiples, 1000 pixels wide; None if they could not be drawn.

        Args:
            panels: code and trend of 1 to 50 clients, in the order in which they are shown.
            words: legend and note.

        Raises:
            ValueError: if there are none or too many.
        """
        return await self._draw(multiples_order(panels, words))

    async def close(self) -> None:
        """End the worker and wait until it is gone."""
        self._end_worker()
        await asyncio.gather(*self._ending)

    async def _draw(self, order: Order) -> bytes | None:
        if self._wanted >= self._most_waiting:
            log.warning("chart_not_drawn", reason="too_many")
            return None
        self._wanted += 1
        try:
            async with asyncio.timeout(self._patience), self._turn:
                return await self._with_retry(packed(order))
        except (TimeoutError, OSError, WorkerGone, Undrawable) as error:
            log.warning("chart_not_drawn", reason=str(error) if isinstance(error, Undrawable) else type(error).__name__)
            return None
        finally:
            self._wanted -= 1

    async def _with_retry(self, order: bytes) -> bytes:
        """A worker may have been killed since its last picture, by whoever needed the memory; a fresh one is asked."""
        try:
            return await self._attempt(order)
        except WorkerGone:
            log.info("chart_worker_gone")
            return await self._attempt(order)

    async def _attempt(self, order: bytes) -> bytes:
        self._rest()
        try:
            if self._worker is None:
                self._worker = await Worker.start()
            picture = await self._worker.draw(order)
        except Undrawable:
            self._stay()
            raise
        except BaseException:
            # The pipe may hold half an answer, which the next one to ask would get.
            self._end_worker()
            raise
        self._stay()
        return picture

    def _stay(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(self._idle, self._end_worker)

    def _rest(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _end_worker(self) -> None:
        self._rest()
        worker, self._worker = self._worker, None
        if worker is not None:
            task = asyncio.create_task(worker.end())
            self._ending.add(task)
            task.add_done_callback(self._ending.discard)
