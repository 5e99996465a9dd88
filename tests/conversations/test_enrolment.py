from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.enrolment import (
    INVITE_LIFETIME,
    Invite,
    InviteKind,
    Verdict,
    looks_like_token,
    read_code,
    read_name,
)

NOW = datetime(2026, 11, 4, 14, tzinfo=UTC)
SECOND = timedelta(seconds=1)
INVITE = Invite(1, InviteKind.CLIENT, creator_id=7, expires_at=NOW + INVITE_LIFETIME, label="K-17")


def with_end(used_at: datetime | None = None, revoked_at: datetime | None = None) -> Invite:
    return Invite(1, InviteKind.CLIENT, 7, NOW + INVITE_LIFETIME, used_at, revoked_at)


def test_whoever_opens_an_invite_is_welcome() -> None:
    assert INVITE.opened_by(None, NOW) is Verdict.WELCOME
    assert INVITE.opened_by(8, NOW) is Verdict.WELCOME


def test_the_one_who_made_it_is_told_so() -> None:
    assert INVITE.opened_by(7, NOW) is Verdict.OWN


def test_an_invite_of_nobody_is_nobodys_own() -> None:
    assert Invite(1, InviteKind.ADMIN, None, NOW + SECOND).opened_by(None, NOW) is Verdict.WELCOME


def test_an_invite_is_good_for_72_hours() -> None:
    assert timedelta(hours=72) == INVITE_LIFETIME
    assert INVITE.opened_by(8, NOW + INVITE_LIFETIME - SECOND) is Verdict.WELCOME
    assert INVITE.opened_by(8, NOW + INVITE_LIFETIME) is Verdict.INVALID


@pytest.mark.parametrize("opener", [None, 7, 8])
def test_used_revoked_and_expired_look_the_same_to_everybody(opener: int | None) -> None:
    for invite in (with_end(used_at=NOW), with_end(revoked_at=NOW)):
        assert invite.opened_by(opener, NOW) is Verdict.INVALID
    assert INVITE.opened_by(opener, NOW + INVITE_LIFETIME) is Verdict.INVALID


def test_the_repr_of_an_invite_does_not_show_whose_it_is() -> None:
    assert "K-17" not in repr(INVITE)


@pytest.mark.parametrize(("typed", "code"), [("K-17", "K-17"), (" k-17 ", "K-17"), ("a", "A"), ("x" * 16, "X" * 16)])
def test_a_code_has_one_spelling(typed: str, code: str) -> None:
    assert read_code(typed) == code


@pytest.mark.parametrize("typed", ["", " ", "K 17", "x" * 17, "K_17", "Jos\u00e9", "\u0661\u0662", "K-17\nK-18", "<b>"])
def test_what_is_no_code_is_refused(typed: str) -> None:
    assert read_code(typed) is None


@given(st.text(max_size=20))
def test_a_code_that_was_read_is_read_again_as_itself(typed: str) -> None:
    code = read_code(typed)
    assert code is None or (read_code(code) == code and 1 <= len(code) <= 16 and code.isascii())


def test_a_name_stands_on_one_line() -> None:
    assert read_name("  Dr.\n Kim\t Lee ") == "Dr. Kim Lee"
    assert read_name("x" * 64) == "x" * 64
    assert read_name("x" * 65) is None
    assert read_name(" \n ") is None


@pytest.mark.parametrize(
    ("text", "may_be"), [("A" * 22, True), ("a_-" * 8, True), ("A" * 15, False), ("A" * 65, False)]
)
def test_a_token_is_known_by_its_letters_and_length(text: str, may_be: bool) -> None:
    assert looks_like_token(text) is may_be
    assert not looks_like_token(f"{text[:-1]} ")
    assert not looks_like_token(f"{text[:-1]}\u00e9")
