"""What each closed check-in said, and what must be remembered to judge the next one."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_index("ix_check_ins_prompted", "check_ins", ["episode_id", "prompted_at"], unique=False)
    op.create_table(
        "readings",
        sa.Column("check_in_id", sa.BigInteger(), nullable=False),
        sa.Column("episode_id", sa.BigInteger(), nullable=False),
        sa.Column("prompted_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=False),
        sa.Column("session_at", sa.BigInteger(), nullable=False),
        sa.Column("answered", sa.Boolean(), nullable=False),
        sa.Column("talk", sa.Boolean(), nullable=False),
        sa.Column("shared_note", sa.Boolean(), nullable=False),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("change", sa.Float(), nullable=True),
        sa.Column("usual_mean", sa.Float(), nullable=True),
        sa.Column("usual_spread", sa.Float(), nullable=True),
        sa.Column("usual_k", sa.Integer(), nullable=True),
        sa.Column("usual_threshold", sa.Float(), nullable=True),
        sa.Column("flags", sa.String(length=160), nullable=False),
        sa.ForeignKeyConstraint(
            ["check_in_id"], ["check_ins.id"], name=op.f("fk_readings_check_in_id_check_ins"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["episode_id"], ["episodes.id"], name=op.f("fk_readings_episode_id_episodes"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("check_in_id", name=op.f("pk_readings")),
    )
    op.create_index("ix_readings_episode", "readings", ["episode_id", "prompted_at"], unique=False)
    op.create_table(
        "courses",
        sa.Column("episode_id", sa.BigInteger(), nullable=False),
        sa.Column("through", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["episode_id"], ["episodes.id"], name=op.f("fk_courses_episode_id_episodes"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("episode_id", name=op.f("pk_courses")),
    )
