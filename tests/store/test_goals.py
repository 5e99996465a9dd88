"""Goals and open text questions in the database."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.awaited_texts import AwaitedTexts
from bot.check_ins import CheckIns, Press
from bot.crypto import Tampered
from bot.goals import GoalOf, Goals, Trouble
from bot.store import episodes, persons
from bot.store import goals as store
from bot.store.database import Database
from bot.store.persons import Person
from bot.store.tables import answers, awaited_texts, check_ins, deliveries, goals
from conversations import events as ev
from conversations import goals as life
from conversations.goals import Goal, Rating, Stage
from conversations.model import AskedGoal, State, Step
from tests.store.people import CLIENT_TELEGRAM, NOW, House, become, client_of, planned
from tests.store.statements import watched

WORDS = "Schlafen, durchgehend \N{SNOWMAN}"


def cases(house: House) -> Goals:
    return Goals(house.ring, CheckIns(house.ring, house.practice))


async def client(tx: AsyncConnection, house: House) -> Person:
    return (await persons.by_ids(tx, [house.client]))[house.client]


async def proposed(tx: AsyncConnection, house: House, words: str = WORDS) -> Goal:
    goal = await cases(house).propose(tx, await client(tx, house), words, 5, NOW)
    assert isinstance(goal, Goal)
    return goal


async def again(tx: AsyncConnection, house: House, goal: Goal) -> GoalOf:
    found = await cases(house).find(tx, goal.id)
    assert found is not None
    return found


async def kinds(tx: AsyncConnection) -> list[str]:
    return list((await tx.execute(select(deliveries.c.kind).order_by(deliveries.c.kind))).scalars())


async def rate(tx: AsyncConnection, house: House, goal: Goal, week: int, state: str, *ratings: int | None) -> None:
    """Write a check-in about a goal in the given week."""
    number = await planned(tx, house.episode, NOW + timedelta(weeks=week))
    values = {"goal_id": goal.id, "state": state, "prompted_at": NOW + timedelta(weeks=week)}
    await tx.execute(update(check_ins).where(check_ins.c.id == number).values(**values))
    for name, rating in zip(("goal_progress", "goal_agree"), ratings, strict=False):
        await tx.execute(answers.insert().values(check_in_id=number, question_id=name, rating=rating))


async def test_a_goal_comes_back_as_it_was_through_its_whole_life(database: Database, house: House) -> None:
    async with database.writing() as tx:
        goal = await proposed(tx, house)
        assert (await again(tx, house, goal)).goal == goal
        suggested = await cases(house).suggest(tx, await again(tx, house, goal), "Sechs Stunden schlafen", NOW)
        assert (await again(tx, house, goal)).goal == suggested
        await cases(house).last_word(tx, await again(tx, house, goal), life.SuggestionTaken(), NOW)
        await cases(house).rate(tx, await again(tx, house, goal), 8, NOW)
    async with database.reading() as tx:
        settled = (await again(tx, house, goal)).goal
    assert (settled.words, settled.stage, settled.agree_t) == ("Sechs Stunden schlafen", Stage.ACTIVE, 8)


async def test_words_are_sealed_and_bound_to_their_goal(database: Database, house: House) -> None:
    async with database.writing() as tx:
        one = await proposed(tx, house)
        await cases(house).suggest(tx, await again(tx, house, one), "Sechs Stunden schlafen", NOW)
        other = await proposed(tx, house, "Mehr unter Leute")
        row = (await tx.execute(select(goals).where(goals.c.id == one.id))).one()
        assert b"chlafen" not in row.words_sealed + row.suggestion_sealed
        await tx.execute(update(goals).where(goals.c.id == other.id).values(words_sealed=row.words_sealed))
        with pytest.raises(Tampered):
            await cases(house).of_episode(tx, house.episode)


async def test_ratings_are_those_of_kept_check_ins_in_their_order(database: Database, house: House) -> None:
    async with database.writing() as tx:
        goal, other = await proposed(tx, house), await proposed(tx, house, "Mehr unter Leute")
        await rate(tx, house, goal, 8, "expired", 6)
        await rate(tx, house, goal, 4, "completed", 5, None)
        await rate(tx, house, goal, 12, "open", 9, 9)
        await rate(tx, house, goal, 16, "declined", 9, 9)
        await rate(tx, house, other, 20, "completed", 1, 2)
        found = {one.id: one.ratings for one in await store.of_episode(tx, house.ring, house.episode)}
    week = [NOW + timedelta(weeks=number) for number in (4, 8, 20)]
    assert found[goal.id] == (Rating(week[0], 5, None), Rating(week[1], 6, None))
    assert found[other.id] == (Rating(week[2], 1, 2),)


async def test_a_fourth_open_goal_and_words_that_do_not_fit_keep_nothing(database: Database, house: House) -> None:
    async with database.writing() as tx:
        who, use = await client(tx, house), cases(house)
        assert await use.propose(tx, who, " \n\u200b", 5, NOW) is Trouble.EMPTY
        assert await use.propose(tx, who, "x" * 201, 5, NOW) is Trouble.TOO_LONG
        assert await kinds(tx) == []
        first = await proposed(tx, house)
        await proposed(tx, house)
        await proposed(tx, house)
        assert await use.propose(tx, who, WORDS, 5, NOW) is Trouble.FULL
        await use.end(tx, await again(tx, house, first), life.LetGo(), NOW)
        assert isinstance(await use.propose(tx, who, WORDS, 5, NOW), Goal)
        assert await use.take_up_again(tx, await again(tx, house, first), NOW) is Trouble.FULL


async def test_nothing_is_said_twice_however_often_a_press_comes(database: Database, house: House) -> None:
    async with database.writing() as tx:
        goal = await proposed(tx, house)
        of = await again(tx, house, goal)
        assert await cases(house).agree(tx, of, NOW) is not None
        assert await cases(house).agree(tx, await again(tx, house, goal), NOW) is None
        assert await kinds(tx) == ["goal_answered", "goal_proposed"]


async def test_words_that_may_point_to_danger_show_the_card_and_reach_the_therapist(
    database: Database, house: House
) -> None:
    async with database.writing() as tx:
        await proposed(tx, house, "Not want to die any more")
        assert await kinds(tx) == ["crisis", "goal_proposed", "risk_goal"]
        assert await cases(house).danger_unkept(tx, await client(tx, house), "I want to die" + "x" * 200, 6, NOW)
        assert await kinds(tx) == ["crisis", "crisis", "goal_proposed", "risk_goal", "risk_unkept"]


async def test_a_goal_of_an_episode_that_has_ended_is_not_found(database: Database, house: House) -> None:
    async with database.writing() as tx:
        goal = await proposed(tx, house)
        await episodes.end(tx, house.episode, "stopped", NOW)
        assert await cases(house).find(tx, goal.id) is None
        assert await cases(house).propose(tx, await client(tx, house), WORDS, 5, NOW) is Trouble.LATE


async def test_episodes_without_goals_are_left_out(database: Database, house: House) -> None:
    async with database.writing() as tx:
        _, other = await client_of(tx, house.ring, house.therapist, CLIENT_TELEGRAM + 1, "K-18")
        goal = await proposed(tx, house)
        await rate(tx, house, goal, 4, "completed", 5, 6)
        found = await store.of_episodes(tx, house.ring, [house.episode, other])
        assert {episode: len(goals) for episode, goals in found.items()} == {house.episode: 1}
        assert await store.of_episodes(tx, house.ring, [other]) == {}


# ---- open text questions ----


async def test_only_the_newest_text_question_is_open_and_for_a_day(database: Database, house: House) -> None:
    texts = AwaitedTexts()
    async with database.writing() as tx:
        who = await client(tx, house)
        assert await texts.open(tx, who, NOW) is None
        await texts.ask(tx, who, "goal_words", 1, NOW)
        await texts.ask(tx, who, "goal_last_word", 2, NOW)
        found = await texts.open(tx, who, NOW + timedelta(hours=23))
        assert found is not None
        assert (found.kind, found.about_id) == ("goal_last_word", 2)
        assert await texts.open(tx, who, NOW + timedelta(days=1)) is None
        assert await texts.close(tx, who)
        assert not await texts.close(tx, who)


async def test_goals_and_questions_go_with_their_people(database: Database, house: House) -> None:
    async with database.writing() as tx:
        await proposed(tx, house)
        await AwaitedTexts().ask(tx, await client(tx, house), "goal_words", 1, NOW)
        await persons.remove(tx, house.client)
        assert (await tx.execute(select(goals))).all() == []
        assert (await tx.execute(select(awaited_texts))).all() == []


async def test_saving_keeps_every_field(database: Database, house: House) -> None:
    async with database.writing() as tx:
        goal = await proposed(tx, house)
        episode = (await again(tx, house, goal)).episode
        later = NOW + timedelta(days=3)
        changed = replace(goal, stage=Stage.REACHED, since=later, suggestion="S", agreed_at=later, agree_t=0, words="W")
        await store.save(tx, episode.key, changed)
        assert await store.of_episode(tx, house.ring, house.episode) == [changed]


# ---- in check-ins ----


async def at_the_last_question(tx: AsyncConnection, house: House, goal: Goal | None) -> Press:
    """Bring the client to the last question of a check-in, about a goal if there is one; give the next press."""
    kept = await house.kept(tx)
    asked = None if goal is None else AskedGoal(goal.id, goal.words)
    extra = () if goal is None else (life.GOAL_PROGRESS, life.GOAL_AGREE)
    last = replace(
        kept.check_in,
        state=State.OPEN,
        step=Step.QUESTION,
        position=3 + len(extra),
        goal=asked,
        extra=extra,
        started_at=NOW,
        prompted_at=NOW,
        version_id=house.version,
        expires_at=NOW + timedelta(days=3),
    )
    await become(tx, house.ring, kept, last)
    return Press(1, await client(tx, house), house.check_in, ev.Answered(last.position, 7), message_id=3)


async def test_a_check_in_comes_back_with_the_words_of_its_goal(database: Database, house: House) -> None:
    async with database.writing() as tx:
        goal = await proposed(tx, house)
        press = await at_the_last_question(tx, house, goal)
        work = await CheckIns(house.ring, house.practice).press(tx, [press], NOW)
        assert work.verdicts == {1: None}
        check_in = (await house.kept(tx)).check_in
    assert (check_in.goal, check_in.answers) == (AskedGoal(goal.id, WORDS), {life.GOAL_AGREE: 7})
    assert check_in.step is Step.REVIEW


async def test_a_press_about_a_goal_costs_no_statement_more_than_any_other(database: Database, house: House) -> None:
    counts = []
    for with_goal in (False, True):
        with watched(database) as seen:
            async with database.writing() as tx:
                goal = await proposed(tx, house) if with_goal else None
                press = await at_the_last_question(tx, house, goal)
                seen.clear()
                await CheckIns(house.ring, house.practice).press(tx, [press], NOW)
                counts.append(len(seen.statements))
    assert counts[0] == counts[1]


async def test_the_fourth_check_in_takes_the_goal_that_is_due_when_it_is_prompted(
    database: Database, house: House
) -> None:
    use = CheckIns(house.ring, house.practice)
    async with database.writing() as tx:
        goal = await proposed(tx, house)
        await cases(house).agree(tx, await again(tx, house, goal), NOW)
        for week in range(1, 4):
            number = await planned(tx, house.episode, NOW - timedelta(weeks=week))
            values = {"state": "completed", "prompted_at": NOW - timedelta(weeks=week), "next_at": None}
            await tx.execute(update(check_ins).where(check_ins.c.id == number).values(**values))
        await use.tick(tx, NOW)
        opened = (await house.kept(tx)).check_in
    assert opened.goal == AskedGoal(goal.id, WORDS)
    assert opened.extra == (life.GOAL_PROGRESS, life.GOAL_AGREE)
    assert opened.past.completed == 3
