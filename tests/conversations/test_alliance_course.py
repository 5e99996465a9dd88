"""The memory between two check-ins."""

import json
import re
from dataclasses import FrozenInstanceError, fields

import pytest

from conversations.alliance import Constants, Course, CourseData, Flag, Level, Part, replay

HISTORY: list[list[int | None] | None] = [
    [9, 9, 9, 9],
    [9, 9, 9, 10],
    [9, None, 9, 9],
    [5, 6, 6, 6],
    [5, 6, 6, 7],
    None,
]


def data() -> CourseData:
    loaded: CourseData = json.loads(json.dumps(replay(HISTORY)[0].to_data()))
    return loaded


def test_a_course_is_written_in_these_words() -> None:
    assert data() == {
        "number": 6,
        "baseline": [[9, 9, 9, 9], [9, 9, 9, 10], [9, None, 9, 9]],
        "recent": [[number, ratings] for number, ratings in enumerate(HISTORY[:5], start=1)],
        "dip": [[5, 6, 6, 6], [5, 6, 6, 7]],
        "misses": 1,
        "low_sign": True,
        "last_low": None,
        "running": [],
    }


def test_runs_are_written_by_their_flags_and_a_low_by_its_score() -> None:
    course, _ = replay([[6, 6, 6, 6]] * 5)

    assert (course.to_data()["running"], course.to_data()["last_low"]) == (["FLAT"], 6)


def test_a_course_reread_is_the_same() -> None:
    assert Course.from_data(data()) == replay(HISTORY)[0]


def test_a_course_with_runs_and_a_low_reread_is_the_same() -> None:
    course, _ = replay([[6, 6, 6, 6]] * 5)

    assert Course.from_data(course.to_data()) == course


def test_a_course_keeps_no_more_than_the_rules_look_at() -> None:
    course, _ = replay([[9, 9, 9, 9]] * 20)

    assert (len(course.baseline), len(course.recent)) == (5, 6)


def test_a_fresh_course_reread_is_fresh() -> None:
    assert Course.from_data(Course().to_data()) == Course()


def test_a_course_with_a_broken_check_in_is_not_read() -> None:
    broken = data()
    broken["dip"] = [[1, 2, 3]]

    with pytest.raises(ValueError, match="4 core items"):
        Course.from_data(broken)


def test_a_course_with_an_unknown_run_is_not_read() -> None:
    broken = data()
    broken["running"] = ["SINGING"]

    with pytest.raises(ValueError, match="SINGING"):
        Course.from_data(broken)


def test_no_repr_shows_a_rating() -> None:
    course, readings = replay(HISTORY, Constants())
    evidence = readings[4].evidence
    shown = f"{course!r} {course.dip!r} {readings[4]!r} {evidence!r} {evidence and evidence.baseline!r}"

    assert not re.search(r"\d", re.sub(r" at 0x\w+", "", shown))


def test_every_value_is_frozen_and_small() -> None:
    course, readings = replay(HISTORY)
    evidence = readings[4].evidence
    values: tuple[object, ...] = (
        course,
        course.dip,
        readings[4],
        evidence,
        evidence and evidence.baseline,
        Constants(),
    )

    for value in values:
        assert not hasattr(value, "__dict__")
        with pytest.raises(FrozenInstanceError):
            setattr(value, fields(value)[0].name, 1)  # type: ignore[arg-type]  # each is a dataclass


def test_flags_levels_and_parts_are_stored_and_sent_by_these_names() -> None:
    assert [*Flag] == [
        *("LOW", "TALK", "DROP", "DROP_PROVISIONAL", "REPAIRED", "DEEPER", "UNREPAIRED"),
        *("DECLINE", "CEILING", "FLAT", "MISSED_2", "MISSED_3", "DROPOUT_WATCH", "PARTIAL"),
    ]
    assert [*Level] == ["red", "amber", "info", "none"]
    assert [*Part] == ["bond", "goals", "tasks"]


def test_the_loudest_level_is_the_one_told_soonest() -> None:
    assert Level.loudest((Level.INFO, Level.RED, Level.AMBER)) is Level.RED
    assert Level.loudest((Level.NONE, Level.INFO)) is Level.INFO
    assert Level.loudest(()) is Level.NONE
