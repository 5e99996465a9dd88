"""`attune doctor`: is everything there that the bot needs? Each finding says what is wrong and what to do."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError
from telegram.error import InvalidToken, TelegramError

from bot.crypto import KeyRing, Tampered, UnknownKey
from bot.practice import BUILT_IN_NAME, built_in
from bot.practice_rules import budget_kept
from bot.question_sets import known_sets
from bot.settings import Settings
from bot.store import persons, schema
from bot.store.database import Database
from bot.telegram.transport import Telegram


@dataclass(frozen=True, slots=True)
class Finding:
    """One part that was looked at; `advice` is empty where it is well."""

    part: str
    said: str
    advice: str = ""

    @property
    def is_well(self) -> bool:
        """Whether nothing is to be done."""
        return not self.advice


async def examine(settings: Settings) -> AsyncIterator[Finding]:
    """Look at every part in turn. Nothing is changed but that a missing database is created."""
    yield await _token(settings)
    async for finding in _database(settings):
        yield finding
    yield Finding("zone", f"{settings.practice_timezone}, language {settings.practice_language}")
    yield _crisis_card(settings)


async def _token(settings: Settings) -> Finding:
    telegram = Telegram(settings.telegram_bot_token.get_secret_value(), settings.telegram_api_url)
    await telegram.open()
    try:
        bot = await telegram.bot.get_me()
    except InvalidToken:
        advice = "copy the token from @BotFather into TELEGRAM_BOT_TOKEN again"
        return Finding("token", "Telegram does not know this token", advice)
    except TelegramError:
        advice = "check the network of this machine and TELEGRAM_API_URL"
        return Finding("token", "Telegram cannot be reached", advice)
    finally:
        await telegram.close()
    return Finding("token", f"good, the bot is @{bot.username}")


async def _database(settings: Settings) -> AsyncIterator[Finding]:
    """Open it as the bot would, then try whether the keys open what is in it."""
    try:
        database = Database(settings.database_url.get_secret_value())
    except OSError as error:
        yield _closed(error)
        return
    try:
        async with database.writing() as tx:
            await schema.upgrade(tx)
            different = await schema.differences(tx)
        yield _schema(different)
        yield await _keys(database, settings.data_keys)
        yield await _budget(database, settings)
    except (SQLAlchemyError, OSError) as error:
        yield _closed(error)
    finally:
        await database.close()


def _closed(error: Exception) -> Finding:
    advice = "check DATABASE_URL, the free space and who may write there; restore a backup if the file is damaged"
    return Finding("database", f"cannot be opened ({type(error).__name__})", advice)


def _schema(different: list[str]) -> Finding:
    if different:
        advice = "use the version of Attune that last ran on it, or restore a backup"
        return Finding("database", f"its tables differ in {len(different)} places", advice)
    return Finding("database", "opens, can be written and has the tables of this version")


async def _keys(database: Database, ring: KeyRing) -> Finding:
    async with database.reading() as tx:
        people = await persons.some(tx)
    try:
        for person in people:
            persons.telegram_id(ring, person)
    except (UnknownKey, Tampered):
        advice = "put the key that was used before back into DATA_KEYS, behind the new one"
        return Finding("keys", "do not open what is stored", advice)
    return Finding(
        "keys", f"{', '.join(ring.kids)}: open what is stored" if people else f"{', '.join(ring.kids)}: ready"
    )


async def _budget(database: Database, settings: Settings) -> Finding:
    """Say whether a client may be asked enough questions for each set; before the first start, for the built-in one."""
    async with database.reading() as tx:
        budget = await budget_kept(tx, settings.questions_a_week)
        sets = await known_sets(tx)
    lengths = {one.name: one.length for one in sets if one.is_asked} or {BUILT_IN_NAME: len(built_in()["questions"])}
    beyond = [f"{name} has {length}" for name, length in lengths.items() if budget is not None and length > budget]
    if not beyond:
        return Finding("questions a week", "off" if budget is None else f"{budget}, enough for each set")
    advice = "raise QUESTIONS_A_WEEK, or what an admin has set in /practice"
    said = f"no client can be asked: the budget is {budget}, {', '.join(beyond)}"
    return Finding("questions a week", said, advice)


def _crisis_card(settings: Settings) -> Finding:
    if not settings.crisis_card_text:
        return Finding("crisis card", "there is none", "write CRISIS_CARD_TEXT; until then clients cannot be invited")
    return Finding("crisis card", "written")
