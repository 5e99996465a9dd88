"""Imports of past scores: who brought how many, and which check-ins came of each, as long as it can be taken back."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "score_imports",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("scores", sa.Integer(), nullable=False),
        sa.Column("clients", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_score_imports_person_id_persons"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_score_imports")),
    )
    op.create_index("uq_score_imports_message", "score_imports", ["person_id", "message_id"], unique=True)
    op.create_table(
        "imported_check_ins",
        sa.Column("check_in_id", sa.BigInteger(), nullable=False),
        sa.Column("import_id", sa.BigInteger(), nullable=False),
        sa.Column("own_session", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["check_in_id"],
            ["check_ins.id"],
            name=op.f("fk_imported_check_ins_check_in_id_check_ins"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["score_imports.id"],
            name=op.f("fk_imported_check_ins_import_id_score_imports"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("check_in_id", name=op.f("pk_imported_check_ins")),
    )
    op.create_index(op.f("ix_imported_check_ins_import_id"), "imported_check_ins", ["import_id"])
