"""Therapy sessions, where they come from, and when none are held."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Time,
    text,
)

from bot.store.tables.columns import Moment, metadata, own_id, to

sessions = Table(
    "sessions",
    metadata,
    own_id(),
    to("episode_id", "episodes"),
    Column("starts_at", Moment, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("cancelled_at", Moment),
    Column("unheld", String(16)),
    Column("series_id", BigInteger),
    Column("slot", Date),
    Index("ix_sessions_start", "episode_id", "starts_at"),
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
    own_id(),
    to("episode_id", "episodes", index=True),
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
    own_id(),
    to("person_id", "persons", index=True),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
    Column("created_at", Moment, nullable=False),
)

imports = Table(
    "imports",
    metadata,
    Column("session_id", BigInteger, ForeignKey("sessions.id", ondelete="CASCADE"), primary_key=True),
    to("therapist_id", "persons"),
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
    own_id(),
    to("therapist_id", "persons"),
    Column("title_index", LargeBinary(32), nullable=False),
    Column("stands", String(16), nullable=False),
    to("episode_id", "episodes", nullable=True, index=True),
    Column("batch", BigInteger, nullable=False),
    Column("position", Integer, nullable=False),
    Index("uq_calendar_titles_title", "therapist_id", "title_index", unique=True),
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
