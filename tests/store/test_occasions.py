"""What is asked on no session's account: when a client joins, and now; and what it means for the history."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.digests import Digests
from bot.occasions import Told
from bot.practice import BUILT_IN_NAME
from bot.question_sets import Trouble
from bot.readings import Readings
from bot.reports import Reports
from bot.roster import Roster
from bot.store import deliveries, episodes, history, persons
from bot.store.database import Database
from bot.store.deliveries import Lane
from bot.store.tables import assignments, audit
from bot.timers import Timers
from conversations import events as ev
from conversations.events import Event
from conversations.model import State, Visibility
from conversations.occasions import EACH, ONCE, Occasion
from conversations.pausing import Pause
from conversations.schedule import QuietHours
from tests.store.asking import BEFORE, DAY, DONE, HOUR, Asking, one
from tests.store.people import BERLIN, NOW, House, client_of

START = (Occasion.START, EACH)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def asking(house: House) -> Asking:
    return Asking.of(house)


async def test_a_new_client_is_asked_once_when_they_have_settled_in(database: Database, asking: Asking) -> None:
    async with database.writing() as tx:
        await asking.assign(tx, START)
        client = await asking.person(tx, asking.house.client)
        await asking.occasions.begin(tx, client, asking.house.episode, asking.house.therapist, NOW)
        await asking.done_with_the_morning(tx)
        assert one(await asking.on(tx, Occasion.START)).check_in.due_at == NOW + 30 * MINUTE
        await asking.occasions.settled(tx, client, NOW + MINUTE)
        await asking.tick(tx, NOW + MINUTE)
        opened = one(await asking.on(tx, Occasion.START)).check_in
        assert (opened.state, opened.session_id) == (State.OPEN, None)
        assert opened.expires_at == NOW + MINUTE + timedelta(hours=72)
        assert opened.reminder_at == NOW + MINUTE + DAY
        await asking.occasions.settled(tx, client, NOW + 2 * MINUTE)
        assert one(await asking.on(tx, Occasion.START)).check_in == opened


async def test_nobody_is_asked_at_the_start_at_night(database: Database, asking: Asking) -> None:
    async with database.writing() as tx:
        await asking.assign(tx, START)
        await asking.done_with_the_morning(tx)
        client = await asking.person(tx, asking.house.client)
        quiet = replace(client.preferences, quiet_hours=QuietHours(NOW.time(), NOW.time().replace(hour=20)))
        await persons.set_preferences(tx, client.id, quiet)  # 14:00 to 20:00 in Berlin; it is 15:00
        client = await asking.person(tx, client.id)
        await asking.occasions.begin(tx, client, asking.house.episode, asking.house.therapist, NOW)
        await asking.occasions.settled(tx, client, NOW + MINUTE)
        await asking.tick(tx, NOW + MINUTE)
        assert one(await asking.on(tx, Occasion.START)).check_in.due_at == NOW + 5 * HOUR


async def test_a_client_in_the_room_is_asked_at_once_and_once_a_press(database: Database, asking: Asking) -> None:
    async with database.writing() as tx:
        known, episode = await asking.week(tx), await asking.episode(tx)
        await asking.done_with_the_morning(tx)
        assert known.live is not None
        done = await asking.occasions.in_room(tx, episode, "week", known.live.id, NOW, NOW)
        assert done.told is Told.ASKED
        asked = one(await asking.on(tx, Occasion.NOW)).check_in
        assert (asked.state, asked.reminder_at, asked.expires_at) == (State.OPEN, None, NOW + timedelta(hours=72))
        prompts = [one for one in await deliveries.waiting(tx, NOW, 50, ()) if one.about_id == asked.id]
        assert [(one.kind, one.lane) for one in prompts] == [("prompt", Lane.REPLY)]
        again = await asking.occasions.in_room(tx, episode, "week", known.live.id, NOW, NOW)
        assert again.told is Told.ALREADY
        a_little_later = NOW + timedelta(seconds=5)
        again = await asking.occasions.in_room(tx, episode, "week", known.live.id, a_little_later, a_little_later)
        assert again.told is Told.ALREADY, "it is still open"
        await asking.do(tx, one(await asking.on(tx, Occasion.NOW)), NOW, *DONE)
        assert (await asking.occasions.in_room(tx, episode, "week", known.live.id, NOW, NOW)).told is Told.ALREADY
        later = NOW + MINUTE
        assert (await asking.occasions.in_room(tx, episode, "week", known.live.id, later, later)).told is Told.ASKED


async def test_what_is_open_comes_first_then_what_was_asked_in_the_room(database: Database, asking: Asking) -> None:
    async with database.writing() as tx:
        known, episode = await asking.week(tx), await asking.episode(tx)
        assert known.live is not None
        await asking.tick(tx, NOW)
        done = await asking.occasions.in_room(tx, episode, "week", known.live.id, NOW, NOW)
        assert (done.told, done.since) == (Told.WAITS, NOW)
        await asking.tick(tx, NOW)
        assert await asking.states(tx, Occasion.NOW) == [State.SCHEDULED]
        await asking.do(tx, await asking.house.kept(tx), NOW, ev.Skipped())
        await asking.tick(tx, NOW)
        assert await asking.states(tx, Occasion.NOW) == [State.OPEN]


@pytest.mark.parametrize("why", [Told.PAUSED, Told.UNREACHABLE, Told.ENDED])
async def test_nobody_is_asked_who_pauses_cannot_be_reached_or_has_left(
    database: Database, asking: Asking, why: Told
) -> None:
    house = asking.house
    async with database.writing() as tx:
        known = await asking.week(tx)
        assert known.live is not None
        if why is Told.PAUSED:
            await episodes.pause(tx, house.episode, Pause(NOW, NOW + DAY))
        elif why is Told.UNREACHABLE:
            await persons.change(tx, house.client, unreachable_at=NOW)
        else:
            await episodes.end(tx, house.episode, "stopped", NOW)
        done = await asking.occasions.in_room(tx, await asking.episode(tx), "week", known.live.id, NOW, NOW)
        assert done.told is why
        assert (await asking.occasions.reach(tx, 0, "week", NOW, NOW)).asked == 0
        assert await asking.on(tx, Occasion.NOW) == []


async def test_everyone_a_therapists_clients_or_one_are_asked_and_nobody_twice_for_one_press(
    database: Database, asking: Asking
) -> None:
    house = asking.house
    async with database.writing() as tx:
        known = await asking.week(tx)
        assert known.live is not None
        other, _ = await client_of(tx, house.ring, house.client, 720_000_001, "B-1")  # a client of somebody else
        await client_of(tx, house.ring, house.therapist, 720_000_002, "K-18")
        reach = [await asking.occasions.reach(tx, about, "week", NOW, NOW) for about in (0, house.therapist)]
        assert [(one.asked, one.left_out) for one in reach] == [(3, 0), (2, 0)]
        assert await asking.occasions.ask(tx, house.episode, "week", known.live.id, NOW, NOW) == 1
        assert await asking.occasions.ask(tx, 0, "week", known.live.id, NOW, NOW) == 2
        assert await asking.occasions.ask(tx, 0, "week", known.live.id, NOW, NOW) == 0
        reached = await asking.occasions.reach(tx, 0, "week", NOW, NOW)
        assert (reached.asked, reached.left_out) == (0, 3)
        await asking.done_with_the_morning(tx)
        await asking.tick(tx, NOW)
        opened = one(await asking.on(tx, Occasion.NOW))
        assert (opened.check_in.state, opened.check_in.reminder_at) == (State.OPEN, NOW + DAY)
        assert other != house.client


async def test_the_usual_questions_asked_now_count_as_any_check_in_and_others_do_not(
    database: Database, asking: Asking
) -> None:
    house = asking.house
    async with database.writing() as tx:
        known, usual = await asking.week(tx), await asking.question_sets.named(tx, BUILT_IN_NAME)
        assert known.live is not None
        assert usual is not None
        assert usual.live is not None
        await asking.done_with_the_morning(tx)
        episode = await asking.episode(tx)
        at = [NOW + hours * HOUR for hours in (1, 2, 3, 4)]
        for moment, one_set in zip(at, (known, usual, known, usual), strict=True):
            assert one_set.live is not None
            await asking.occasions.in_room(tx, episode, one_set.name, one_set.live.id, moment, moment)
            kept = (await asking.on(tx, Occasion.NOW, moment))[-1]
            ratings = [ev.Answered(place, 8) for place in range(4 if one_set is usual else 2)]
            await asking.do(tx, kept, moment, ev.Started(), *ratings, ev.Sent())
        reports = Reports(house.ring, asking.check_ins)
        seen = await reports.overview(tx, episode, BERLIN, at[3])
        assert seen.trend is not None
        assert [point.score for point in seen.trend.points] == [8.0, 8.0]
        kept = (await asking.on(tx, Occasion.NOW, at[3]))[-1]
        summary = await reports.summary(tx, kept, BERLIN)
        assert summary is not None
        assert (summary.occasion, summary.session_day) == (Occasion.NOW, at[3].astimezone(BERLIN).date())
        assert [item.change for item in summary.items][:4] == [0, 0, 0, 0]
        judged = (await Readings(house.practice).since(tx, [house.episode], NOW - DAY))[house.episode]
        seen_as = [(False, True, at[0]), (True, True, at[1]), (False, True, at[2]), (True, True, at[3])]
        assert [(one.is_charted, one.answered, one.session_at) for one in judged] == seen_as
        assert [one.counts for one in judged] == [False, True, False, True]
        await Readings(house.practice).keep(tx, [house.episode])
        assert (await Readings(house.practice).since(tx, [house.episode], NOW - DAY))[house.episode] == judged
        assert not any(one.milestones for one in judged)


async def test_silence_about_what_was_asked_now_is_a_miss_only_for_the_usual_questions(
    database: Database, asking: Asking
) -> None:
    async with database.writing() as tx:
        known, usual = await asking.week(tx), await asking.question_sets.named(tx, BUILT_IN_NAME)
        assert usual is not None
        await asking.done_with_the_morning(tx)
        episode = await asking.episode(tx)
        for place, one_set in enumerate((known, usual)):
            moment = NOW + place * 4 * DAY
            assert one_set.live is not None
            await asking.occasions.in_room(tx, episode, one_set.name, one_set.live.id, moment, moment)
            asked = (await asking.on(tx, Occasion.NOW, moment))[-1]
            await asking.do(tx, asked, moment, ev.Started())
            await asking.tick(tx, moment + 3 * DAY)
        assert await asking.states(tx, Occasion.NOW) == [State.CANCELLED, State.EXPIRED]
        assert len(await history.of_episode(tx, episode.id)) == 1


async def test_assignments_of_a_client_go_with_the_care(database: Database, asking: Asking) -> None:
    house = asking.house
    async with database.writing() as tx:
        await asking.assign(tx, BEFORE, house.episode)
        await asking.assign(tx, (Occasion.AFTER, ONCE), house.therapist)
        digests = Digests(house.ring, house.practice, Timers())
        roster = Roster(house.ring, house.practice, asking.check_ins, digests, asking.occasions)
        await roster.end_care(tx, await asking.episode(tx), NOW)
        left = (await tx.execute(select(assignments.c.about_id, assignments.c.every))).all()
        assert [tuple(row) for row in left] == [(house.therapist, ONCE)]


async def test_every_change_leaves_one_row_and_what_changes_nothing_leaves_none(
    database: Database, asking: Asking
) -> None:
    async with database.writing() as tx:
        me, house = await asking.therapist(tx), asking.house
        for _ in range(2):
            known = await asking.assign(tx, BEFORE, house.episode)
        known = await asking.week(tx)
        for _ in range(2):
            await asking.question_sets.unassign(tx, me, known, house.episode, Occasion.BEFORE, NOW)
        await asking.question_sets.asked_now(tx, me, known, 0, NOW)
        rows = (await tx.execute(select(audit.c.action, audit.c.detail, audit.c.person_id))).all()
        assert sorted(tuple(row) for row in rows) == [
            ("questions.asked_now", "week 1 now 1 0", me.id),
            ("questions.assigned", "week 1 before 1 client", me.id),
            ("questions.unassigned", "week 1 before 1 client", me.id),
        ]
        gone = replace(known, versions=())
        assert await asking.question_sets.assign(tx, me, gone, 0, BEFORE, NOW) is Trouble.NOT_LIVE


async def test_a_note_alone_is_forwarded_and_no_gap_in_the_chart(database: Database, asking: Asking) -> None:
    async with database.writing() as tx:
        known, usual = await asking.week(tx), await asking.question_sets.named(tx, BUILT_IN_NAME)
        assert usual is not None
        await asking.done_with_the_morning(tx)
        episode = await asking.episode(tx)
        for place, one_set in enumerate((usual, known, usual)):
            moment = NOW + place * 4 * DAY
            assert one_set.live is not None
            await asking.occasions.in_room(tx, episode, one_set.name, one_set.live.id, moment, moment)
            asked = (await asking.on(tx, Occasion.NOW, moment))[-1]
            rated: list[Event] = [*(ev.Answered(place, 8) for place in range(4)), ev.Sent()]
            wrote: list[Event] = [ev.NoteAdded("hello"), ev.VisibilityChosen(Visibility.NOW)]
            await asking.do(tx, asked, moment, ev.Started(), *(wrote if one_set is known else rated))
            await asking.tick(tx, moment + 3 * DAY)
        assert await asking.states(tx, Occasion.NOW) == [State.COMPLETED, State.EXPIRED, State.COMPLETED]
        reports = Reports(asking.house.ring, asking.check_ins)
        seen = await reports.overview(tx, episode, BERLIN, moment)
        assert seen.trend is not None
        assert [point.score for point in seen.trend.points] == [8.0, 8.0]
        noted = (await asking.on(tx, Occasion.NOW, moment))[1]
        summary = await reports.summary(tx, noted, BERLIN)
        assert summary is not None
        assert summary.note is not None
        judged = (await Readings(asking.house.practice).since(tx, [episode.id], NOW - DAY))[episode.id]
        assert [one.answered for one in judged] == [True, True, True]
