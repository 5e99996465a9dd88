"""The pacer on a real event loop whose clock jumps from timer to timer: minutes in milliseconds, the same each time."""

import asyncio
import selectors
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.telegram.pacer import CHAT_BURST, PER_SECOND, Pacer


class _Jumping(selectors.DefaultSelector):
    """Waits for nothing: the time that would be waited is added to the clock."""

    clock = 1000.0

    def select(self, timeout: float | None = None) -> Any:
        assert timeout is not None, "everybody waits for somebody else"
        self.clock += timeout
        return super().select(0)


class Hasty(asyncio.SelectorEventLoop):
    """A real loop with a clock of its own."""

    def __init__(self) -> None:
        self._jumping = _Jumping()
        super().__init__(self._jumping)

    def time(self) -> float:
        return float(self._jumping.clock)


def run(story: Coroutine[Any, Any, None]) -> None:
    with asyncio.Runner(loop_factory=Hasty) as runner:
        runner.run(story)


@dataclass
class Flight:
    """One message: when it started and when Telegram acknowledged it."""

    chat: int
    started: float
    landed: float = float("inf")


class Post:
    """Sends messages through a pacer and remembers all of them."""

    def __init__(self) -> None:
        self.now = asyncio.get_running_loop().time
        self.pacer = Pacer(self.now)
        self.flights: list[Flight] = []
        self._under_way: list[asyncio.Task[None]] = []

    async def send(self, chat: int, latency: float) -> None:
        await self.pacer.turn(chat)
        flight = Flight(chat, self.now())
        self.flights.append(flight)
        self._under_way.append(asyncio.create_task(self._land(flight, latency)))

    async def _land(self, flight: Flight, latency: float) -> None:
        await asyncio.sleep(latency)
        flight.landed = self.now()
        self.pacer.landed()

    async def send_all(self, latencies: Sequence[float]) -> None:
        for chat, latency in enumerate(latencies):
            await self.send(chat, latency)
        await asyncio.gather(*self._under_way)


def most_within_a_second(flights: list[Flight]) -> int:
    """Count, for the worst start, how many before it Telegram may still count into the same second."""
    most = 0
    for number, flight in enumerate(flights):
        before = flights[:number]
        most = max(most, 1 + sum(one.landed > flight.started - 1.0 + 1e-9 for one in before))
    return most


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from([0.0, 0.001, 0.02, 0.1, 0.7, 2.5]), min_size=35, max_size=120))
def test_never_more_than_thirty_start_within_a_second_of_acknowledgements(latencies: list[float]) -> None:
    async def story() -> None:
        post = Post()
        await post.send_all(latencies)
        assert len(post.flights) == len(latencies)
        assert most_within_a_second(post.flights) <= PER_SECOND

    run(story())


@pytest.mark.parametrize("latency", [0.0, 0.01, 0.03])
def test_at_least_twenty_nine_a_second_are_sustained(latency: float) -> None:
    async def story() -> None:
        post = Post()
        await post.send_all([latency] * 600)
        first, last = post.flights[0].started, post.flights[-1].started
        assert 599 / (last - first) >= 29

    run(story())


def test_messages_leave_evenly_and_not_thirty_at_once() -> None:
    async def story() -> None:
        post = Post()
        await post.send_all([0.0] * 60)
        pairs = zip(post.flights, post.flights[2:], strict=False)  # one may catch up with the one before
        assert min(later.started - earlier.started for earlier, later in pairs) > 0.03

    run(story())


def test_a_pause_holds_everybody_up_to_its_end_and_a_shorter_one_does_not_lift_it() -> None:
    async def story() -> None:
        post = Post()
        began = post.now()
        post.pacer.pause(5)
        post.pacer.pause(1)
        await post.send_all([0.0] * 3)
        assert post.flights[0].started == pytest.approx(began + 5)

    run(story())


def test_when_thirty_are_under_way_the_next_waits_for_one_to_land() -> None:
    async def story() -> None:
        post = Post()
        await post.send_all([10.0] * PER_SECOND + [0.0])
        assert post.flights[-1].started >= post.flights[0].landed + 1 - 1e-9

    run(story())


def test_a_chat_may_get_a_burst_and_then_one_a_second() -> None:
    async def story() -> None:
        post, waits = Post(), []
        for _ in range(CHAT_BURST + 3):
            waits.append(wait := post.pacer.chat_wait(7))
            await asyncio.sleep(wait)
            await post.send(7, 0.0)
        assert waits[:CHAT_BURST] == [0.0] * CHAT_BURST
        assert all(0.9 < wait <= 1.0 for wait in waits[CHAT_BURST:])

    run(story())


def test_a_quiet_chat_may_get_a_burst_again_and_no_more_than_that() -> None:
    async def story() -> None:
        post = Post()
        for _ in range(CHAT_BURST):
            await post.send(7, 0.0)
        assert post.pacer.chat_wait(7) > 0
        assert post.pacer.chat_wait(8) == 0
        await asyncio.sleep(600)
        for _ in range(CHAT_BURST):
            assert post.pacer.chat_wait(7) == 0
            await post.send(7, 0.0)
        assert post.pacer.chat_wait(7) > 0

    run(story())
