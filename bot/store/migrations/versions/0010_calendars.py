"""Sessions that come from a calendar, titles a therapist was asked about, and the addresses of calendars."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete="CASCADE")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "imports",
        sa.Column("session_id", sa.BigInteger(), nullable=False),
        sa.Column("therapist_id", sa.BigInteger(), nullable=False),
        sa.Column("event_index", sa.LargeBinary(length=32), nullable=False),
        sa.Column("series_index", sa.LargeBinary(length=32), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("gone", sa.Boolean(), nullable=False),
        _to("imports", "session_id", "sessions"),
        _to("imports", "therapist_id", "persons"),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_imports")),
    )
    op.create_index("uq_imports_event", "imports", ["therapist_id", "event_index"], unique=True)
    op.create_table(
        "calendar_titles",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("therapist_id", sa.BigInteger(), nullable=False),
        sa.Column("title_index", sa.LargeBinary(length=32), nullable=False),
        sa.Column("stands", sa.String(length=16), nullable=False),
        sa.Column("episode_id", sa.BigInteger(), nullable=True),
        sa.Column("batch", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        _to("calendar_titles", "therapist_id", "persons"),
        _to("calendar_titles", "episode_id", "episodes"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_titles")),
    )
    op.create_index(op.f("ix_calendar_titles_episode_id"), "calendar_titles", ["episode_id"], unique=False)
    op.create_index("uq_calendar_titles_title", "calendar_titles", ["therapist_id", "title_index"], unique=True)
    op.create_table(
        "feeds",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("url_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("stamps_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("read_at", sa.BigInteger(), nullable=True),
        sa.Column("whole_at", sa.BigInteger(), nullable=True),
        sa.Column("failing_since", sa.BigInteger(), nullable=True),
        sa.Column("fault", sa.String(length=32), nullable=True),
        _to("feeds", "person_id", "persons"),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_feeds")),
    )
