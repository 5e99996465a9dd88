"""The command line: `attune`."""

import asyncio
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bot import logs
from bot.app import App, CannotStart
from bot.crypto import KeyRing
from bot.doctor import Finding, examine
from bot.playground import story
from bot.playground.demo import demo as show_playground
from bot.question_commands import questions
from bot.settings import Settings, SettingsFault, load_settings
from bot.setup import bot_name, first_admin_token, write_env
from bot.steering import Steering
from bot.texts import FALLBACK, languages

main = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)

keys = typer.Typer(no_args_is_help=True, help="Keys that encrypt what is stored.")
main.add_typer(keys, name="keys")
main.add_typer(questions, name="questions")


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
def run(
    *,
    steered: Annotated[bool, typer.Option(hidden=True)] = False,
    begin_at: Annotated[str, typer.Option(hidden=True)] = "",
) -> None:
    """Run the bot until it is stopped."""
    settings = _settings()
    logs.configure(settings.log_level, settings.log_format, settings.redactions())
    app = App(settings)
    if steered and begin_at:
        app.clock.move_to(datetime.fromisoformat(begin_at))
    try:
        asyncio.run(app.run(Steering() if steered else None))
    except CannotStart as error:
        typer.echo(str(error), err=True)
        sys.exit(1)


@main.command()
def doctor() -> None:
    """Check token, database, keys, zone and crisis card; say what to do about each fault."""
    settings = _settings()
    logs.configure("ERROR", settings.log_format, settings.redactions())
    findings = asyncio.run(_examined(settings))
    for finding in findings:
        advice = "" if finding.is_well else f"; {finding.advice}"
        typer.echo(f"{'ok   ' if finding.is_well else 'fault'}  {finding.part}: {finding.said}{advice}")
    if not all(finding.is_well for finding in findings):
        raise typer.Exit(1)


def _known(language: str) -> str:
    if language not in languages():
        raise typer.BadParameter(f"there are {', '.join(languages())}")
    return language


@main.command()
def demo(
    port: Annotated[int, typer.Option(help="Where the page is: 0 takes any free port.")] = 8090,
    *,
    headless: Annotated[bool, typer.Option("--headless", help="No page: play a fixed story and leave it.")] = False,
    out: Annotated[Path, typer.Option(help="Where the story leaves chats, pictures and figures.")] = Path("demo"),
    language: Annotated[str, typer.Option(help="The language of the story.", callback=_known)] = FALLBACK,
) -> None:
    """Try everything without Telegram: a page with the phones of a client, a therapist and an admin."""
    if headless:
        raise typer.Exit(story.run(out, typer.echo, language))
    try:
        asyncio.run(show_playground(port))
    except OSError as error:
        typer.echo(f"Port {port} cannot be used ({error.strerror}). Try another: attune demo --port 8091", err=True)
        raise typer.Exit(1) from None


async def _examined(settings: Settings) -> list[Finding]:
    return [finding async for finding in examine(settings)]


@main.command()
def setup(path: Annotated[Path, typer.Option(help="The file to write.")] = Path(".env")) -> None:
    """Ask for what is needed, write a .env that only you can read, and print the first admin's link."""
    if path.exists():
        typer.echo(f"{path} exists already and holds your keys, so nothing was changed. Move it away first.", err=True)
        raise typer.Exit(1)
    values = _asked()
    try:
        settings = load_settings(values, None)
    except SettingsFault as fault:
        for sentence in fault.faults:
            typer.echo(sentence, err=True)
        typer.echo("Nothing was written. Please run attune setup again.", err=True)
        raise typer.Exit(2) from None
    write_env(path, values)
    typer.echo(f"\nWrote {path} (only you can read it). Keep a copy of DATA_KEYS apart from the database.")
    typer.echo(asyncio.run(_first_steps(settings)))


def _asked() -> dict[str, str]:
    """Ask one question after another; what has a good default can be left by pressing Enter."""
    return {
        "TELEGRAM_BOT_TOKEN": typer.prompt("The bot's token, from @BotFather", hide_input=True).strip(),
        "DATA_KEYS": KeyRing.generate_entry("k1"),
        "PRACTICE_NAME": typer.prompt("Name of the practice", default="Our practice"),
        "PRACTICE_TIMEZONE": typer.prompt("Time zone, such as Europe/Berlin", default="UTC"),
        "PRACTICE_LANGUAGE": typer.prompt("Language", default="en"),
        "CRISIS_CARD_TEXT": typer.prompt("Where to get help in a crisis: whom to call, in one line", default=""),
        "TELEGRAM_API_URL": os.environ.get("TELEGRAM_API_URL", ""),
        "DATABASE_URL": os.environ.get("DATABASE_URL", ""),
    }


async def _first_steps(settings: Settings) -> str:
    token = await first_admin_token(settings, datetime.now(UTC))
    name = await bot_name(settings)
    if name is None:
        return (
            "Telegram could not be asked for the bot's name: attune doctor says why.\n"
            f"Start the bot with: attune run\nThen become its admin by sending it, within 72 hours: /start {token}"
        )
    return (
        "Start the bot with: attune run\n"
        f"Then open this link within 72 hours to become its admin:\nhttps://t.me/{name}?start={token}"
    )


if __name__ == "__main__":
    main()
