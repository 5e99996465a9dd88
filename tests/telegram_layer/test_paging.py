"""Lists of people and sets: however long, each screen is one Telegram takes, and every entry is on one of them."""

from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.leaving import Member
from bot.practice import OFFERED
from bot.question_sets import Assignment, Set, Stored
from bot.roster import Person
from bot.telegram import people_views, question_views, whom_views
from bot.telegram.buttons import DATA_LIMIT, View
from bot.telegram.paging import read_page
from bot.texts import Speech, languages, speech
from conversations.enrolment import Invite, InviteKind
from conversations.preferences import Preferences
from conversations.question_sets import read_file

UTC_ZONE = ZoneInfo("UTC")
NOW = datetime(2026, 11, 27, tzinfo=UTC)
LONG = "M" * 64
"""As long as a name may be."""
THERAPISTS = {number: f"{number} {LONG}"[:64] for number in range(1, 121)}


def a_set(name: str, assigned: int = 0) -> Set:
    content = {**read_file(OFFERED[0].read_bytes()), "name": name, "title": {"en": name, "es": name, "de": name}}
    live = Stored(1, name, 1, content, live=True, published_at=NOW, reader=None)
    assignments = tuple(Assignment(number, name) for number in range(1, assigned + 1))
    return Set(name, (live,), assignments, is_standard=False)


def member(number: int) -> Member:
    person = Person(number, False, True, "en", UTC_ZONE, "summary", None, False, b"", b"", None, Preferences())
    return Member(person, 3)


def who(page: int, say: Speech) -> View:
    return whom_views.who_view(a_set("week", 50), THERAPISTS, THERAPISTS, page, say)


def now(page: int, say: Speech) -> View:
    return whom_views.now_view(a_set("week"), THERAPISTS, page, say)


def people(page: int, say: Speech) -> View:
    invited = [Invite(number, InviteKind.THERAPIST, 1, NOW, label=f"{number} {LONG}"[:64]) for number in range(60)]
    members = [member(number) for number in THERAPISTS]
    return people_views.list_view(members, list(THERAPISTS.values()), invited, UTC_ZONE, page, say)


def successors(page: int, say: Speech) -> View:
    return people_views.choose_view(member(500), "Jo", list(THERAPISTS.items()), page, say)


def sets(page: int, say: Speech) -> View:
    known = [a_set(f"set_{number}_{'m' * 20}", 50) for number in range(130)]
    return question_views.list_view(known, [{"name": "other"}], THERAPISTS, page, say)


@pytest.mark.parametrize("code", languages())
@pytest.mark.parametrize(
    ("view", "entries", "fixed"), [(who, 170, 2), (now, 120, 2), (people, 180, 0), (successors, 120, 2), (sets, 130, 3)]
)
def test_every_entry_is_on_a_page_that_telegram_takes(
    view: Callable[[int, Speech], View], entries: int, fixed: int, code: str
) -> None:
    say, page, found = speech(code), 0, list[str]()
    for _ in range(entries):
        drawn = view(page, say)
        buttons = [button for row in drawn.rows for button in row]
        assert len(buttons) <= 100
        assert len(drawn.text.encode("utf-16-le")) // 2 <= 4096
        assert all(len(button.data.encode()) <= DATA_LIMIT for button in buttons)
        (more,) = [button for button in buttons if button.label == say("button.more")]
        found += [button.data for button in buttons if button is not more]
        page = read_page(more.data.rsplit(":", 1), 1)
        if page == 0:
            break
    counted = {data: found.count(data) for data in found}
    assert len(counted) == entries + fixed
    assert sorted(counted.values())[:entries] == [1] * entries


def test_a_short_list_has_no_more() -> None:
    say = speech("en")
    drawn = whom_views.now_view(a_set("week"), {1: "Jo"}, 7, say)
    assert [button.label for row in drawn.rows for button in row] == ["Everyone", "Jo", "Back"]


@pytest.mark.parametrize("said", ["", "x", "-1", "9999", "²", "AAAAAAAAAAA"])
def test_what_names_no_page_means_the_first(said: str) -> None:
    assert read_page(["week", said], 1) == read_page(["week"], 1) == 0
