"""How therapists saw sessions themselves, and deliveries that wait for the end of quiet hours."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "own_views",
        sa.Column("check_in_id", sa.BigInteger(), nullable=False),
        sa.Column("stands", sa.String(length=16), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("ratings", sa.Text(), nullable=False),
        sa.Column("held_until", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["check_in_id"], ["check_ins.id"], name=op.f("fk_own_views_check_in_id_check_ins"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("check_in_id", name=op.f("pk_own_views")),
    )
    holds = sa.text("stands = 'waiting'")
    op.create_index("ix_own_views_waiting", "own_views", ["check_in_id"], sqlite_where=holds, postgresql_where=holds)
    op.add_column("deliveries", sa.Column("quiet_since", sa.BigInteger(), nullable=True))
