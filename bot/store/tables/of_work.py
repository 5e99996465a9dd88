"""What is still to be said, fetched, heard or done."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, text

from bot.store.tables.columns import Moment, metadata, own_id, to

deliveries = Table(
    "deliveries",
    metadata,
    own_id(),
    to("person_id", "persons", index=True),
    Column("kind", String(32), nullable=False),
    Column("lane", Integer, nullable=False),
    Column("about_id", BigInteger),
    Column("detail", String(64)),
    Column("dedupe_key", String(96), nullable=False, unique=True),
    Column("not_before", Moment, nullable=False),
    Column("quiet_since", Moment),
    Column("attempts", Integer, nullable=False),
    Column("outcome", String(16)),
    Column("message_id", BigInteger),
    Column("created_at", Moment, nullable=False),
    Column("done_at", Moment),
)
_WAITING = text("outcome IS NULL")
Index(
    "ix_deliveries_waiting",
    deliveries.c.lane,
    deliveries.c.not_before,
    sqlite_where=_WAITING,
    postgresql_where=_WAITING,
)

timers = Table(
    "timers",
    metadata,
    own_id(),
    Column("kind", String(32), nullable=False),
    to("person_id", "persons", index=True),
    Column("about_id", BigInteger, nullable=False),
    Column("due_at", Moment, nullable=False, index=True),
    Index("uq_timers_kind", "kind", "person_id", "about_id", unique=True),
)

errands = Table(
    "errands",
    metadata,
    own_id(),
    to("person_id", "persons", index=True),
    Column("kind", String(16), nullable=False),
    Column("detail_sealed", LargeBinary),
    Column("message_id", BigInteger),
    Column("not_before", Moment, nullable=False, index=True),
    Column("attempts", Integer, nullable=False),
)

awaited_texts = Table(
    "awaited_texts",
    metadata,
    Column("person_id", BigInteger, ForeignKey("persons.id", ondelete="CASCADE"), primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("about_id", BigInteger, nullable=False),
    Column("detail", String(64)),
    Column("asked_at", Moment, nullable=False),
)

seen_updates = Table(
    "seen_updates",
    metadata,
    Column("update_id", BigInteger, primary_key=True, autoincrement=False),
    Column("seen_at", Moment, nullable=False, index=True),
)

parked_updates = Table(
    "parked_updates",
    metadata,
    Column("update_id", BigInteger, primary_key=True, autoincrement=False),
    Column("fault", String(128), nullable=False),
    Column("parked_at", Moment, nullable=False),
)
