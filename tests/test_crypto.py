import base64
import copy
import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.crypto import DataKey, KeyRing, Tampered, UnknownKey, new_id, token_hash

RING = KeyRing.parse(KeyRing.generate_entry("k1"))
KEY, WRAPPED = RING.new_data_key(7)
PLACE: dict[str, Any] = {"table": "answers", "column": "text", "row": 11, "owner": 7}

anything = st.text(st.characters(codec=None))  # lone surrogates included


def rotated() -> tuple[KeyRing, KeyRing]:
    """Return a ring and the same one with a new key in front."""
    old = KeyRing.generate_entry("old")
    return KeyRing.parse(old), KeyRing.parse(f"{KeyRing.generate_entry('new')},{old}")


@given(anything)
def test_what_is_sealed_opens_as_it_was(text: str) -> None:
    assert KEY.open(KEY.seal(text, **PLACE), **PLACE) == text


@given(st.integers(0, 10**6), st.integers(1, 255))
def test_a_change_of_any_byte_is_noticed(where: int, change: int) -> None:
    sealed = bytearray(KEY.seal("I felt unheard", **PLACE))
    sealed[where % len(sealed)] ^= change
    with pytest.raises(Tampered) as caught:
        KEY.open(bytes(sealed), **PLACE)
    assert "unheard" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("moved", [{"table": "notes"}, {"column": "note"}, {"row": 12}, {"owner": 8}])
def test_a_sealed_value_opens_nowhere_else(moved: dict[str, Any]) -> None:
    with pytest.raises(Tampered):
        KEY.open(KEY.seal("7", **PLACE), **(PLACE | moved))


@pytest.mark.parametrize(("table", "column"), [("a/b", "c"), ("a/3/b", "c"), ("a/1/b", "c"), ("a/b/c", "")])
def test_two_places_never_share_a_spelling(table: str, column: str) -> None:
    sealed = KEY.seal("7", table="a", column="b/c", row=1, owner=1)
    with pytest.raises(Tampered):
        KEY.open(sealed, table=table, column=column, row=1, owner=1)


@pytest.mark.parametrize("length", range(30))
def test_a_cut_value_is_noticed(length: int) -> None:
    with pytest.raises(Tampered):
        KEY.open(KEY.seal("7", **PLACE)[:length], **PLACE)


def test_another_persons_key_opens_nothing() -> None:
    other, _ = RING.new_data_key(8)
    with pytest.raises(Tampered):
        other.open(KEY.seal("7", **PLACE), **PLACE)


def test_the_same_answer_twice_looks_different() -> None:
    assert len({KEY.seal("7", **PLACE) for _ in range(100)}) == 100


def test_the_length_does_not_tell_a_ten_from_a_seven() -> None:
    lengths = {len(KEY.seal(answer, **PLACE)) for answer in ("0", "7", "10", "yes", "no", "")}
    assert len(lengths) == 1


def test_a_wrapped_key_opens_what_it_sealed_before() -> None:
    sealed = KEY.seal("7", **PLACE)
    assert RING.unwrap(WRAPPED, 7).open(sealed, **PLACE) == "7"


def test_a_wrapped_key_belongs_to_one_owner() -> None:
    with pytest.raises(Tampered):
        RING.unwrap(WRAPPED, 8)


@given(st.integers(0, 10**6), st.integers(1, 255))
def test_a_change_of_any_byte_of_a_wrapped_key_is_noticed(where: int, change: int) -> None:
    wrapped = bytearray(WRAPPED)
    wrapped[where % len(wrapped)] ^= change
    with pytest.raises((Tampered, UnknownKey)):
        RING.unwrap(bytes(wrapped), 7)


@pytest.mark.parametrize("length", range(len(WRAPPED)))
def test_a_cut_wrapped_key_is_noticed(length: int) -> None:
    with pytest.raises((Tampered, UnknownKey)):
        RING.unwrap(WRAPPED[:length], 7)


def test_an_unwrapped_key_is_kept_ready_until_it_is_forgotten() -> None:
    first = RING.unwrap(WRAPPED, 7)
    assert RING.unwrap(WRAPPED, 7) is first
    RING.forget_unwrapped()
    assert RING.unwrap(WRAPPED, 7) is not first


def test_the_store_of_unwrapped_keys_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.crypto.UNWRAPPED_AT_ONCE", 2)
    ring = KeyRing.parse(KeyRing.generate_entry("k1"))
    wrapped = [ring.new_data_key(owner)[1] for owner in range(3)]
    first = ring.unwrap(wrapped[0], 0)
    for owner in range(3):
        ring.unwrap(wrapped[owner], owner)
    assert ring.unwrap(wrapped[0], 0) is not first


def test_rewrapping_moves_a_key_to_the_new_ring_key_and_keeps_what_it_sealed() -> None:
    old, both = rotated()
    key, wrapped = old.new_data_key(7)
    sealed = key.seal("7", **PLACE)
    assert both.needs_rewrap(wrapped)
    rewrapped = both.rewrap(wrapped, 7)
    assert not both.needs_rewrap(rewrapped)
    assert both.unwrap(rewrapped, 7).open(sealed, **PLACE) == "7"
    with pytest.raises(UnknownKey, match="named new"):
        old.unwrap(rewrapped, 7)


def test_only_the_right_owner_can_rewrap() -> None:
    with pytest.raises(Tampered):
        RING.rewrap(WRAPPED, 8)


def test_a_blind_index_finds_equal_values_of_one_field_only() -> None:
    index = RING.blind_index("telegram_id", "4711")
    assert index == RING.blind_index("telegram_id", "4711")
    assert len(index) == 32
    assert index != RING.blind_index("telegram_id", "4712")
    assert index != RING.blind_index("code", "4711")
    assert index != KeyRing.parse(KeyRing.generate_entry("k1")).blind_index("telegram_id", "4711")


def test_blind_indexes_find_a_row_amid_a_rotation() -> None:
    old, both = rotated()
    assert both.blind_indexes("code", "K-17") == [both.blind_index("code", "K-17"), old.blind_index("code", "K-17")]


def test_an_invite_token_is_the_same_at_each_sending_and_survives_a_rotation() -> None:
    old, both = rotated()
    token = old.invite_token(12, "old")
    assert both.invite_token(12, "old") == token
    assert len(base64.urlsafe_b64decode(token + "==")) == 16
    assert len(token) == 22
    assert len({token, old.invite_token(13, "old"), both.invite_token(12, "new")}) == 3


def test_an_invite_token_needs_the_key_it_was_made_with() -> None:
    with pytest.raises(UnknownKey, match="named gone"):
        RING.invite_token(12, "gone")


def test_a_token_hash_is_a_sha256() -> None:
    assert token_hash("abc").hex().startswith("ba7816bf8f01cfea")
    assert len(token_hash("\ud800")) == 32


def test_ids_are_positive_fit_a_signed_column_and_do_not_repeat() -> None:
    ids = {new_id() for _ in range(1000)}
    assert len(ids) == 1000
    assert all(0 < value < 2**63 for value in ids)


@pytest.mark.parametrize("secret", [RING, KEY], ids=["ring", "data key"])
def test_keys_are_neither_pickled_nor_copied(secret: KeyRing | DataKey) -> None:
    for attempt in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="key material"):
            attempt(secret)
    assert not hasattr(secret, "__dict__")


def test_no_key_shows_in_a_repr() -> None:
    entry = KeyRing.generate_entry("k1")
    ring = KeyRing.parse(entry)
    shown = repr(ring) + str(ring) + repr(ring.new_data_key(1)[0])
    assert shown == "<KeyRing k1><KeyRing k1><DataKey>"


def test_a_ring_reads_padded_plain_and_url_safe_keys_on_one_line_or_several() -> None:
    secret = b"\xfb\xff" * 16
    plain, safe = base64.b64encode(secret).decode(), base64.urlsafe_b64encode(secret).decode().rstrip("=")
    index = KeyRing.parse(f"a:{plain}").blind_index("f", "v")
    assert KeyRing.parse(f" a:{safe} ,\n").blind_index("f", "v") == index
    both = KeyRing.parse(f"{KeyRing.generate_entry('b')}\na:{plain}")
    assert (both.current, both.kids) == ("b", ("b", "a"))


GOOD = base64.b64encode(bytes(range(200, 232))).decode()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no key"),
        (" , ", "no key"),
        (GOOD, "entry 1 does not start with a name"),
        (f":{GOOD}", "entry 1 does not start with a name"),
        (f"{GOOD}:k1", "entry 1"),
        (f"k 1:{GOOD}", "entry 1"),
        (f"k1:{GOOD}x", "entry 1 is not base64 of 32 bytes"),
        (f"k1:{GOOD[:-8]}", "entry 1 is not base64 of 32 bytes"),
        (f"k1:{GOOD[:-5]}!{GOOD[-4:]}", "entry 1 is not base64 of 32 bytes"),
        ("k1:", "entry 1 is not base64 of 32 bytes"),
        (f"k1:{GOOD},k1:{base64.b64encode(bytes(32)).decode()}", "entry 2 repeats the name"),
        (f"k1:{GOOD},k2:{GOOD}", "entry 2 repeats the key"),
    ],
)
def test_a_faulty_ring_is_refused_without_showing_any_of_it(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said) as caught:
        KeyRing.parse(text)
    assert not any(GOOD[start : start + 6] in str(caught.value) for start in range(len(GOOD) - 6))
    assert caught.value.__cause__ is None


def test_a_new_entry_needs_a_plain_name() -> None:
    with pytest.raises(ValueError, match="letters, digits"):
        KeyRing.generate_entry("my key")


def test_the_redactions_hold_each_key_as_it_was_written() -> None:
    entries = [KeyRing.generate_entry(kid) for kid in ("a", "b")]
    redactions = KeyRing.parse(",".join(entries)).redactions()
    assert all(any(text in entry for text in redactions) for entry in entries)
