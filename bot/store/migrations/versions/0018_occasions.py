"""Check-ins on other occasions than after a session, and sets that are assigned to them."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_OCCASION = sa.Column("occasion", sa.String(length=8), nullable=False, server_default="after")


def upgrade() -> None:
    """Apply. No row of check_ins is read or written: there may be millions."""
    op.add_column("check_ins", _OCCASION)
    op.add_column("readings", sa.Column("is_charted", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("awaited_texts", sa.Column("detail", sa.String(length=64), nullable=True))
    if op.get_bind().dialect.name == "sqlite":
        _let_be_null()
    else:
        op.alter_column("check_ins", "session_id", existing_type=sa.BigInteger(), nullable=True)
    kept = op.get_bind().execute(sa.text("SELECT about_id, name, every FROM assignments")).mappings().all()
    op.drop_table("assignments")
    made = op.create_table(
        "assignments",
        sa.Column("about_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("occasion", sa.String(length=8), nullable=False),
        sa.Column("every", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("about_id", "name", "occasion", name=op.f("pk_assignments")),
    )
    op.bulk_insert(made, [{**row, "occasion": "after"} for row in kept])


def _let_be_null() -> None:
    """Take NOT NULL off session_id as SQLite's manual describes it for changes that leave the rows as they are.

    (lang_altertable, section 7.) The other way, a new table in place of the old one, would take answers and notes along
    when the old one is dropped, since foreign keys are on and cannot be switched off within a transaction.
    """
    tx = op.get_bind()
    version = tx.execute(sa.text("PRAGMA schema_version")).scalar_one()
    tx.execute(sa.text("PRAGMA writable_schema = ON"))
    changed = "replace(sql, 'session_id BIGINT NOT NULL', 'session_id BIGINT')"
    tx.execute(sa.text(f"UPDATE sqlite_schema SET sql = {changed} WHERE type = 'table' AND name = 'check_ins'"))  # noqa: S608
    tx.execute(sa.text(f"PRAGMA schema_version = {version + 1}"))
    tx.execute(sa.text("PRAGMA writable_schema = RESET"))
