"""Sessions planned before there were morning lists and agendas get theirs.

Each timer is set early rather than late: whoever answers to it knows the right moment and moves it there. What is
planned is told by its check-in, which still waits, so that no clock is needed here. Random ids are taken from the rows.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_AN_HOUR, _A_DAY = 3_600_000, 86_400_000  # milliseconds: the longest an agenda comes before; the morning is later

_PLANNED = """
    FROM sessions JOIN episodes ON episodes.id = sessions.episode_id
    JOIN check_ins ON check_ins.session_id = sessions.id AND check_ins.state = 'scheduled'
    WHERE sessions.cancelled_at IS NULL AND episodes.ended_at IS NULL AND NOT EXISTS (
        SELECT 1 FROM timers WHERE timers.kind = :kind AND timers.person_id = episodes.therapist_id
        AND timers.about_id = {about}
    )
"""
_AGENDAS = f"""
    INSERT INTO timers (id, kind, person_id, about_id, due_at)
    SELECT sessions.id, :kind, episodes.therapist_id, sessions.id, MIN(sessions.starts_at) - :early
    {_PLANNED.format(about="sessions.id")} GROUP BY sessions.id, episodes.therapist_id
"""
_MORNINGS = f"""
    INSERT INTO timers (id, kind, person_id, about_id, due_at)
    SELECT episodes.therapist_id, :kind, episodes.therapist_id, 0, MIN(sessions.starts_at) - :early
    {_PLANNED.format(about="0")} GROUP BY episodes.therapist_id
"""


def upgrade() -> None:
    """Apply."""
    op.execute(sa.text(_AGENDAS).bindparams(kind="agenda", early=_AN_HOUR))
    op.execute(sa.text(_MORNINGS).bindparams(kind="morning", early=_A_DAY))
