"""Brings a database to the schema this version of Attune needs."""

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.tables import metadata

_MIGRATIONS = Path(__file__).parent / "migrations"


async def upgrade(connection: AsyncConnection) -> None:
    """Run the migrations that are missing, inside the caller's transaction."""
    await connection.run_sync(_upgrade)


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _upgrade(connection: Connection) -> None:
    command.upgrade(_config(connection), "head")


async def differences(connection: AsyncConnection) -> list[str]:
    """Say where the database and `tables.py` disagree; empty when they do not."""
    return await connection.run_sync(_differences)


def _differences(connection: Connection) -> list[str]:
    return [str(entry) for entry in compare_metadata(MigrationContext.configure(connection), metadata)]


def autogenerate(connection: Connection, message: str) -> None:
    """Write a draft of the next migration (for developers: see CONTRIBUTING in the README)."""
    command.revision(_config(connection), message, autogenerate=True)
