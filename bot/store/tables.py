"""The tables, as SQLAlchemy Core. The migrations are what builds them; a test holds the two against each other.

Ids are random 63-bit integers made before the insert, because sealed columns bind the row's id. Moments are
whole milliseconds since 1970 UTC. Columns named `*_sealed` are AES-GCM ciphertext, `*_index` keyed hashes.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    Time,
    TypeDecorator,
    text,
    true,
)

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    }
)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


class Moment(TypeDecorator[datetime]):
    """An aware UTC datetime, stored as whole milliseconds since 1970."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        """Write milliseconds; a naive datetime is a bug and raises TypeError."""
        return None if value is None else (value - _EPOCH) // _MILLISECOND

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Read an aware UTC datetime."""
        return None if value is None else _EPOCH + value * _MILLISECOND


def _id() -> Column[int]:
    return Column("id", BigInteger, primary_key=True, autoincrement=False)


def _to(name: str, table: str, *, nullable: bool = False, index: bool = False) -> Column[int]:
    return Column(name, BigInteger, ForeignKey(f"{table}.id", ondelete="CASCADE"), nullable=nullable, index=index)


persons = Table(
    "persons",
    metadata,
    _id(),
    Column("telegram_index", LargeBinary(32), nullable=False, unique=True),
    Column("telegram_sealed", LargeBinary, nullable=False),
    Column("wrapped_key", LargeBinary, nullable=False),
    Column("is_admin", Boolean, nullable=False, default=False),
    Column("is_therapist", Boolean, nullable=False, default=False),
    Column("name_sealed", LargeBinary),
    Column("language", String(16), nullable=False),
    Column("zone", String(64), nullable=False),
    Column("notice", String(16), nullable=False),
    Column("preferences", Text),
    Column("unreachable_at", Moment),
    Column("created_at", Moment, nullable=False),
)
Index(  # a start asks for the therapists, however many clients there are
    "ix_persons_therapists",
    persons.c.id,
    sqlite_where=text("is_therapist = 1"),
    postgresql_where=text("is_therapist"),
)

invites = Table(
    "invites",
    metadata,
    _id(),
    Column("kind", String(16), nullable=False),
    Column("token_hash", LargeBinary(32), nullable=False, unique=True),
    Column("key_id", String(32), nullable=False),
    _to("creator_id", "persons", nullable=True, index=True),
    Column("label_sealed", LargeBinary),
    Column("label_index", LargeBinary(32)),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment),
    Column("revoked_at", Moment),
)

episodes = Table(
    "episodes",
    metadata,
    _id(),
    _to("client_id", "persons", index=True),
    _to("therapist_id", "persons", index=True),
    Column("code_sealed", LargeBinary, nullable=False),
    Column("code_index", LargeBinary(32), nullable=False),
    Column("wrapped_key", LargeBinary, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("end_reason", String(16)),
    Column("paused_at", Moment),
    Column("paused_until", Moment),
)
_RUNNING = text("ended_at IS NULL")
for _name, _columns in {
    "uq_episodes_running_code": (episodes.c.therapist_id, episodes.c.code_index),
    "uq_episodes_running_client": (episodes.c.client_id,),
}.items():
    Index(_name, *_columns, unique=True, sqlite_where=_RUNNING, postgresql_where=_RUNNING)

consents = Table(
    "consents",
    metadata,
    _id(),
    _to("episode_id", "episodes", index=True),
    Column("version", Integer, nullable=False),
    Column("language", String(16), nullable=False),
    Column("agreed_at", Moment, nullable=False),
    Column("revoked_at", Moment),
)

leavings = Table(
    "leavings",
    metadata,
    Column("person_id", BigInteger, ForeignKey("persons.id", ondelete="CASCADE"), primary_key=True),
    Column("since", Moment, nullable=False),
    Column("clients", Integer, nullable=False),
)

transfers = Table(
    "transfers",
    metadata,
    Column("episode_id", BigInteger, ForeignKey("episodes.id", ondelete="CASCADE"), primary_key=True),
    Column("successor_id", BigInteger, nullable=False),
    Column("stands", String(16), nullable=False),
    Column("offered_at", Moment, nullable=False),
    Column("opened_at", Moment),
    Column("closed_at", Moment),
    Column("became_id", BigInteger),
)

sessions = Table(
    "sessions",
    metadata,
    _id(),
    _to("episode_id", "episodes"),
    Column("starts_at", Moment, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("cancelled_at", Moment),
    Column("unheld", String(16)),
    Column("series_id", BigInteger),
    Column("slot", Date),
)
_HELD = text("cancelled_at IS NULL")
Index(
    "uq_sessions_start",
    sessions.c.episode_id,
    sessions.c.starts_at,
    unique=True,
    sqlite_where=_HELD,
    postgresql_where=_HELD,
)

_OF_SERIES = text("series_id IS NOT NULL")
Index(
    "uq_sessions_slot",
    sessions.c.series_id,
    sessions.c.slot,
    unique=True,
    sqlite_where=_OF_SERIES,
    postgresql_where=_OF_SERIES,
)

series = Table(
    "series",
    metadata,
    _id(),
    _to("episode_id", "episodes", index=True),
    Column("first_day", Date, nullable=False),
    Column("wall", Time, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("every_weeks", Integer, nullable=False),
    Column("last_day", Date),
    Column("planned_until", Date),
    Column("created_at", Moment, nullable=False),
)

holidays = Table(
    "holidays",
    metadata,
    _id(),
    _to("person_id", "persons", index=True),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
    Column("created_at", Moment, nullable=False),
)

question_set_versions = Table(
    "question_set_versions",
    metadata,
    _id(),
    Column("name", String(32), nullable=False),
    Column("number", Integer, nullable=False),
    Column("content", Text, nullable=False),
    Column("live", Boolean, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("published_at", Moment),
    Column("reader", Text),
    Index("uq_question_set_versions_number", "name", "number", unique=True),
)

assignments = Table(
    "assignments",
    metadata,
    Column("about_id", BigInteger, primary_key=True, autoincrement=False),
    Column("name", String(32), primary_key=True),
    Column("occasion", String(8), primary_key=True),
    Column("every", Integer, nullable=False),
)

previews = Table(
    "previews",
    metadata,
    Column("person_id", BigInteger, ForeignKey("persons.id", ondelete="CASCADE"), primary_key=True),
    _to("version_id", "question_set_versions"),
    Column("content", Text, nullable=False),
)

editings = Table(
    "editings",
    metadata,
    Column("person_id", BigInteger, ForeignKey("persons.id", ondelete="CASCADE"), primary_key=True),
    Column("name", String(32), nullable=False),
    Column("base_id", BigInteger, nullable=False),
    Column("rev", Integer, nullable=False),
    Column("content", Text, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    _id(),
    Column("at", Moment, nullable=False, index=True),
    Column("person_id", BigInteger, nullable=False),
    Column("action", String(32), nullable=False),
    Column("detail", String(128), nullable=False),
)

goals = Table(
    "goals",
    metadata,
    _id(),
    _to("episode_id", "episodes", index=True),
    Column("words_sealed", LargeBinary, nullable=False),
    Column("suggestion_sealed", LargeBinary),
    Column("stage", String(16), nullable=False),
    Column("agree_t", Integer),
    Column("proposed_at", Moment, nullable=False),
    Column("agreed_at", Moment),
    Column("since", Moment, nullable=False),
)

check_ins = Table(
    "check_ins",
    metadata,
    _id(),
    _to("episode_id", "episodes"),
    _to("session_id", "sessions", nullable=True, index=True),
    Column("occasion", String(8), nullable=False, server_default="after"),
    Column("version_id", BigInteger, ForeignKey("question_set_versions.id")),
    Column("state", String(16), nullable=False),
    Column("step", String(16), nullable=False),
    Column("position", Integer, nullable=False),
    Column("talk", Boolean, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("prompted_at", Moment),
    Column("started_at", Moment),
    Column("reminder_at", Moment),
    Column("auto_send_at", Moment),
    Column("expires_at", Moment),
    Column("closed_at", Moment),
    Column("next_at", Moment),
    Column("goal_id", BigInteger),
    Column("extra", Text),
    Column("past", Text),
    Index("ix_check_ins_episode", "episode_id", "state"),
    Index("ix_check_ins_prompted", "episode_id", "prompted_at"),
)
_PENDING = text("next_at IS NOT NULL")
Index("ix_check_ins_next_at", check_ins.c.next_at, sqlite_where=_PENDING, postgresql_where=_PENDING)
_CLOSED = text("closed_at IS NOT NULL")
Index("ix_check_ins_closed_at", check_ins.c.closed_at, sqlite_where=_CLOSED, postgresql_where=_CLOSED)

answers = Table(
    "answers",
    metadata,
    Column("check_in_id", BigInteger, ForeignKey("check_ins.id", ondelete="CASCADE"), primary_key=True),
    Column("question_id", String(32), primary_key=True),
    Column("rating", Integer),
    Column("text_sealed", LargeBinary),
)

notes = Table(
    "notes",
    metadata,
    Column("check_in_id", BigInteger, ForeignKey("check_ins.id", ondelete="CASCADE"), primary_key=True),
    Column("text_sealed", LargeBinary, nullable=False),
    Column("visibility", String(16), nullable=False),
)

discussions = Table(
    "discussions",
    metadata,
    Column("check_in_id", BigInteger, ForeignKey("check_ins.id", ondelete="CASCADE"), primary_key=True),
    Column("stands", String(16), nullable=False),
    Column("changed_at", Moment, nullable=False),
)

readings = Table(
    "readings",
    metadata,
    Column("check_in_id", BigInteger, ForeignKey("check_ins.id", ondelete="CASCADE"), primary_key=True),
    _to("episode_id", "episodes"),
    Column("prompted_at", Moment, nullable=False),
    Column("closed_at", Moment, nullable=False),
    Column("session_at", Moment, nullable=False),
    Column("answered", Boolean, nullable=False),
    Column("talk", Boolean, nullable=False),
    Column("shared_note", Boolean, nullable=False),
    Column("score", Float),
    Column("change", Float),
    Column("usual_mean", Float),
    Column("usual_spread", Float),
    Column("usual_k", Integer),
    Column("usual_threshold", Float),
    Column("flags", String(160), nullable=False),
    Column("milestones", String(64)),
    Column("is_charted", Boolean, nullable=False, server_default=true()),
    Index("ix_readings_episode", "episode_id", "prompted_at"),
)

courses = Table(
    "courses",
    metadata,
    Column("episode_id", BigInteger, ForeignKey("episodes.id", ondelete="CASCADE"), primary_key=True),
    Column("through", Moment, nullable=False),
    Column("content", Text, nullable=False),
)

own_views = Table(
    "own_views",
    metadata,
    Column("check_in_id", BigInteger, ForeignKey("check_ins.id", ondelete="CASCADE"), primary_key=True),
    Column("stands", String(16), nullable=False),
    Column("position", Integer, nullable=False),
    Column("ratings", Text, nullable=False),
    Column("held_until", Moment, nullable=False),
)
_HOLDS = text("stands = 'waiting'")
Index("ix_own_views_waiting", own_views.c.check_in_id, sqlite_where=_HOLDS, postgresql_where=_HOLDS)

screens = Table(
    "screens",
    metadata,
    Column("check_in_id", BigInteger, ForeignKey("check_ins.id", ondelete="CASCADE"), primary_key=True),
    Column("message_id", BigInteger),
    Column("wanted_rev", Integer, nullable=False),
    Column("shown_rev", Integer, nullable=False),
)
_BEHIND = text("shown_rev < wanted_rev")
Index("ix_screens_behind", screens.c.check_in_id, sqlite_where=_BEHIND, postgresql_where=_BEHIND)

deliveries = Table(
    "deliveries",
    metadata,
    _id(),
    _to("person_id", "persons", index=True),
    Column("kind", String(32), nullable=False),
    Column("lane", Integer, nullable=False),
    Column("about_id", BigInteger),
    Column("detail", String(64)),
    Column("dedupe_key", String(96), nullable=False, unique=True),
    Column("not_before", Moment, nullable=False),
    Column("quiet_since", Moment),
    Column("attempts", Integer, nullable=False),
    Column("outcome", String(16)),
    Column("message_id", BigInteger),
    Column("created_at", Moment, nullable=False),
    Column("done_at", Moment),
)
_WAITING = text("outcome IS NULL")
Index(
    "ix_deliveries_waiting",
    deliveries.c.lane,
    deliveries.c.not_before,
    sqlite_where=_WAITING,
    postgresql_where=_WAITING,
)

reflections = Table(
    "reflections",
    metadata,
    _id(),
    Column("episode_id", BigInteger, ForeignKey("episodes.id", ondelete="CASCADE"), nullable=False, unique=True),
    Column("story_order", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("position", Integer, nullable=False),
    Column("ratings_sealed", LargeBinary, nullable=False),
    Column("words_sealed", LargeBinary),
    Column("message_id", BigInteger),
    Column("started_at", Moment, nullable=False),
    Column("closed_at", Moment),
)

timers = Table(
    "timers",
    metadata,
    _id(),
    Column("kind", String(32), nullable=False),
    _to("person_id", "persons", index=True),
    Column("about_id", BigInteger, nullable=False),
    Column("due_at", Moment, nullable=False, index=True),
    Index("uq_timers_kind", "kind", "person_id", "about_id", unique=True),
)

imports = Table(
    "imports",
    metadata,
    Column("session_id", BigInteger, ForeignKey("sessions.id", ondelete="CASCADE"), primary_key=True),
    _to("therapist_id", "persons"),
    Column("event_index", LargeBinary(32), nullable=False),
    Column("series_index", LargeBinary(32), nullable=False),
    Column("source", String(16), nullable=False),
    Column("starts_at", Moment, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("gone", Boolean, nullable=False),
    Index("uq_imports_event", "therapist_id", "event_index", unique=True),
)

calendar_titles = Table(
    "calendar_titles",
    metadata,
    _id(),
    _to("therapist_id", "persons"),
    Column("title_index", LargeBinary(32), nullable=False),
    Column("stands", String(16), nullable=False),
    _to("episode_id", "episodes", nullable=True, index=True),
    Column("batch", BigInteger, nullable=False),
    Column("position", Integer, nullable=False),
    Index("uq_calendar_titles_title", "therapist_id", "title_index", unique=True),
)

score_imports = Table(
    "score_imports",
    metadata,
    _id(),
    _to("person_id", "persons"),
    Column("message_id", BigInteger, nullable=False),
    Column("scores", Integer, nullable=False),
    Column("clients", Integer, nullable=False),
    Column("created_at", Moment, nullable=False),
    Index("uq_score_imports_message", "person_id", "message_id", unique=True),
)

imported_check_ins = Table(
    "imported_check_ins",
    metadata,
    Column("check_in_id", BigInteger, ForeignKey("check_ins.id", ondelete="CASCADE"), primary_key=True),
    _to("import_id", "score_imports", index=True),
    Column("own_session", Boolean, nullable=False),
)

feeds = Table(
    "feeds",
    metadata,
    Column("person_id", BigInteger, ForeignKey("persons.id", ondelete="CASCADE"), primary_key=True),
    Column("url_sealed", LargeBinary, nullable=False),
    Column("stamps_sealed", LargeBinary),
    Column("created_at", Moment, nullable=False),
    Column("read_at", Moment),
    Column("whole_at", Moment),
    Column("failing_since", Moment),
    Column("fault", String(32)),
)

errands = Table(
    "errands",
    metadata,
    _id(),
    _to("person_id", "persons", index=True),
    Column("kind", String(16), nullable=False),
    Column("detail_sealed", LargeBinary),
    Column("message_id", BigInteger),
    Column("not_before", Moment, nullable=False, index=True),
    Column("attempts", Integer, nullable=False),
)

awaited_texts = Table(
    "awaited_texts",
    metadata,
    Column("person_id", BigInteger, ForeignKey("persons.id", ondelete="CASCADE"), primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("about_id", BigInteger, nullable=False),
    Column("detail", String(64)),
    Column("asked_at", Moment, nullable=False),
)

seen_updates = Table(
    "seen_updates",
    metadata,
    Column("update_id", BigInteger, primary_key=True, autoincrement=False),
    Column("seen_at", Moment, nullable=False, index=True),
)

parked_updates = Table(
    "parked_updates",
    metadata,
    Column("update_id", BigInteger, primary_key=True, autoincrement=False),
    Column("fault", String(128), nullable=False),
    Column("parked_at", Moment, nullable=False),
)

practice = Table(
    "practice",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("content", Text, nullable=False),
)
