from dataclasses import replace
from datetime import time

import pytest

from conversations.preferences import DEFAULT, Preferences, read_preferences, write_preferences
from conversations.schedule import QuietHours

NIGHT = QuietHours(time(21), time(8))
NOON = QuietHours(time(12), time(13, 30))


@pytest.mark.parametrize(
    "wanted",
    [
        DEFAULT,
        Preferences(quiet_hours=None),
        Preferences(quiet_hours=NOON, digest_weekday=4, digest_time=time(17, 30)),
        Preferences(milestone_lines=False, morning_list=False, agenda_minutes=0, two_sided=True),
    ],
)
def test_what_was_written_is_read_again(wanted: Preferences) -> None:
    assert read_preferences(write_preferences(wanted)) == wanted


def test_defaults_are_not_written_so_that_a_better_one_reaches_everybody() -> None:
    assert write_preferences(DEFAULT) is None
    assert write_preferences(replace(DEFAULT, agenda_minutes=60)) == '{"agenda_minutes":60}'


def test_the_practices_quiet_hours_hold_until_somebody_sets_their_own() -> None:
    assert DEFAULT.quiet_hours_or(NIGHT) == NIGHT
    assert Preferences(quiet_hours=NOON).quiet_hours_or(NIGHT) == NOON
    assert Preferences(quiet_hours=None).quiet_hours_or(NIGHT) is None


@pytest.mark.parametrize("content", ["", "{", '{"agenda_minutes": "soon"}', "[]", '{"quiet_hours": {"start": "late"}}'])
def test_what_cannot_be_read_means_the_defaults(content: str) -> None:
    assert read_preferences(content) == DEFAULT
