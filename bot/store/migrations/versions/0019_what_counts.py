"""Whether a closed check-in counts among those answered or not: those after sessions do, and those about the core."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_OTHERS = """
UPDATE readings SET counts = :no
WHERE is_charted = :no AND check_in_id IN (SELECT id FROM check_ins WHERE occasion <> 'after')
"""


def upgrade() -> None:
    """Apply. Of readings kept before, only those of check-ins on other occasions are written."""
    op.add_column("readings", sa.Column("counts", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.get_bind().execute(sa.text(_OTHERS), {"no": False})
