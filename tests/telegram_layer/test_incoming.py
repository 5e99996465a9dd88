import copy
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.telegram.incoming import (
    Document,
    Elsewhere,
    Incoming,
    Malformed,
    Membership,
    Nothing,
    Pressed,
    Sender,
    Wrote,
    parse,
    update_id_of,
)

KIM = {"id": 71, "is_bot": False, "first_name": "Kim", "language_code": "de-AT"}
PRIVATE = {"id": 71, "type": "private"}
GROUP = {"id": -100, "type": "group"}
ME = Sender(71, "de-AT")

WROTE = {"update_id": 5, "message": {"message_id": 9, "from": KIM, "chat": PRIVATE, "date": 1, "text": "hello"}}
PRESS: dict[str, Any] = {
    "update_id": 6,
    "callback_query": {
        "id": "77",
        "from": KIM,
        "chat_instance": "1",
        "data": "c:x:go",
        "message": {"message_id": 8, "chat": PRIVATE, "date": 1},
    },
}
BLOCKED = {
    "update_id": 7,
    "my_chat_member": {"chat": PRIVATE, "from": KIM, "date": 1, "new_chat_member": {"status": "kicked", "user": KIM}},
}


def changed(update: dict[str, Any], *path: str, to: Any) -> dict[str, Any]:
    """Give an update with one place changed."""
    copied = copy.deepcopy(update)
    place = copied
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = to
    return copied


REPLIED = {"message_id": 4, "from": KIM, "chat": PRIVATE, "date": 1, "text": "my own words"}
FILE = {"file_id": "f1", "file_unique_id": "u", "file_name": "week.ics", "mime_type": "text/calendar", "file_size": 9}
SENT: dict[str, Any] = {
    "update_id": 8,
    "message": {"message_id": 9, "from": KIM, "chat": PRIVATE, "date": 1, "document": FILE},
}
CASES: list[tuple[dict[str, Any], Incoming]] = [
    (WROTE, Wrote(5, ME, 9, "hello")),
    (SENT, Wrote(8, ME, 9, document=Document("f1", "week.ics", "text/calendar", 9))),
    (changed(SENT, "message", "document", to={"file_id": "f2"}), Wrote(8, ME, 9, document=Document("f2"))),
    ({"update_id": 5, "edited_message": WROTE["message"]}, Wrote(5, ME, 9, "hello", edited=True)),
    (changed(WROTE, "message", "text", to=None), Wrote(5, ME, 9, None)),
    (changed(WROTE, "message", "chat", to=GROUP), Elsewhere(5, -100)),
    (changed(WROTE, "message", "from", "language_code", to=""), Wrote(5, Sender(71, "en"), 9, "hello")),
    (changed(WROTE, "message", "from", "language_code", to=[["x"]]), Wrote(5, Sender(71, "en"), 9, "hello")),
    (changed(WROTE, "message", "from", "language_code", to="d\x00e"), Wrote(5, Sender(71, "en"), 9, "hello")),
    (PRESS, Pressed(6, ME, "77", 8, "c:x:go")),
    (
        changed(PRESS, "callback_query", "message", "reply_to_message", to=REPLIED),
        Pressed(6, ME, "77", 8, "c:x:go", "my own words", 4),
    ),
    (
        changed(PRESS, "callback_query", "message", "reply_to_message", to={**REPLIED, "from": {**KIM, "id": 72}}),
        Pressed(6, ME, "77", 8, "c:x:go"),
    ),
    (changed(PRESS, "callback_query", "message", to=None), Nothing(6)),
    (changed(PRESS, "callback_query", "message", "chat", to=GROUP), Elsewhere(6, -100)),
    (BLOCKED, Membership(7, ME, reachable=False)),
    (changed(BLOCKED, "my_chat_member", "new_chat_member", to={"status": "member"}), Membership(7, ME, reachable=True)),
    (changed(BLOCKED, "my_chat_member", "chat", to=GROUP), Elsewhere(7, None)),
    ({"update_id": 8, "poll": {}}, Nothing(8)),
]


@pytest.mark.parametrize(("update", "expected"), CASES)
def test_an_update_is_cut_down_to_what_matters(update: dict[str, Any], expected: Incoming) -> None:
    assert parse(update) == expected


@pytest.mark.parametrize("number", [None, "5", -1, 2**63, True, 1.0])
def test_an_update_without_a_number_is_malformed(number: Any) -> None:
    with pytest.raises(Malformed):
        parse({**WROTE, "update_id": number})


def test_a_malformed_update_says_nothing_of_its_content() -> None:
    broken = changed(WROTE, "message", "from", "id", to="my secret")
    with pytest.raises(Malformed) as caught:
        parse(broken)
    assert "secret" not in repr(caught.value)
    assert caught.value.__cause__ is None
    assert update_id_of(broken) == 5


def test_no_repr_shows_what_somebody_wrote_or_who_they_are() -> None:
    replied = changed(PRESS, "callback_query", "message", "reply_to_message", to=REPLIED)
    shown = repr([parse(WROTE), parse(PRESS), parse(replied)])
    assert "hello" not in shown
    assert "my own words" not in shown
    assert "71" not in shown


STRUCTURE = ["update_id", "message", "callback_query", "my_chat_member", "edited_message", "from", "chat", "data"]
FIELDS = ["id", "type", "text", "message_id", "reply_to_message", "new_chat_member", "status", "language_code"]
NAMES = [*STRUCTURE, *FIELDS, "private", "kicked"]
names = st.sampled_from(NAMES)
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(st.characters(codec=None), max_size=5),
    names,
    st.just("private"),
)
json_values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=5), max_leaves=12
)


@given(json_values)
@example({"update_id": 1, "message": {"chat": {"type": "private"}, "from": [], "message_id": 1}})
def test_no_json_raises_anything_but_malformed(raw: Any) -> None:
    try:
        parsed = parse(raw)
    except Malformed:
        return
    assert isinstance(parsed, Incoming)


def places(value: Any, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    inner = value.items() if isinstance(value, dict) else ()
    return [*([path] if path else []), *(place for name, item in inner for place in places(item, (*path, name)))]


GOOD = [case for case, _ in CASES]


@given(st.sampled_from(GOOD), st.data())
def test_a_good_update_with_one_place_spoiled_raises_nothing_but_malformed(update: dict[str, Any], data: Any) -> None:
    path = data.draw(st.sampled_from(places(update)))
    spoiled = changed(update, *path, to=data.draw(json_values))
    try:
        parsed = parse(spoiled)
    except Malformed:
        return
    assert isinstance(parsed, Incoming)
