"""Who belongs to the practice, and how they came and go."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text, text

from bot.store.tables.columns import Moment, metadata, own_id, to

persons = Table(
    "persons",
    metadata,
    own_id(),
    Column("telegram_index", LargeBinary(32), nullable=False, unique=True),
    Column("telegram_sealed", LargeBinary, nullable=False),
    Column("wrapped_key", LargeBinary, nullable=False),
    Column("is_admin", Boolean, nullable=False, default=False),
    Column("is_therapist", Boolean, nullable=False, default=False),
    Column("name_sealed", LargeBinary),
    Column("language", String(16), nullable=False),
    Column("zone", String(64), nullable=False),
    Column("notice", String(16), nullable=False),
    Column("preferences", Text),
    Column("unreachable_at", Moment),
    Column("created_at", Moment, nullable=False),
)
Index(  # a start asks for the therapists, however many clients there are
    "ix_persons_therapists",
    persons.c.id,
    sqlite_where=text("is_therapist = 1"),
    postgresql_where=text("is_therapist"),
)

invites = Table(
    "invites",
    metadata,
    own_id(),
    Column("kind", String(16), nullable=False),
    Column("token_hash", LargeBinary(32), nullable=False, unique=True),
    Column("key_id", String(32), nullable=False),
    to("creator_id", "persons", nullable=True, index=True),
    Column("label_sealed", LargeBinary),
    Column("label_index", LargeBinary(32)),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment),
    Column("revoked_at", Moment),
)

episodes = Table(
    "episodes",
    metadata,
    own_id(),
    to("client_id", "persons", index=True),
    to("therapist_id", "persons", index=True),
    Column("code_sealed", LargeBinary, nullable=False),
    Column("code_index", LargeBinary(32), nullable=False),
    Column("wrapped_key", LargeBinary, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("end_reason", String(16)),
    Column("paused_at", Moment),
    Column("paused_until", Moment),
)
_RUNNING = text("ended_at IS NULL")
for _name, _columns in {
    "uq_episodes_running_code": (episodes.c.therapist_id, episodes.c.code_index),
    "uq_episodes_running_client": (episodes.c.client_id,),
}.items():
    Index(_name, *_columns, unique=True, sqlite_where=_RUNNING, postgresql_where=_RUNNING)

consents = Table(
    "consents",
    metadata,
    own_id(),
    to("episode_id", "episodes", index=True),
    Column("version", Integer, nullable=False),
    Column("language", String(16), nullable=False),
    Column("agreed_at", Moment, nullable=False),
    Column("revoked_at", Moment),
)

leavings = Table(
    "leavings",
    metadata,
    Column("person_id", BigInteger, ForeignKey("persons.id", ondelete="CASCADE"), primary_key=True),
    Column("since", Moment, nullable=False),
    Column("clients", Integer, nullable=False),
)

transfers = Table(
    "transfers",
    metadata,
    Column("episode_id", BigInteger, ForeignKey("episodes.id", ondelete="CASCADE"), primary_key=True),
    Column("successor_id", BigInteger, nullable=False),
    Column("stands", String(16), nullable=False),
    Column("offered_at", Moment, nullable=False),
    Column("opened_at", Moment),
    Column("closed_at", Moment),
    Column("became_id", BigInteger),
)
