"""Appointments that move in a calendar: onto each other's places, onto one entered by hand, after an answer."""

from datetime import datetime, timedelta
from itertools import permutations

from bot.calendars import Count, Source
from bot.sessions import When
from bot.store import check_ins, episodes, sessions
from bot.store.database import Database
from bot.telegram.calendar_steps import How
from conversations.model import State, Step
from tests.ics.exports import crlf
from tests.store.calendar_desk import BEFORE, BERLIN, Desk
from tests.store.people import House, become, client_of

START = (15, 17, 19)
"""Days of March 2027 on which three appointments are, at noon."""


def entry(uid: str, at: datetime | int, title: str = "K-17") -> str:
    begin = datetime(2027, 3, at, 12) if isinstance(at, int) else at  # noqa: DTZ001 - a wall time
    end = begin + timedelta(minutes=50)
    times = f"DTSTART;TZID=Europe/Berlin:{begin:%Y%m%dT%H%M%S}\nDTEND;TZID=Europe/Berlin:{end:%Y%m%dT%H%M%S}"
    return f"BEGIN:VEVENT\nUID:{uid}\nSUMMARY:{title}\n{times}\nEND:VEVENT"


def calendar(*entries: str) -> bytes:
    return crlf("\n".join(("BEGIN:VCALENDAR", "VERSION:2.0", *entries, "END:VCALENDAR", "")))


def on(*days: int) -> bytes:
    """Write a calendar with the appointments a, b, c on these days, at noon."""
    return calendar(*(entry(uid, day) for uid, day in zip("abcdefgh", days, strict=False)))


def noons(*days: int) -> list[str]:
    return [f"03-{day:02} 12:00" for day in sorted(days)]


async def by_hand(database: Database, house: House, desk: Desk, day: int, hour: int = 12) -> int:
    """Enter a session in the chat; give its id."""
    async with database.writing() as tx:
        episode = (await episodes.by_ids(tx, house.ring, [house.episode]))[house.episode]
        when = When(datetime(2027, 3, day, hour, tzinfo=BERLIN))
        noted = await desk.sessions.enter(tx, episode, when, BEFORE)
    assert not isinstance(noted, str)
    return noted.session.id


async def begins(database: Database, house: House, session_id: int) -> None:
    """Let the client begin to answer about a session."""
    async with database.writing() as tx:
        number = await sessions.check_in_of(tx, session_id)
        assert number is not None
        kept = (await check_ins.load(tx, house.ring, BEFORE, ids=[number]))[number]
        begun = {"state": State.OPEN, "step": Step.QUESTION, "prompted_at": BEFORE, "started_at": BEFORE}
        fields = {name: getattr(kept.check_in, name) for name in type(kept.check_in).__dataclass_fields__}
        fields |= {**begun, "version_id": house.version, "expires_at": BEFORE + timedelta(days=3)}
        await become(tx, house.ring, kept, type(kept.check_in)(**fields))


# ---- onto a place that becomes free ----


async def test_a_move_onto_a_place_that_is_freed_in_the_same_file_takes_place(house: House, desk: Desk) -> None:
    await desk.take(on(16, 18))
    assert await desk.take(on(18, 22)) == {Count.MOVED: 2}
    assert list(await desk.held(house.episode)) == noons(18, 22)
    assert await desk.due(house.episode) == ["03-18 14:50", "03-22 14:50"]
    assert await desk.take(on(18, 22)) == {Count.KEPT: 2}


async def test_whatever_places_three_appointments_exchange_the_sessions_end_as_in_the_calendar(
    house: House, desk: Desk
) -> None:
    await desk.take(on(*START))
    for days in permutations((*START, 22), 3):
        counts = await desk.take(on(*days))
        assert counts.total() == 3
        assert counts.keys() <= {Count.MOVED, Count.KEPT}
        assert list(await desk.held(house.episode)) == noons(*days)
        assert await desk.due(house.episode) == [f"{noon[:5]} 14:50" for noon in noons(*days)]
        assert await desk.take(on(*days)) == {Count.KEPT: 3}


async def test_two_appointments_that_exchange_places_leave_each_session_where_it_was(house: House, desk: Desk) -> None:
    await desk.take(on(16, 18))
    before = await desk.held(house.episode)
    assert await desk.take(on(18, 16)) == {Count.KEPT: 2}
    assert await desk.held(house.episode) == before
    await desk.take(on(18, 23))
    after = await desk.held(house.episode)
    assert after == {"03-18 12:00": before["03-18 12:00"], "03-23 12:00": before["03-16 12:00"]}


async def test_appointments_that_exchange_places_but_for_some_minutes_move_by_these_minutes(
    house: House, desk: Desk
) -> None:
    await desk.take(on(16, 18))
    early, late = datetime(2027, 3, 16, 12, 20), datetime(2027, 3, 18, 12, 20)  # noqa: DTZ001 - wall times
    assert await desk.take(calendar(entry("a", late), entry("b", early))) == {Count.MOVED: 2}
    assert list(await desk.held(house.episode)) == ["03-16 12:20", "03-18 12:20"]


async def test_a_row_of_appointments_that_each_take_the_next_ones_place_moves_as_a_whole(
    house: House, desk: Desk
) -> None:
    days = [15, 16, 17, 18, 19, 20, 21, 22]
    await desk.take(on(*days))
    assert await desk.take(on(*(day + 1 for day in days))) == {Count.MOVED: 8}
    assert await desk.take(on(*days)) == {Count.MOVED: 8}
    assert list(await desk.held(house.episode)) == noons(*days)


async def test_clients_whose_titles_change_places_change_sessions(database: Database, house: House, desk: Desk) -> None:
    async with database.writing() as tx:
        _, other = await client_of(tx, house.ring, house.therapist, 710_000_002, "K-18")
    first, second = calendar(entry("a", 16), entry("b", 16, "K-18")), calendar(entry("a", 16, "K-18"), entry("b", 16))
    await desk.take(first)
    await desk.take(second)
    assert list(await desk.held(house.episode)) == list(await desk.held(other)) == noons(16)
    assert await desk.take(second) == {Count.KEPT: 2}


# ---- onto what stays ----


async def test_a_move_onto_a_session_entered_by_hand_takes_that_one_for_it(
    database: Database, house: House, desk: Desk
) -> None:
    await desk.take(on(16))
    mine = await by_hand(database, house, desk, 18)
    assert await desk.take(on(18)) == {Count.MOVED: 1}
    assert await desk.held(house.episode) == {"03-18 12:00": mine}
    assert await desk.take(on(18)) == {Count.KEPT: 1}
    assert await desk.take(on(23)) == {Count.MOVED: 1}
    assert await desk.held(house.episode) == {"03-23 12:00": mine}


async def test_a_move_onto_another_appointment_that_stays_says_so_and_is_tried_again(house: House, desk: Desk) -> None:
    await desk.take(on(16, 18))
    assert await desk.take(on(18, 18)) == {Count.CANCELLED: 1, Count.DOUBLE: 1, Count.KEPT: 1}
    assert list(await desk.held(house.episode)) == noons(18)
    assert await desk.take(on(18, 18)) == {Count.DOUBLE: 1, Count.KEPT: 1}
    assert await desk.take(on(18, 23)) == {Count.NEW: 1, Count.MOVED: 1}
    assert list(await desk.held(house.episode)) == noons(18, 23)
    assert await desk.take(on(18, 23)) == {Count.KEPT: 2}


async def test_what_was_changed_in_the_chat_stands_when_the_same_calendar_comes_by_address(
    database: Database, house: House, desk: Desk
) -> None:
    await desk.take(on(16, 18))
    held = await desk.held(house.episode)
    async with database.writing() as tx:
        await desk.sessions.cancel(tx, await desk.therapist(), held["03-16 12:00"], BEFORE)
    await desk.take(on(16, 18), Source.FEED)
    assert list(await desk.held(house.episode)) == noons(18)


async def test_what_a_reading_called_off_is_known_until_it_is_on_again(
    database: Database, house: House, desk: Desk
) -> None:
    await desk.take(on(16, 18), Source.FEED)
    held = await desk.held(house.episode)
    assert await desk.take(on(), Source.FEED) == {Count.CANCELLED: 2}
    therapist = await desk.therapist()
    days = [datetime(2027, 3, day, 12, tzinfo=BERLIN) for day in (16, 18)]
    async with database.writing() as tx:
        assert await desk.calendars.called_off(tx, therapist, BEFORE) == [("K-17", day) for day in days]
        assert await desk.calendars.called_off(tx, therapist, BEFORE + timedelta(hours=1)) == []
        await desk.sessions.restore(tx, therapist, held["03-16 12:00"], BEFORE)
        assert await desk.calendars.called_off(tx, therapist, BEFORE) == [("K-17", days[1])]


# ---- after the client has begun ----


async def test_a_series_that_is_made_anew_at_the_same_times_and_brought_back_stays_planned(
    house: House, desk: Desk
) -> None:
    old, new = (calendar(*(entry(f"{name}{day}", day) for day in START)) for name in ("old", "new"))
    for content in (old, new, old, new):
        await desk.take(content, Source.FEED)
        assert list(await desk.held(house.episode)) == noons(*START)
        assert await desk.due(house.episode) == [f"03-{day} 14:50" for day in START]
        assert await desk.take(content, Source.FEED) == {Count.KEPT: 3}


async def test_an_appointment_that_moves_on_after_its_client_began_to_answer_is_a_new_one(
    database: Database, house: House, desk: Desk
) -> None:
    await desk.take(on(16))
    held = await desk.held(house.episode)
    await begins(database, house, held["03-16 12:00"])
    assert await desk.take(on(21)) == {Count.NEW: 1}
    after = await desk.held(house.episode)
    assert list(after) == noons(16, 21)
    assert after["03-16 12:00"] == held["03-16 12:00"]
    assert await desk.due(house.episode) == ["03-21 14:50"]
    assert await desk.take(on(21)) == {Count.KEPT: 1}
    assert await desk.take(on(22)) == {Count.MOVED: 1}
    assert list(await desk.held(house.episode)) == noons(16, 22)


async def test_an_appointment_put_right_by_minutes_after_its_client_began_stays_one_session(
    database: Database, house: House, desk: Desk
) -> None:
    await desk.take(on(16))
    await begins(database, house, (await desk.held(house.episode))["03-16 12:00"])
    later = calendar(entry("a", datetime(2027, 3, 16, 12, 10)))  # noqa: DTZ001 - a wall time
    for _ in range(2):
        assert await desk.take(later) == {Count.KEPT: 1}
    assert list(await desk.held(house.episode)) == noons(16)


async def test_what_the_client_has_begun_stays_when_its_appointment_exchanges_places(
    database: Database, house: House, desk: Desk
) -> None:
    await desk.take(on(16, 18))
    held = await desk.held(house.episode)
    await begins(database, house, held["03-16 12:00"])
    assert await desk.take(on(18, 16)) == {Count.KEPT: 2}
    assert await desk.held(house.episode) == held
    assert await desk.due(house.episode) == ["03-18 14:50"]


async def test_an_appointment_that_comes_back_after_it_could_not_be_called_off_is_not_told_as_added(
    database: Database, house: House, desk: Desk
) -> None:
    await desk.take(on(16, 18))
    await begins(database, house, (await desk.held(house.episode))["03-16 12:00"])
    without = calendar(entry("b", 18))
    await desk.take(on(16, 18), Source.FEED)
    assert await desk.take(without, Source.FEED) == {Count.KEPT: 2}
    assert await desk.take(on(16, 18), Source.FEED) == {Count.KEPT: 2}


# ---- titles that are not known any more ----


async def test_an_appointment_whose_title_is_not_known_any_more_stays_with_its_client_and_is_asked_about(
    house: House, desk: Desk
) -> None:
    await desk.take(on(16, 18))
    renamed = calendar(entry("a", 16, "Kim online"), entry("b", 23, "Kim online"))
    for source in (Source.FILE, Source.FEED):
        outcome = await desk.outcome(renamed, source)
        assert outcome.counts[Count.CANCELLED] == 0
        (asked,) = outcome.unknown
        assert (asked.title, asked.total, list(asked.codes)) == ("Kim online", 2, ["K-17"])
        assert list(await desk.held(house.episode)) == noons(16, 23)


async def test_an_appointment_that_loses_its_title_stays_planned(house: House, desk: Desk) -> None:
    await desk.take(on(16, 18))
    assert await desk.take(calendar(entry("a", 16, ""), entry("b", 18)), Source.FEED) == {Count.KEPT: 1}
    assert list(await desk.held(house.episode)) == noons(16, 18)


async def test_a_title_that_is_ignored_calls_off_its_appointments_and_nothing_else(
    database: Database, house: House, desk: Desk
) -> None:
    await desk.take(on(16, 18))
    renamed = calendar(entry("a", 16, "Yoga"), entry("b", 23))
    (asked,) = (await desk.compare(renamed)).unknown
    async with database.writing() as tx:
        titles = await desk.calendars.ask(tx, await desk.therapist(), [asked], 1)
        await desk.calendars.ignore(tx, titles)
    outcome = await desk.outcome(renamed, how=How(passed_over=True))
    assert outcome.counts[Count.CANCELLED] == 1
    assert list(await desk.held(house.episode)) == noons(18)
    assert await desk.take(renamed) == {Count.MOVED: 1, Count.IGNORED: 1}
    assert list(await desk.held(house.episode)) == noons(23)


async def test_a_title_that_turns_out_to_be_another_client_moves_the_appointment_to_them(
    database: Database, house: House, desk: Desk
) -> None:
    async with database.writing() as tx:
        _, other = await client_of(tx, house.ring, house.therapist, 710_000_002, "K-18")
    await desk.take(on(16))
    renamed = calendar(entry("a", 16, "Kim online"))
    (asked,) = (await desk.outcome(renamed)).unknown
    async with database.writing() as tx:
        (title,) = await desk.calendars.ask(tx, await desk.therapist(), [asked], 1)
        await desk.calendars.match(tx, title, (await episodes.by_ids(tx, house.ring, [other]))[other])
    assert await desk.take(renamed) == {Count.MOVED: 1}
    assert (list(await desk.held(house.episode)), list(await desk.held(other))) == ([], noons(16))
    assert await desk.take(renamed) == {Count.KEPT: 1}
