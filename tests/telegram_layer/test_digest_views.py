"""How a digest looks: who needs attention first, under a minute for 50 clients, never more than Telegram takes."""

import re

import pytest

from bot.telegram.buttons import DATA_LIMIT
from bot.telegram.digest_views import digest_view
from bot.texts import languages, speech
from conversations.flag import Flag
from conversations.goal_findings import GoalFlag
from tests.bench.digest_words import A_MINUTE, BERLIN, everybody_falls, of, pages, words
from tests.caseload import caseload

every_language = pytest.mark.parametrize("code", languages())


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


@every_language
def test_a_usual_week_of_fifty_clients_is_read_in_under_a_minute(code: str) -> None:
    (page,) = pages(of(caseload(50)), code)
    assert words(page) < A_MINUTE


@every_language
def test_if_all_fifty_fall_each_page_is_read_in_under_a_minute(code: str) -> None:
    counted = [words(page) for page in pages(of(everybody_falls(50)), code)]
    assert len(counted) == 4
    assert max(counted) < A_MINUTE


@every_language
@pytest.mark.parametrize("falls", [True, False])
def test_however_many_clients_and_however_long_their_codes_no_page_is_too_long(code: str, falls: bool) -> None:
    steady = [(name, [(9, 9, 9, 9)] * 5) for name, _ in caseload(400)]
    clients = [(f"{name}-ABCDEFGHIJKLMNOP"[:16], past) for name, past in (everybody_falls(400) if falls else steady)]
    found = of(clients)
    read = pages(found, code)
    assert max(map(units, read)) <= 4096
    told = [name for page in read for name in re.findall(r"K-\d+-[A-Z]+", page)]
    assert set(told) == {name for name, _ in clients}
    assert all(speech(code)("summary.footer") in page for page in read)


@every_language
def test_ids_of_flags_are_never_shown(code: str) -> None:
    text = "\n".join([*pages(of(caseload(200)), code), *pages(of(everybody_falls(20)), code)])
    assert not any(flag.value in text for flag in (*Flag, *GoalFlag))


def test_the_buttons_turn_the_pages_and_fit() -> None:
    found = of(everybody_falls(50))
    rows = [digest_view(found, page, BERLIN, speech("en")).rows for page in range(4)]
    assert [[button.label for row in page for button in row] for page in rows] == [
        ["More"],
        ["Back", "More"],
        ["Back", "More"],
        ["Back"],
    ]
    assert all(len(button.data) <= DATA_LIMIT for page in rows for row in page for button in row)
    assert digest_view(found, 99, BERLIN, speech("en")) == digest_view(found, 3, BERLIN, speech("en"))


def test_nobody_is_compared_with_anybody() -> None:
    """No order by score: within a group clients stand in the order of their codes."""
    (page,) = pages(of([("K-2", [(2, 2, 2, 2)]), ("K-10", [(1, 1, 1, 1)]), ("K-1", [(5, 5, 5, 5)])]))
    assert re.findall(r"^K-\d+", page, re.MULTILINE) == ["K-1", "K-2", "K-10"]
