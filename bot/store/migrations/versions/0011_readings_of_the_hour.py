"""Milestones beside what a check-in said, and a way to what has closed lately."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("readings", sa.Column("milestones", sa.String(length=64), nullable=True))
    closed = sa.text("closed_at IS NOT NULL")
    op.create_index("ix_check_ins_closed_at", "check_ins", ["closed_at"], sqlite_where=closed, postgresql_where=closed)
