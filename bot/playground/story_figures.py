"""What came of the story, counted in the bot's database and the server's journal, never in the plan.

sessions          sessions entered and not undone
asked             prompts sent
answered          check-ins completed
partial           completed or forwarded ones with at least one question skipped or unanswered
expired           check-ins closed without completion because time ran out
summaries         summaries, or "has answered" notices, delivered to therapists
digests           weekly digests, or notices that there is one, delivered to therapists
messages          new messages the bot sent
requests_refused  requests of the bot that the server refused as wrong; flood control and the like are not counted
seconds           wall time
"""

import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

_COUNTS = {
    "sessions": "SELECT count(*) FROM sessions WHERE cancelled_at IS NULL",
    "asked": "SELECT count(*) FROM deliveries WHERE kind = 'prompt' AND outcome = 'sent'",
    "answered": "SELECT count(*) FROM check_ins WHERE state = 'completed'",
    "partial": """
        SELECT count(*) FROM check_ins JOIN question_set_versions AS version ON version.id = check_ins.version_id
        WHERE EXISTS (SELECT 1 FROM deliveries WHERE kind = 'summary' AND about_id = check_ins.id)
        AND (SELECT count(rating) FROM answers WHERE check_in_id = check_ins.id AND question_id IN
            (SELECT json_extract(value, '$.id') FROM json_each(version.content, '$.questions')))
            < json_array_length(version.content, '$.questions')""",
    "expired": "SELECT count(*) FROM check_ins WHERE state = 'expired'",
    "summaries": "SELECT count(*) FROM deliveries WHERE kind = 'summary' AND outcome = 'sent'",
    "digests": "SELECT count(*) FROM deliveries WHERE kind = 'weekly' AND outcome = 'sent'",
}


def counted(database: Path) -> dict[str, int]:
    """Count what is in the database now."""
    with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as connection:
        return {name: int(connection.execute(query).fetchone()[0]) for name, query in _COUNTS.items()}


def figures(
    database: Path, journal: Iterable[Mapping[str, Any]], server: Mapping[str, Any], seconds: float
) -> dict[str, int | float]:
    """Put all figures together.

    Args:
        database: the bot's.
        journal: of the server.
        server: its counts.
        seconds: wall time.
    """
    sent = sum(entry["kind"] == "call" and entry["what"].startswith("send") and entry["ok"] for entry in journal)
    return {
        **counted(database),
        "messages": sent,
        "requests_refused": int(server["refused"]),
        "seconds": round(seconds, 1),
    }
