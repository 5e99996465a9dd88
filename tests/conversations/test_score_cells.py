"""Cells a spreadsheet would take for a formula: made harmless on their way out, and read back as they were."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from conversations.score_files import harmless, plain

PIECES = st.lists(
    st.sampled_from(["x", "1", ";", ",", "\t", "\r", "\n", " ", '"', "'", "=", "+", "-", "@", "\uff1d", "\uff0d"])
)


def parts(text: str) -> list[str]:
    """Cut a cell as the rudest spreadsheet would."""
    return [part.lstrip(' "') for part in re.split("[;,\t\r\n]", text)]


@given(st.text(max_size=30) | PIECES.map("".join))
@example("x;=HYPERLINK(1);y")
@example("hi\n=1+1")
@example('x; "=1"')
@example("x\t\uff1d1")
@example("a,-5\r\n\r\n'@b")
def test_a_cell_made_harmless_is_read_back_and_no_spreadsheet_takes_it_for_a_formula(cell: str) -> None:
    safe = harmless(cell)
    assert plain(safe) == cell
    number = safe.replace(",", ".").lstrip("-").replace(".", "", 1)
    if not number.isdecimal():
        assert not safe.startswith(("\t", "\r"))
        assert not any(
            part.startswith(("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")) for part in parts(safe)
        )


@pytest.mark.parametrize("cell", ["7", "-5", "-5,5", "yes", "K-17", "well - so", "a;b", "it's 5=5"])
def test_plain_cells_stay_as_they_are(cell: str) -> None:
    assert harmless(cell) == cell
