"""The list of a therapist's sessions two weeks at a time, and the days a session can be moved to."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from bot.crypto import DataKey
from bot.roster import Episode
from bot.sessions import Known
from bot.telegram.buttons import View
from bot.telegram.fortnights import fortnights
from bot.telegram.session_views import PAGE, list_view, pick_day_view, pick_time_view
from bot.texts import speech
from conversations.model import Session

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)  # Tuesday, 10:00 in Berlin
TODAY = NOW.date()
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
EN = speech("en")
EPISODE = Episode(7, 1, 2, NOW, None, "K-01", DataKey(bytes(32)))


def sessions(*moments: datetime) -> list[Session]:
    return [Session(number, 7, moment, 50 * HOUR / 60) for number, moment in enumerate(moments, 1)]


def shown(found: list[Session], place: int = 0, page: int = 0) -> View:
    return list_view(fortnights(found, TODAY, BERLIN, place), {7: "K-01"}, BERLIN, page, EN)


def turns(view: View) -> dict[str, str]:
    """What the buttons between the sessions and the days off lead to."""
    return {button.label: button.data for row in view.rows for button in row if button.data.startswith("ses:list")}


def test_a_session_later_on_the_last_day_is_in_the_first_two_weeks() -> None:
    assert "15:20" in shown(sessions(NOW + 14 * DAY + timedelta(hours=5, minutes=20))).text


def test_later_ones_lead_to_the_next_two_weeks_with_sessions_and_back() -> None:
    found = sessions(NOW + DAY, NOW + 15 * DAY, NOW + 60 * DAY)
    assert turns(shown(found)) == {"Later ones": "ses:list:0:1"}
    second = shown(found, 1)
    assert second.text.startswith("<b>From 16 December to 29 December</b>")
    assert turns(second) == {"Back": "ses:list:0:0", "Later ones": "ses:list:0:4"}
    assert turns(shown(found, 4)) == {"Back": "ses:list:0:1"}


def test_where_the_next_two_weeks_are_free_there_is_a_way_to_the_later_ones_and_back() -> None:
    found = sessions(NOW + 20 * DAY)
    first = shown(found)
    assert first.text.startswith("No session is planned for the next two weeks.")
    assert turns(first) == {"Later ones": "ses:list:0:1"}
    assert turns(shown(found, 1)) == {"Back": "ses:list:0:0"}


def test_two_weeks_that_have_become_empty_give_way_to_the_first_ones() -> None:
    assert shown(sessions(NOW + DAY), 3) == shown(sessions(NOW + DAY))
    assert shown([], 3) == shown([])


def test_pages_turn_within_two_weeks_and_keep_the_way_to_later_ones() -> None:
    found = sessions(*(NOW + hours * HOUR for hours in range(PAGE + 5)), NOW + 20 * DAY)
    assert turns(shown(found)) == {"More": "ses:list:1:0", "Later ones": "ses:list:0:1"}
    assert turns(shown(found, page=1)) == {"Back": "ses:list:0:0", "Later ones": "ses:list:0:1"}


def test_every_session_of_a_year_is_in_two_weeks_that_say_so() -> None:
    found = sessions(*(NOW + days * DAY for days in range(0, 366, 5)))
    seen: list[int] = []
    weeks = [fortnights(found, TODAY, BERLIN, 0)]
    while (later := weeks[-1].later) is not None:
        weeks.append(fortnights(found, TODAY, BERLIN, later))
    for one in weeks:
        seen += [session.id for session in one.sessions]
        assert all(one.first <= session.starts_at.date() <= one.last for session in one.sessions)
    assert seen == [session.id for session in found]
    assert all(after.first == before.last + DAY for before, after in pairwise(weeks))


def known(starts_at: datetime) -> Known:
    return Known(sessions(starts_at)[0], EPISODE, None, BERLIN)


def test_a_session_far_ahead_can_be_moved_to_days_around_its_own() -> None:
    far = pick_day_view(known(NOW + 30 * DAY), "move", BERLIN, NOW, EN)
    labels = [button.label for row in far.rows for button in row]
    assert (labels[0], len(labels)) == ("Fri 25 Dec", 15)
    near = pick_day_view(known(NOW + 2 * DAY), "move", BERLIN, NOW, EN)
    assert near.rows[0][0].label == "Tue 1 Dec"


def test_a_time_that_is_not_offered_has_its_way_too() -> None:
    ahead = pick_time_view(known(NOW + DAY), "move", TODAY + DAY, NOW, EN)
    assert "press Cancel it and send /session K-01 2026-12-02 15:10" in ahead.text
    held = pick_time_view(known(NOW - HOUR), "move", TODAY, NOW, EN)
    assert "press Did not happen and send /session K-01 2026-12-01 15:10" in held.text
