"""What a check-in asks beyond its set, what came before it, and answers in words."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("check_ins", sa.Column("extra", sa.Text(), nullable=True))
    op.add_column("check_ins", sa.Column("past", sa.Text(), nullable=True))
    op.add_column("answers", sa.Column("text_sealed", sa.LargeBinary(), nullable=True))
