"""The tables, as SQLAlchemy Core. The migrations are what builds them; a test holds the two against each other.

Ids are random 63-bit integers made before the insert, because sealed columns bind the row's id. Moments are
whole milliseconds since 1970 UTC. Columns named `*_sealed` are AES-GCM ciphertext, `*_index` keyed hashes.
"""

from bot.store.tables.columns import Moment, metadata
from bot.store.tables.of_check_ins import (
    answers,
    check_ins,
    courses,
    discussions,
    goals,
    imported_check_ins,
    notes,
    own_views,
    readings,
    reflections,
    score_imports,
    screens,
)
from bot.store.tables.of_people import consents, episodes, invites, leavings, persons, transfers
from bot.store.tables.of_questions import assignments, audit, editings, practice, previews, question_set_versions
from bot.store.tables.of_sessions import calendar_titles, feeds, holidays, imports, series, sessions
from bot.store.tables.of_work import awaited_texts, deliveries, errands, parked_updates, seen_updates, timers

__all__ = [
    "Moment",
    "answers",
    "assignments",
    "audit",
    "awaited_texts",
    "calendar_titles",
    "check_ins",
    "consents",
    "courses",
    "deliveries",
    "discussions",
    "editings",
    "episodes",
    "errands",
    "feeds",
    "goals",
    "holidays",
    "imported_check_ins",
    "imports",
    "invites",
    "leavings",
    "metadata",
    "notes",
    "own_views",
    "parked_updates",
    "persons",
    "practice",
    "previews",
    "question_set_versions",
    "readings",
    "reflections",
    "score_imports",
    "screens",
    "seen_updates",
    "series",
    "sessions",
    "timers",
    "transfers",
]
