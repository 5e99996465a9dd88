"""Offers to clients whose therapist leaves: their moments, and the code a client goes on with."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.enrolment import read_code
from conversations.transfers import Stands, Transfer, code_for

NOW = datetime(2026, 11, 4, 14, tzinfo=UTC)
CODES = st.from_regex(r"[A-Z0-9-]{1,16}", fullmatch=True)


def test_a_client_is_reminded_after_a_week_and_has_two_to_choose() -> None:
    offer = Transfer(1, 2, NOW)
    assert offer.is_open
    assert (offer.remind_at - NOW, offer.expires_at - NOW) == (timedelta(days=7), timedelta(days=14))


@pytest.mark.parametrize("stands", [one for one in Stands if one is not Stands.OPEN])
def test_every_other_stand_is_final(stands: Stands) -> None:
    assert not Transfer(1, 2, NOW, stands).is_open


@pytest.mark.parametrize(
    ("code", "taken", "wanted"),
    [
        ("K-17", set(), "K-17"),
        ("K-17", {"K-18"}, "K-17"),
        ("K-17", {"K-17"}, "K-17-2"),
        ("K-17", {"K-17", "K-17-2"}, "K-17-3"),
        ("ABCDEFGHIJKLMNOP", {"ABCDEFGHIJKLMNOP"}, "ABCDEFGHIJKLMN-2"),
    ],
)
def test_a_code_that_is_taken_gets_a_number(code: str, taken: set[str], wanted: str) -> None:
    assert code_for(code, taken) == wanted


@given(CODES, st.sets(CODES, max_size=20))
def test_the_new_code_is_a_code_and_free(code: str, others: set[str]) -> None:
    taken = others | {code}
    for _ in range(12):
        found = code_for(code, taken)
        assert found not in taken
        assert read_code(found) == found
        taken.add(found)
