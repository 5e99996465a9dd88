"""kill -9 at random moments while clients answer (F1): nothing lost, nothing twice, nobody stuck."""

import asyncio
import itertools
from collections import Counter
from pathlib import Path

import pytest

from bot.playground.phones import Phone
from tests.faults import journal as witness
from tests.faults.killer import Killer
from tests.faults.walkers import QUESTIONS, Walker, drained, past_session, together
from tests.house import House, link_in, practice, press_when_shown

THERAPISTS, CLIENTS_EACH = 3, 4
ENV = {"CHECK_IN_DELAY": "0s", "TICK": "200ms"}


async def answer_for_ever(house: House, walker: Walker, therapist: Phone, killer: Killer) -> None:
    """Have one session after the other, at least two, as long as the bot is being killed."""
    for slot in itertools.count():
        if killer.is_done and slot >= 2:
            return
        await past_session(house, walker.phone.name, slot, therapist)
        await walker.answer(walker.ratings())


async def shared_out(house: House) -> dict[int, Phone]:
    """Enrol clients with several therapists, whose chats take a message a second each; client -> therapist."""
    whose: dict[int, Phone] = {}
    for number in range(THERAPISTS):
        house.therapist = await another_therapist(house, f"Therapist {number}", 70_020 + number)
        known = len(house.clients)
        codes = [f"K-{number}{place}" for place in range(CLIENTS_EACH)]
        await house.enrol_all(codes, 71_100 + 100 * number)
        whose |= {phone.user_id: house.therapist for phone in house.clients[known:]}
    return whose


async def another_therapist(house: House, name: str, number: int) -> Phone:
    therapist = await house.telegram.person(number, name)
    await house.admin.say(f"/invite_therapist {name}")
    invite = await house.admin.wait_for(lambda message: name in message.text and "https://" in message.text)
    await therapist.open(link_in(invite))
    await press_when_shown(therapist, "Show summaries right away")
    await house.hop()
    await house.hop()
    return therapist


async def survive(tmp_path: Path, kills: int, seed: int) -> tuple[House, list[Walker], Killer]:
    async with practice(tmp_path, clients=0, env=ENV) as house:
        whose = await shared_out(house)
        await house.telegram.latency(0.01)
        walkers = [Walker(phone, seed + number, impatience=0.15) for number, phone in enumerate(house.clients)]
        killer = Killer(house, seed, kills)
        walks = [
            asyncio.create_task(answer_for_ever(house, walker, whose[walker.phone.user_id], killer))
            for walker in walkers
        ]
        await together(asyncio.create_task(killer.run()), *walks)
        await drained(house)
        await judge(house, walkers, killer)
    return house, walkers, killer


async def judge(house: House, walkers: list[Walker], killer: Killer) -> None:
    """Compare what people pressed, what the server saw, and what the database holds."""
    journal = await house.telegram.journal()
    meant = {number: ratings for walker in walkers for number, ratings in walker.meant.items()}
    sent = witness.repeats(journal)
    print(f"{len(killer.moments)} kills, {len(meant)} check-ins, {len(sent)} messages twice")  # noqa: T201 - the measure
    nothing_lost_or_changed(house, meant, journal)
    await every_update_counted_once(house)
    told_once(house, meant)
    few_repeats(house, journal, killer.moments)


def nothing_lost_or_changed(house: House, meant: dict[int, tuple[int, ...]], journal: list[witness.Entry]) -> None:
    order = ("bond", "goals", "tasks", "overall")
    stored = {number: tuple(given[name] for name in order) for number, given in house.truth.answers().items()}
    assert stored == meant
    assert house.truth.states() == {"completed": len(meant)}
    pressed = witness.pressed_ratings(journal)
    assert {key: {meant[key[0]][key[1]]} for key in pressed} == pressed
    assert len(pressed) == QUESTIONS * len(meant)


async def every_update_counted_once(house: House) -> None:
    queue = await house.telegram.queue()
    assert len(house.truth.seen()) == queue["queued"] == queue["confirmed"]
    assert not house.truth.parked()


def told_once(house: House, meant: dict[int, tuple[int, ...]]) -> None:
    for kind in ("prompt", "summary"):
        about = Counter(row["about_id"] for row in house.truth.deliveries(kind))
        assert about == dict.fromkeys(meant, 1)
    assert {outcome for _, outcome in house.truth.delivered()} <= {"sent", "dropped"}


def few_repeats(house: House, journal: list[witness.Entry], kills: list[int]) -> None:
    """At most one message is forgotten per chat and kill, whether it can be told by its buttons or only counted."""
    places = Counter(
        (witness.chat_of(entry), sum(entry["seq"] > kill for kill in kills)) for entry in witness.repeats(journal)
    )
    assert max(places.values(), default=0) <= 1
    messages = witness.by_chat(witness.made(journal))
    rows = [
        row for row in house.truth.deliveries() if row["outcome"] == "sent" and row["kind"] not in ("menu", "delete")
    ]
    people = {row["id"] for row in house.truth.ask("SELECT id FROM persons")}
    spare = sum(messages.values()) - len(rows) - len(house.clients)  # a consent text leaves no row
    assert 0 <= spare <= len(kills) * len(people)


async def test_thirty_kills_lose_no_answer_and_count_none_twice(tmp_path: Path) -> None:
    await survive(tmp_path, kills=30, seed=1)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(5))
async def test_a_hundred_kills_lose_no_answer_and_count_none_twice(tmp_path: Path, seed: int) -> None:
    await survive(tmp_path, kills=100, seed=seed)
