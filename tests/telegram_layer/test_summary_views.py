"""How a summary looks: all that matters is in it, in every language, and Telegram takes it however much was written."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from bot.agendas import Agenda, Topic
from bot.playground.entities import formatted
from bot.practice import BUILT_IN
from bot.store.episodes import Episode
from bot.telegram.agenda_views import agenda_pages
from bot.telegram.answer_views import answer_lines
from bot.telegram.lengths import CAPTION_UNITS, MESSAGE_UNITS, PAGE_UNITS, pages, shortened, units
from bot.telegram.staff_views import is_shortened, summary_view
from bot.texts import escape, languages, speech
from conversations.alliance import LEVELS, Baseline, Evidence, Flag, Part, Reading
from conversations.flag import Level
from conversations.goal_findings import Finding, GoalFlag, Moved, Progress
from conversations.goals import WORDS_LIMIT, Goal, Stage
from conversations.model import Kind, Note, Question, Session, Visibility
from conversations.question_sets import read_question_set
from conversations.reports import GoalSaid, Item, Summary
from conversations.two_sided import Gap
from tests.conversations.stories import NOON
from tests.store.people import BERLIN

every_language = pytest.mark.parametrize("code", languages())
USUAL = read_question_set(YAML(typ="safe").load(BUILT_IN.read_text(encoding="utf-8")), 1)
WORDS = "a <b> & \N{SNOWMAN} 'c' \N{GRINNING FACE} " * 70
LONG = WORDS[:1000]
GOAL = Goal(1, 2, ("to sleep & <rest> " * 20)[:WORDS_LIMIT], NOON, NOON, Stage.ACTIVE, agree_t=9)


def reading(*flags: Flag, part: Part | None = Part.TASKS) -> Reading:
    evidence = Evidence(6.25, Baseline(8.75, 0.7, 5, 1.5), 1.3)
    return Reading(flags, tuple(LEVELS[flag] for flag in flags), evidence, part)


def items(words: str | None) -> tuple[Item, ...]:
    given = [Item(question, 4, -5) for question in USUAL.questions]
    follow_up = next(one for one in USUAL.follow_ups if one.question.kind is Kind.TEXT)
    return (*given, Item(follow_up.question, None, None, words=words, follow_up=follow_up)) if words else tuple(given)


def goal_said() -> GoalSaid:
    moved = Progress((Moved((GOAL,), 3.5, 28),), (GOAL,))
    findings = (
        Finding(GoalFlag.MISMATCH, replace(GOAL, id=5), agree=2),
        Finding(GoalFlag.GAP, GOAL, agree=2, agree_t=9),
        Finding(GoalFlag.STUCK, None, ratings=4, days=112),
    )
    return GoalSaid(GOAL, 3, -2, 2, findings, moved)


def worst(words: str | None = LONG, **changes: Any) -> Summary:
    """Everything at once that a check-in of the usual questions can say."""
    flags = (Flag.LOW, Flag.DEEPER, Flag.UNREPAIRED, Flag.DECLINE, Flag.FLAT)
    values: dict[str, Any] = {
        "code": "K-1234567890-ABC",
        "session_day": date(2026, 9, 24),
        "items": items(words),
        "talk": True,
        "unfinished": True,
        "reading": reading(*flags),
        "both": tuple(Gap(question, 9, 4) for question in USUAL.questions),
        "goal": goal_said(),
    }
    return Summary(**values | changes)


def plain(text: str) -> str:
    return formatted(text, "HTML", None)[0]


@every_language
def test_the_worst_case_of_the_usual_questions_is_one_message_with_every_word_in_it(code: str) -> None:
    say, summary = speech(code), worst()
    text = summary_view(summary, say).text
    assert units(text) == len(plain(text).encode("utf-16-le")) // 2 <= MESSAGE_UNITS
    assert not is_shortened(summary, say)
    assert LONG in plain(text)
    names = ["summary.talk", "summary.unfinished", "summary.footer", "next_step.tasks", "goals.finding.stuck"]
    names += [f"flag.{flag.value.lower()}" for flag in (summary.reading.flags if summary.reading else ())]
    for name in names:
        assert plain(say(name, ratings=4, days=112)) in plain(text), name


@every_language
def test_a_summary_without_long_words_stands_under_its_chart_also_with_a_drop_a_goal_and_a_wish(code: str) -> None:
    usual = reading(Flag.LOW, Flag.DROP)
    said = goal_said()
    quieter = replace(said, findings=said.findings[1:2], news=Progress())
    text = summary_view(worst(None, unfinished=False, reading=usual, both=(), goal=quieter), speech(code)).text
    assert units(text) <= CAPTION_UNITS


own_words = st.text(st.sampled_from("aZ <>&'\"\N{SNOWMAN}\N{GRINNING FACE}\u00e9"), min_size=1, max_size=1000)
some_words = st.lists(own_words, max_size=12)
some_flags = st.sets(st.sampled_from(list(Flag))).map(lambda found: tuple(sorted(found)))


@settings(max_examples=150, deadline=None)
@given(some_words, some_flags, st.sampled_from(languages()), st.booleans())
def test_however_much_was_written_nothing_but_answers_is_shortened_and_all_of_them_follow(
    written: list[str], flags: tuple[Flag, ...], code: str, talk: bool
) -> None:
    say = speech(code)
    asked = [Item(Question(f"q{at}", Kind.TEXT, {"en": "Why?"}, label={"en": "L" * 300}), None, words=words)
             for at, words in enumerate(written)]  # fmt: skip
    summary = worst(items=(*items(None), *asked), reading=reading(*flags) if flags else None, talk=talk)
    text = summary_view(summary, say).text
    whole = [line for page in pages(answer_lines(summary, say)) for line in page]
    assert units(text) == len(plain(text).encode("utf-16-le")) // 2 <= MESSAGE_UNITS
    assert text.endswith(f"<i>{say('summary.footer')}</i>")
    assert (say("summary.talk") in text) == talk
    assert (say("summary.shortened") in text) == is_shortened(summary, say)
    assert all(escape(words) in "\n".join(whole if is_shortened(summary, say) else [text]) for words in written)
    assert all(units("\n".join(page)) <= PAGE_UNITS for page in pages(answer_lines(summary, say)))


@given(st.lists(own_words.map(escape), max_size=30), st.integers(0, 5000))
def test_what_is_shortened_has_room_and_is_still_html(lines: list[str], room: int) -> None:
    cut = shortened(lines, room)
    assert units("\n".join(cut)) <= room
    assert all(plain(line) for line in cut if line.strip())
    if sum(units(line) + 1 for line in lines) <= room:
        assert cut == lines


def episode() -> Episode:
    made = Episode.__new__(Episode)
    object.__setattr__(made, "id", 2)
    object.__setattr__(made, "code", "K-1234567890-ABC")
    return made


def agenda_of(summaries: Sequence[Summary], note: Note | None = None, goals: Sequence[Goal] = ()) -> Agenda:
    topics = [
        Topic(number, one.session_day, one.talk, one.reading.level if one.reading else Level.NONE, note)
        for number, one in enumerate(summaries)
    ]
    session = Session(1, 2, NOON, timedelta(minutes=50))
    return Agenda(session, episode(), topics, goals, dict(enumerate(summaries)))


def full_agenda(count: int) -> Agenda:
    return agenda_of([worst(None)] * count, Note(LONG, Visibility.BEFORE), [GOAL])


@every_language
@pytest.mark.parametrize("count", [1, 2, 7])
def test_an_agenda_with_many_long_notes_comes_in_as_many_messages_as_it_needs(code: str, count: int) -> None:
    say = speech(code)
    views = agenda_pages(full_agenda(count), say, BERLIN)
    assert all(units(view.text) <= MESSAGE_UNITS for view in views)
    assert sum(plain(view.text).count(LONG) for view in views) == count
    assert [f"<b>{say('agenda.goals')}</b>" in view.text for view in views] == [False] * (len(views) - 1) + [True]
    assert len(views) == (1 if count < 3 else len(views)) < count + 1
