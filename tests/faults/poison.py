"""Updates as no Telegram should send them: real shapes with parts gone, of the wrong type, or absurd."""

import copy
import random
from collections.abc import Iterator
from typing import Any

CANARY = "poison-canary-8812"
JUNK: tuple[Any, ...] = (
    None, True, -1, 0, 2**31, 2**63, 2**70, -(2**64), 1e300, "", CANARY, "\x00", "9" * 300, [], {}, [[[[]]]],
    {"id": CANARY}, [CANARY], {"text": {"text": CANARY}}, "\ud800", "🧨" * 50,
)  # fmt: skip
ODD: tuple[Any, ...] = (None, 7, -1.5, True, CANARY, [], [CANARY, {}], "update_id")
"""What may stand in the list of updates in place of an object."""


def updates(seed: int, count: int, person_id: int) -> Iterator[tuple[Any, bool]]:
    """Make up updates; the flag says that it is no object at all and must be queued as it is."""
    rng = random.Random(seed)
    for _ in range(count):
        if rng.random() < 0.05:
            yield rng.choice(ODD), True
        else:
            yield spoiled(rng, rng.choice(shapes(person_id))), False


def shapes(person_id: int) -> list[dict[str, Any]]:
    """Return one real update of each kind."""
    person = {"id": person_id, "is_bot": False, "first_name": CANARY, "language_code": "en"}
    chat = {"id": person_id, "type": "private", "first_name": CANARY}
    message = {"message_id": 5, "from": person, "chat": chat, "date": 1_790_000_000, "text": CANARY}
    press = {"id": "77", "from": person, "message": message, "chat_instance": "1", "data": f"c:{CANARY}:go"}
    member = {"chat": chat, "from": person, "date": 1, "old_chat_member": {"status": "member"}}
    return [
        {"message": message},
        {"edited_message": message},
        {"callback_query": press},
        {"my_chat_member": {**member, "new_chat_member": {"status": "kicked", "user": person}}},
        {"inline_query": {"id": "1", "from": person, "query": CANARY}},
    ]


def spoiled(rng: random.Random, update: dict[str, Any]) -> dict[str, Any]:
    """Break one to four places of an update, one of which it cannot do without."""
    broken: dict[str, Any] = copy.deepcopy(update)
    kind = next(iter(broken))
    if rng.random() < 0.1:
        return {kind: rng.choice(JUNK)}
    needed = [name for name in ("from", "chat", "message", "id") if name in broken[kind]]
    break_one(rng, broken[kind], rng.choice(needed))
    for _ in range(rng.randint(0, 3)):
        if places := list(_places(broken[kind])):
            break_one(rng, *rng.choice(places))
    return broken


def break_one(rng: random.Random, inside: dict[str, Any], name: str) -> None:
    """Take a field away or put junk in its place."""
    if rng.random() < 0.3:
        inside.pop(name, None)
    else:
        inside[name] = rng.choice(JUNK)


def _places(thing: Any) -> Iterator[tuple[dict[str, Any], str]]:
    if isinstance(thing, dict):
        for name, value in thing.items():
            yield thing, name
            yield from _places(value)
