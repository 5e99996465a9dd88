"""What happened on this server: every call of the bot, every act of a person, and the counts.

A benchmark makes hundreds of thousands of calls, so an entry is a tuple until someone reads it,
and the parameters of a JSON request are kept as they came.
"""

import json
import time
from collections import Counter
from pathlib import Path
from typing import Any, TextIO

from bot.playground.fields import Upload
from bot.playground.refusals import NOT_MODIFIED, QUERY_TOO_OLD, Refusal

Entry = tuple[float, str, str, Any, str | None, int | None, int | None]
NAMES = ("time", "kind", "what", "params", "error", "message_id", "code")
SECRETS = {"secret_token", "certificate"}


def kind_of(refusal: Refusal) -> str:
    """Sort a refusal: `refused` is a fault of the bot, the other kinds are normal life."""
    special = {429: "flood", 403: "blocked", 409: "conflict"}.get(refusal.code)
    if special == "blocked" and "initiate" in refusal.description:
        return "refused"
    if special:
        return special
    if refusal.description.endswith(NOT_MODIFIED):
        return "not_modified"
    return "query_too_old" if refusal.description.endswith(QUERY_TOO_OLD) else "refused"


def shown(value: Any) -> Any:
    """Return parameters without the bytes of files and without secrets."""
    if isinstance(value, bytes):
        value = json.loads(value)
    if isinstance(value, Upload):
        return f"(file: {value.name}, {len(value.content)} bytes)"
    if isinstance(value, dict):
        return {k: "(secret)" if k in SECRETS else shown(v) for k, v in value.items()}
    return [shown(item) for item in value] if isinstance(value, list) else value


class Journal:
    """The list of entries in memory, and the same as JSON lines in a file if one is wanted."""

    def __init__(self, path: Path | None = None) -> None:
        self.entries: list[Entry] = []
        self.requests: Counter[str] = Counter()
        self.outcomes: Counter[str] = Counter()
        self.refusals: list[dict[str, Any]] = []
        self.file: TextIO | None = path.open("a", encoding="utf-8") if path else None

    def add(
        self,
        now: float,
        kind: str,
        what: str,
        params: Any,
        refusal: Refusal | None = None,
        message_id: int | None = None,
    ) -> None:
        """Append one entry.

        Args:
            now: seconds since 1970 on the server's clock.
            kind: `call` for the bot, `act` for a person.
            what: the method, or what the person did.
            params: parameters, with `Upload`s for files.
            refusal: why the call was refused, or None.
            message_id: of the message in the result.
        """
        error = refusal.description if refusal else None
        code = refusal.code if refusal else None
        self.entries.append((now, kind, what, params, error, message_id, code))
        if self.file:
            self.file.write(json.dumps(self.entry(len(self.entries) - 1)) + "\n")
            self.file.flush()

    def count(self, method: str, refusal: Refusal | None, *, wanted: bool = False) -> None:
        """Count one call; `wanted` says that the answer was ordered as a fault."""
        self.requests[method] += 1
        if wanted:
            self.outcomes["faults"] += 1
        elif refusal:
            kind = kind_of(refusal)
            self.outcomes[kind] += 1
            if kind == "refused":
                self.refusals.append({"seq": len(self.entries), "method": method, "error": refusal.description})

    def entry(self, index: int) -> dict[str, Any]:
        """Return one entry by its index, with `seq` counting from 1 and `real_time` absent."""
        values = dict(zip(NAMES, self.entries[index], strict=True))
        return {"seq": index + 1, **values, "params": shown(values["params"]), "ok": values["error"] is None}

    def since(self, seq: int) -> list[dict[str, Any]]:
        """Return the entries after number `seq`."""
        return [self.entry(index) for index in range(max(seq, 0), len(self.entries))]

    def figures(self) -> dict[str, Any]:
        """Return the counts: requests by method, and what was not simply "ok"."""
        kinds = ("refused", "flood", "blocked", "not_modified", "query_too_old", "conflict", "faults")
        return {
            "requests": dict(self.requests),
            **{kind: self.outcomes[kind] for kind in kinds},
            "refusals": self.refusals[-100:],
            "entries": len(self.entries),
            "real_time": time.time(),
        }
