"""Sessions of an episode by their start, those called off too: a look at a day must not read all there ever were."""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_index("ix_sessions_start", "sessions", ["episode_id", "starts_at"])
