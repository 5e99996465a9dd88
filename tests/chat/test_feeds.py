"""A therapist's calendar by its address: set, read each hour, followed, failing, removed."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from bot.playground.phones import Message
from tests.chat.conftest import Newcomer
from tests.chat.test_calendars import calendar, event, noon, planned
from tests.chat.test_settings import chosen, to_clock
from tests.house import House, practice, press_when_shown
from tests.https import Server, calendar_page, redirect_to, serving

pytestmark = pytest.mark.asyncio(loop_scope="module")
HOUR = timedelta(hours=1, minutes=1)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Server]:
    async with serving(tmp_path_factory.mktemp("https")) as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory, server: Server) -> AsyncIterator[House]:
    directory: Path = tmp_path_factory.mktemp("practice")
    env = {"CALENDAR_FEEDS": "on", "TEST_AUTHORITY": str(server.authority)}
    async with practice(directory, clients=0, env=env, program="tests.feed_bot") as running:
        yield running


async def said(house: House, text: str, *wanted: str) -> Message:
    before = await house.therapist.say(text)
    return await house.therapist.wait_for(
        lambda message: message.message_id > before and all(words in message.text for words in wanted)
    )


async def test_a_calendar_by_address_is_followed_each_hour_and_its_address_is_nowhere_to_be_read(
    house: House, server: Server, newcomer: Newcomer
) -> None:
    client = await newcomer()
    await house.hop()
    start, state = await noon(house, 5), {"version": 1}
    versions = {
        1: calendar(event("f1", client.name, start), event("f2", client.name, start + timedelta(days=2))),
        2: calendar(event("f1", client.name, start + timedelta(hours=1)), event("f3", "Choir", start)),
    }
    page = calendar_page(lambda: versions[state["version"]], lambda: f'"{state["version"]}"')
    server.pages["/private-5ecret/basic.ics"] = page
    url = server.url("/private-5ecret/basic.ics")
    await said(house, f"/calendar {url}", "2 sessions added", f"{client.name}: 2 sessions ahead")
    await house.therapist.wait_until(lambda messages: not any("5ecret" in message.text for message in messages))
    due = start + timedelta(hours=2, minutes=50)
    assert planned(house, client) == [f"{due:%m-%d %H:%M}", f"{due + timedelta(days=2):%m-%d %H:%M}"]

    asked, answers = len(server.asked), len(await house.therapist.messages())
    await house.hop(HOUR)
    assert [request.headers.get("If-None-Match") for request in server.asked[asked:]] == ['"1"']
    assert len(await house.therapist.messages()) == answers
    state["version"] = 2
    await house.hop(HOUR)
    assert planned(house, client) == [f"{due + timedelta(hours=1):%m-%d %H:%M}"]
    await house.therapist.wait_for("1. Choir: 1 entry")
    await house.hop(HOUR)
    assert sum("Choir" in message.text for message in await house.therapist.messages()) == 1
    assert house.found("5ecret") == []
    assert house.found("Choir") == []


async def test_titles_nobody_knows_are_not_asked_about_in_quiet_hours(
    house: House, server: Server, newcomer: Newcomer
) -> None:
    client = await newcomer()
    await house.hop()
    start = await noon(house, 5)
    versions = [calendar(event("q1", client.name, start)), calendar(event("q2", "Pottery", start))]
    version = {"now": 0}
    page = calendar_page(lambda: versions[version["now"]], lambda: f'"quiet {version["now"]}"')
    server.pages["/quiet/basic.ics"] = page
    await said(house, f"/calendar {server.url('/quiet/basic.ics')}", f"{client.name}: 1 session ahead")
    await chosen(house.therapist, "Quiet hours", "18:00-08:00")
    await to_clock(house, 19)
    version["now"] = 1
    for _ in range(3):
        await house.hop(HOUR)
    assert not any("Pottery" in message.text for message in await house.therapist.messages())
    await to_clock(house, 8)
    for _ in range(3):
        await house.hop(HOUR)
    await house.therapist.wait_for("1. Pottery: 1 entry")
    assert sum("Pottery" in message.text for message in await house.therapist.messages()) == 1
    await chosen(house.therapist, "Quiet hours", "No quiet hours")


async def test_a_calendar_that_is_suddenly_empty_is_told_of_without_a_sound_and_not_at_night(
    house: House, server: Server, newcomer: Newcomer
) -> None:
    client = await newcomer()
    await house.hop()
    start, state = await noon(house, 5), {"version": 1}
    full = calendar(*(event(f"e{day}", client.name, start + timedelta(days=day)) for day in range(3)))
    versions = {1: full, 2: calendar(), 3: full}
    page = calendar_page(lambda: versions[state["version"]], lambda: f'"empty {state["version"]}"')
    server.pages["/empty/basic.ics"] = page
    await said(house, f"/calendar {server.url('/empty/basic.ics')}", f"{client.name}: 3 sessions ahead")
    await chosen(house.therapist, "Quiet hours", "18:00-08:00")
    await to_clock(house, 19)
    state["version"] = 2
    for _ in range(3):
        await house.hop(HOUR)
    assert planned(house, client) == []
    assert not any("3 sessions called off" in message.text for message in await house.therapist.messages())
    await to_clock(house, 8)
    await house.hop(HOUR)
    told = await house.therapist.wait_for("3 sessions called off: your calendar no longer has them")
    history = (await house.therapist.chat(history=True))["history"]
    assert [one["silent"] for one in history if one.get("message", {}).get("message_id") == told.message_id] == [True]
    assert f"{client.name}, " in told.text
    assert "Once a session is in it again" in told.text
    assert sum("3 sessions called off" in message.text for message in await house.therapist.messages()) == 1
    state["version"] = 3
    await house.therapist.press("Read it now")
    await house.therapist.wait_for(lambda one: one.message_id > told.message_id and "3 sessions added" in one.text)
    assert len(planned(house, client)) == 3
    await chosen(house.therapist, "Quiet hours", "No quiet hours")


async def test_a_title_that_changes_in_a_calendar_by_address_calls_nothing_off_until_it_is_ignored(
    house: House, server: Server, newcomer: Newcomer
) -> None:
    client = await newcomer()
    await house.hop()
    start, state = await noon(house, 5), {"version": 1}
    versions = {1: calendar(event("n1", client.name, start)), 2: calendar(event("n1", "Kim online", start))}
    page = calendar_page(lambda: versions[state["version"]], lambda: f'"named {state["version"]}"')
    server.pages["/named/basic.ics"] = page
    await said(house, f"/calendar {server.url('/named/basic.ics')}", f"{client.name}: 1 session ahead")
    state["version"] = 2
    await house.hop(HOUR)
    asked = await house.therapist.wait_for("1. Kim online: 1 entry")
    assert f"Stays with {client.name} until you choose." in asked.text
    assert len(planned(house, client)) == 1
    await house.hop(HOUR)
    assert len(planned(house, client)) == 1
    await house.therapist.press("Ignore all of these")
    await house.therapist.wait_for(lambda message: "1 session called off" in message.text and "ignored" in message.text)
    assert planned(house, client) == []


async def test_an_address_can_be_looked_after_and_removed(house: House, server: Server) -> None:
    await house.hop()
    shown = await said(house, "/calendar", "I read your calendar each hour, last on")
    assert shown.labels == ["Read it now", "Remove the address", "Ask me about titles again"]
    await house.hop()
    before = len(server.asked)
    await house.therapist.press("Read it now")
    await house.settled()
    assert len(server.asked) == before + 1
    server.pages.clear()
    await house.hop(HOUR)
    await said(house, "/calendar", "I have not been able to read your calendar since", "gave me no calendar")
    await house.hop(timedelta(hours=26))
    told = [message for message in await house.therapist.messages() if "sessions stay as they are" in message.text]
    assert len(told) == 2  # the answer above, and the one that came unasked
    await press_when_shown(house.therapist, "Remove the address")
    await house.therapist.wait_for("I have forgotten the address")
    asked = len(server.asked)
    await house.hop(timedelta(hours=3))
    assert len(server.asked) == asked
    assert house.truth.counts()["feeds"] == 0


async def test_an_address_that_leads_into_a_private_network_is_refused(house: House, server: Server) -> None:
    server.pages["/there"] = redirect_to("https://10.0.0.1/cal.ics")
    await said(house, f"/calendar {server.url('/there')}", "leads into a private network")
    await house.hop()
    await said(house, "/calendar http://localhost/cal.ics", "has to begin with https://")
    assert house.truth.counts()["errands"] == 0
