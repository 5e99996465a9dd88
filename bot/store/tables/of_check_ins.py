"""Check-ins, what is said in them, and what follows from it."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    text,
    true,
)

from bot.store.tables.columns import Moment, metadata, own_id, to

goals = Table(
    "goals",
    metadata,
    own_id(),
    to("episode_id", "episodes", index=True),
    Column("words_sealed", LargeBinary, nullable=False),
    Column("suggestion_sealed", LargeBinary),
    Column("stage", String(16), nullable=False),
    Column("agree_t", Integer),
    Column("proposed_at", Moment, nullable=False),
    Column("agreed_at", Moment),
    Column("since", Moment, nullable=False),
)

check_ins = Table(
    "check_ins",
    metadata,
    own_id(),
    to("episode_id", "episodes"),
    to("session_id", "sessions", nullable=True, index=True),
    Column("occasion", String(8), nullable=False, server_default="after"),
    Column("version_id", BigInteger, ForeignKey("question_set_versions.id")),
    Column("state", String(16), nullable=False),
    Column("step", String(16), nullable=False),
    Column("position", Integer, nullable=False),
    Column("talk", Boolean, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("prompted_at", Moment),
    Column("started_at", Moment),
    Column("reminder_at", Moment),
    Column("auto_send_at", Moment),
    Column("expires_at", Moment),
    Column("closed_at", Moment),
    Column("next_at", Moment),
    Column("goal_id", BigInteger),
    Column("extra", Text),
    Column("past", Text),
    Index("ix_check_ins_episode", "episode_id", "state"),
    Index("ix_check_ins_prompted", "episode_id", "prompted_at"),
)
_PENDING = text("next_at IS NOT NULL")
Index("ix_check_ins_next_at", check_ins.c.next_at, sqlite_where=_PENDING, postgresql_where=_PENDING)
_CLOSED = text("closed_at IS NOT NULL")
Index("ix_check_ins_closed_at", check_ins.c.closed_at, sqlite_where=_CLOSED, postgresql_where=_CLOSED)

answers = Table(
    "answers",
    metadata,
    Column("check_in_id", BigInteger, ForeignKey("check_ins.id", ondelete="CASCADE"), primary_key=True),
    Column("question_id", String(32), primary_key=True),
    Column("rating", Integer),
    Column("text_sealed", LargeBinary),
)

notes = Table(
    "notes",
    metadata,
    Column("check_in_id", BigInteger, ForeignKey("check_ins.id", ondelete="CASCADE"), primary_key=True),
    Column("text_sealed", LargeBinary, nullable=False),
    Column("visibility", String(16), nullable=False),
)

discussions = Table(
    "discussions",
    metadata,
    Column("check_in_id", BigInteger, ForeignKey("check_ins.id", ondelete="CASCADE"), primary_key=True),
    Column("stands", String(16), nullable=False),
    Column("changed_at", Moment, nullable=False),
)

readings = Table(
    "readings",
    metadata,
    Column("check_in_id", BigInteger, ForeignKey("check_ins.id", ondelete="CASCADE"), primary_key=True),
    to("episode_id", "episodes"),
    Column("prompted_at", Moment, nullable=False),
    Column("closed_at", Moment, nullable=False),
    Column("session_at", Moment, nullable=False),
    Column("answered", Boolean, nullable=False),
    Column("talk", Boolean, nullable=False),
    Column("shared_note", Boolean, nullable=False),
    Column("score", Float),
    Column("change", Float),
    Column("usual_mean", Float),
    Column("usual_spread", Float),
    Column("usual_k", Integer),
    Column("usual_threshold", Float),
    Column("flags", String(160), nullable=False),
    Column("milestones", String(64)),
    Column("is_charted", Boolean, nullable=False, server_default=true()),
    Column("counts", Boolean, nullable=False, server_default=true()),
    Index("ix_readings_episode", "episode_id", "prompted_at"),
)

courses = Table(
    "courses",
    metadata,
    Column("episode_id", BigInteger, ForeignKey("episodes.id", ondelete="CASCADE"), primary_key=True),
    Column("through", Moment, nullable=False),
    Column("content", Text, nullable=False),
)

own_views = Table(
    "own_views",
    metadata,
    Column("check_in_id", BigInteger, ForeignKey("check_ins.id", ondelete="CASCADE"), primary_key=True),
    Column("stands", String(16), nullable=False),
    Column("position", Integer, nullable=False),
    Column("ratings", Text, nullable=False),
    Column("held_until", Moment, nullable=False),
)
_HOLDS = text("stands = 'waiting'")
Index("ix_own_views_waiting", own_views.c.check_in_id, sqlite_where=_HOLDS, postgresql_where=_HOLDS)

screens = Table(
    "screens",
    metadata,
    Column("check_in_id", BigInteger, ForeignKey("check_ins.id", ondelete="CASCADE"), primary_key=True),
    Column("message_id", BigInteger),
    Column("wanted_rev", Integer, nullable=False),
    Column("shown_rev", Integer, nullable=False),
)
_BEHIND = text("shown_rev < wanted_rev")
Index("ix_screens_behind", screens.c.check_in_id, sqlite_where=_BEHIND, postgresql_where=_BEHIND)

reflections = Table(
    "reflections",
    metadata,
    own_id(),
    Column("episode_id", BigInteger, ForeignKey("episodes.id", ondelete="CASCADE"), nullable=False, unique=True),
    Column("story_order", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("position", Integer, nullable=False),
    Column("ratings_sealed", LargeBinary, nullable=False),
    Column("words_sealed", LargeBinary),
    Column("message_id", BigInteger),
    Column("started_at", Moment, nullable=False),
    Column("closed_at", Moment),
)

score_imports = Table(
    "score_imports",
    metadata,
    own_id(),
    to("person_id", "persons"),
    Column("message_id", BigInteger, nullable=False),
    Column("scores", Integer, nullable=False),
    Column("clients", Integer, nullable=False),
    Column("created_at", Moment, nullable=False),
    Index("uq_score_imports_message", "person_id", "message_id", unique=True),
)

imported_check_ins = Table(
    "imported_check_ins",
    metadata,
    Column("check_in_id", BigInteger, ForeignKey("check_ins.id", ondelete="CASCADE"), primary_key=True),
    to("import_id", "score_imports", index=True),
    Column("own_session", Boolean, nullable=False),
)
