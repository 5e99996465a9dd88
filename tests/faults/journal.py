"""The local server's journal as a witness: what the bot really sent, and what people really pressed."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from tests.faults.walkers import check_in_of

Entry = dict[str, Any]
MAKING = frozenset({"sendMessage", "sendPhoto", "sendDocument", "sendMediaGroup"})


def made(journal: Iterable[Entry]) -> list[Entry]:
    """Return the calls that put a new message into a chat."""
    return [entry for entry in journal if entry["kind"] == "call" and entry["what"] in MAKING and entry["message_id"]]


def chat_of(entry: Entry) -> int:
    """Return the chat of a call."""
    return int(entry["params"]["chat_id"])


def pressed_ratings(journal: Iterable[Entry]) -> dict[tuple[int, int], set[int]]:
    """Return which ratings people pressed, by check-in and position of the question."""
    found: dict[tuple[int, int], set[int]] = defaultdict(set)
    for entry in journal:
        if entry["what"] != "press":
            continue
        data = entry["params"]["data"]
        number, parts = check_in_of(data), data.split(":")
        if number is not None and parts[2] == "a":
            found[number, int(parts[3])].add(int(parts[4]))
    return found


def own_key(entry: Entry) -> tuple[int, str] | None:
    """Name a message by its chat and its first button; one without buttons has no name of its own."""
    markup = entry["params"].get("reply_markup")
    rows = markup["inline_keyboard"] if isinstance(markup, dict) else []
    data = rows[0][0].get("callback_data") if rows and rows[0] else None
    return None if data is None else (chat_of(entry), data)


def repeats(journal: Sequence[Entry]) -> list[Entry]:
    """Return the messages that were sent again later, button for button: each was sent and then forgotten."""
    last: dict[tuple[int, str], Entry] = {}
    forgotten: list[Entry] = []
    for entry in made(journal):
        key = own_key(entry)
        if key is None:
            continue
        if key in last:
            forgotten.append(last[key])
        last[key] = entry
    return forgotten


def by_chat(entries: Iterable[Entry]) -> Counter[int]:
    """Count entries by chat."""
    return Counter(chat_of(entry) for entry in entries)
