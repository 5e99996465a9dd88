from datetime import time

import pytest

from conversations.choices import AGENDA_MINUTES, EVENINGS, Item, read_choice, write_quiet
from conversations.preferences import PRACTICE
from conversations.schedule import QuietHours


@pytest.mark.parametrize("quiet", [*EVENINGS, QuietHours(time(23), time(5)), None, PRACTICE])
def test_quiet_hours_that_were_written_are_read_again(quiet: QuietHours | None) -> None:
    assert read_choice(Item.QUIET, write_quiet(quiet)) == {"quiet_hours": quiet}


@pytest.mark.parametrize("text", ["", "2100", "2100-2100", "2400-0800", "2160-0800", "21:00-08:00", "2100-0800-"])
def test_quiet_hours_that_were_never_offered_are_none(text: str) -> None:
    assert read_choice(Item.QUIET, text) is None


@pytest.mark.parametrize(
    ("item", "text", "changes"),
    [
        (Item.LINES, "0", {"milestone_lines": False}),
        (Item.MORNING, "1", {"morning_list": True}),
        (Item.TWO_SIDED, "1", {"two_sided": True}),
        (Item.RED, "0", {"alerts_in_quiet_hours": False}),
        (Item.DAY, "6", {"digest_weekday": 6}),
        (Item.HOUR, "0930", {"digest_time": time(9, 30)}),
        *((Item.AGENDA, str(minutes), {"agenda_minutes": minutes}) for minutes in AGENDA_MINUTES),
    ],
)
def test_a_choice_names_what_holds_from_now_on(item: Item, text: str, changes: dict[str, object]) -> None:
    assert read_choice(item, text) == changes


@pytest.mark.parametrize("item", list(Item))
@pytest.mark.parametrize("text", ["", "-1", "7777", "x", "2", "٣", "01"])
def test_nonsense_is_no_choice(item: Item, text: str) -> None:
    if (item, text) != (Item.DAY, "2"):
        assert read_choice(item, text) is None
