"""Question sets, who is asked them, what admins do with them, and what the practice has decided."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text

from bot.store.tables.columns import Moment, metadata, own_id, to

question_set_versions = Table(
    "question_set_versions",
    metadata,
    own_id(),
    Column("name", String(32), nullable=False),
    Column("number", Integer, nullable=False),
    Column("content", Text, nullable=False),
    Column("live", Boolean, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("published_at", Moment),
    Column("reader", Text),
    Index("uq_question_set_versions_number", "name", "number", unique=True),
)

assignments = Table(
    "assignments",
    metadata,
    Column("about_id", BigInteger, primary_key=True, autoincrement=False),
    Column("name", String(32), primary_key=True),
    Column("occasion", String(8), primary_key=True),
    Column("every", Integer, nullable=False),
)

previews = Table(
    "previews",
    metadata,
    Column("person_id", BigInteger, ForeignKey("persons.id", ondelete="CASCADE"), primary_key=True),
    to("version_id", "question_set_versions"),
    Column("content", Text, nullable=False),
)

editings = Table(
    "editings",
    metadata,
    Column("person_id", BigInteger, ForeignKey("persons.id", ondelete="CASCADE"), primary_key=True),
    Column("name", String(32), nullable=False),
    Column("base_id", BigInteger, nullable=False),
    Column("rev", Integer, nullable=False),
    Column("content", Text, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    own_id(),
    Column("at", Moment, nullable=False, index=True),
    Column("person_id", BigInteger, nullable=False),
    Column("action", String(32), nullable=False),
    Column("detail", String(128), nullable=False),
)

practice = Table(
    "practice",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("content", Text, nullable=False),
)
