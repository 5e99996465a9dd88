"""The command line: `attune`."""

import asyncio
import sys
from typing import Annotated

import typer

from bot import logs
from bot.app import AlreadyRunning, App
from bot.crypto import KeyRing
from bot.settings import Settings, SettingsFault, load_settings
from bot.steering import Steering

main = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)

keys = typer.Typer(no_args_is_help=True, help="Keys that encrypt what is stored.")
main.add_typer(keys, name="keys")


@keys.command("new")
def new_key(kid: Annotated[str, typer.Argument(help="A short name for the key.")] = "k1") -> None:
    """Print a new key for DATA_KEYS. Keep a copy apart from the database: without it nothing can be read."""
    typer.echo(KeyRing.generate_entry(kid))


def _settings() -> Settings:
    """Read the settings, or name every fault and end with 2."""
    try:
        return load_settings()
    except SettingsFault as fault:
        for sentence in fault.faults:
            typer.echo(sentence, err=True)
        raise typer.Exit(2) from None


@main.command()
def run(*, steered: Annotated[bool, typer.Option(hidden=True)] = False) -> None:
    """Run the bot until it is stopped."""
    settings = _settings()
    logs.configure(settings.log_level, settings.log_format, settings.redactions())
    try:
        asyncio.run(App(settings).run(Steering() if steered else None))
    except AlreadyRunning as error:
        typer.echo(str(error), err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
