"""A client blocks the bot (F8): one attempt, the therapist told once, and after unblocking what is open is shown."""

from pathlib import Path

from bot.playground.phones import Phone
from tests.faults import journal as witness
from tests.faults.walkers import Walker, drained
from tests.house import House, practice


async def attempts(house: House, phone: Phone) -> int:
    """Count how often the bot tried to write to somebody."""
    calls = await house.telegram.journal()
    return sum(entry["what"] in witness.MAKING and witness.chat_of(entry) == phone.user_id for entry in calls)


async def warnings(house: House) -> int:
    return sum("cannot be reached" in message.text for message in await house.therapist.messages())


async def test_a_deleted_account_costs_one_attempt_and_one_word_to_the_therapist(tmp_path: Path) -> None:
    async with practice(tmp_path) as house:
        client = house.clients[0]
        await house.session_now(client.name)
        before = await attempts(house, client)
        await client.deactivate()
        for _ in range(3):
            await house.hop_to_due()  # the prompt, the reminder, the end
        assert await attempts(house, client) == before + 1
        await drained(house)
        assert await warnings(house) == 1
        assert house.truth.delivered()["prompt", "unreachable"] == 1


async def test_a_known_block_costs_no_attempt_and_unblocking_shows_what_is_open(tmp_path: Path) -> None:
    async with practice(tmp_path) as house:
        client = house.clients[0]
        await house.session_now(client.name)
        before = await attempts(house, client)
        await client.block()
        await house.hop_to_due()
        await drained(house)
        assert await attempts(house, client) == before
        assert await warnings(house) == 1
        await client.unblock()
        await Walker(client).answer((8, 7, 6, 5))
        await drained(house)
        assert house.truth.ratings() == [(8, 7, 6, 5)]
        assert await warnings(house) == 1


async def test_who_blocks_in_the_middle_finds_the_open_question_again(tmp_path: Path) -> None:
    async with practice(tmp_path) as house:
        client = house.clients[0]
        await house.session_now(client.name)
        await house.hop_to_due()
        await client.press("Start")
        await client.wait_for("1/4")
        await client.press("8")
        question = await client.wait_for("2/4")
        await client.block()
        await house.settled()
        await client.unblock()
        again = await client.wait_for(
            lambda message: "2/4" in message.text and message.message_id > question.message_id
        )
        assert "10" in again.labels
        await Walker(client).answer((8, 7, 6, 5))
        assert house.truth.ratings() == [(8, 7, 6, 5)]
