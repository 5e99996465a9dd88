"""A check-in as text and back, for those that are no client's: previews."""

import json
from datetime import datetime
from typing import Any

from conversations.model import CheckIn, Note, State, Step, Visibility

_MOMENTS = ("due_at", "started_at", "auto_send_at", "expires_at", "closed_at")


def write(check_in: CheckIn) -> str:
    """Write what a preview needs to go on."""
    note = check_in.note
    plain: dict[str, Any] = {
        "state": check_in.state.value,
        "step": check_in.step.value,
        "position": check_in.position,
        "answers": dict(check_in.answers),
        "words": dict(check_in.words),
        "extra": list(check_in.extra),
        "talk": check_in.talk,
        "note": [note.text, note.visibility.value] if note else None,
    }
    moments = {name: getattr(check_in, name) for name in _MOMENTS}
    return json.dumps(plain | {name: at.isoformat() if at else None for name, at in moments.items()})


def read(text: str, version_id: int) -> CheckIn:
    """Read what `write` wrote."""
    plain = json.loads(text)
    moments = {name: datetime.fromisoformat(plain[name]) if plain[name] else None for name in _MOMENTS}
    due_at = moments.pop("due_at")
    assert due_at is not None  # noqa: S101 - every check-in has one
    note = plain["note"]
    return CheckIn(
        id=0,
        episode_id=0,
        session_id=0,
        due_at=due_at,
        state=State(plain["state"]),
        step=Step(plain["step"]),
        position=plain["position"],
        answers=plain["answers"],
        words=plain["words"],
        extra=tuple(plain["extra"]),
        talk=plain["talk"],
        note=Note(note[0], Visibility(note[1])) if note else None,
        version_id=version_id,
        started_at=moments["started_at"],
        auto_send_at=moments["auto_send_at"],
        expires_at=moments["expires_at"],
        closed_at=moments["closed_at"],
    )
