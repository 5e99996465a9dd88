"""Therapists are found without reading every client."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_index(
        "ix_persons_therapists",
        "persons",
        ["id"],
        sqlite_where=sa.text("is_therapist = 1"),
        postgresql_where=sa.text("is_therapist"),
    )
