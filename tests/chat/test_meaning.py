"""What a summary says about a client's answers over the weeks."""

from datetime import timedelta

import pytest

from bot.playground.phones import Message, Phone
from tests.chat.conftest import Newcomer, asked
from tests.house import House, press_when_shown, skip_follow_up

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def week(house: House, client: Phone, ratings: tuple[int, ...]) -> Message:
    """Let a session take place, the client answer, and a week pass; gives the summary."""
    before = {message.message_id for message in await house.therapist.messages()}
    await house.session_now(client.name)
    await house.hop(timedelta(hours=2, minutes=1))
    for position, rating in enumerate(ratings, start=1):
        if position == 1:
            await press_when_shown(client, "Start")
        await asked(client, position)
        await client.press(str(rating))
    await skip_follow_up(client)
    await press_when_shown(client, "Send")
    summary = await house.therapist.wait_for(
        lambda message: message.message_id not in before and f"{client.name}, session" in message.text
    )
    await house.hop(timedelta(days=6, hours=20))
    return summary


async def test_a_fall_below_the_clients_own_usual_is_said_with_its_numbers_and_one_next_step(
    house: House, newcomer: Newcomer
) -> None:
    client = await newcomer()
    for _ in range(3):
        steady = await week(house, client, (9, 9, 9, 9))
    fallen = await week(house, client, (9, 9, 6, 6))
    assert "usual" not in steady.text
    assert "Lower than this client's own usual" in fallen.text
    assert "Usual: 9. This time: 7.5." in fallen.text
    assert "Tasks 6 (-3)" in fallen.text
    assert "say what it is good for" in fallen.text
    assert "DROP" not in fallen.text


async def test_back_near_usual_is_said_too(house: House, newcomer: Newcomer) -> None:
    client = await newcomer()
    for _ in range(3):
        await week(house, client, (9, 9, 9, 9))
    await week(house, client, (7, 7, 7, 7))
    assert "Back near usual" in (await week(house, client, (9, 9, 9, 9))).text


async def test_from_the_second_check_in_on_the_summary_is_a_chart_with_the_text_under_it(
    house: House, newcomer: Newcomer
) -> None:
    client = await newcomer()
    first = await week(house, client, (9, 9, 9, 9))
    second = await week(house, client, (9, 8, 9, 9))
    assert first.file_id is None
    assert second.file_id is not None
    assert (await house.telegram.file(second.file_id)).startswith(b"\x89PNG")
    assert "Goals 8 (-1)" in second.text


async def test_therapist_and_client_can_look_at_the_line_whenever_they_want(house: House, newcomer: Newcomer) -> None:
    client = await newcomer()
    await client.say("/progress")
    await client.wait_for("Nothing to show yet")
    for _ in range(2):
        await week(house, client, (9, 9, 9, 9))
    await client.say("/progress")
    assert (await client.wait_for("Your own answers over time")).file_id is not None
    await house.therapist.say("/client")
    await press_when_shown(house.therapist, client.name)
    glance = await house.therapist.wait_for(lambda message: "No next session is planned" in message.text)
    assert glance.file_id is not None
    assert glance.text.startswith(f"{client.name}, since")
