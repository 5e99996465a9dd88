"""One batch of updates, one transaction. Presses on check-ins are applied together, everything else in its order."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.access import Action, may
from bot.check_ins import Press
from bot.roster import Newcomer, Person
from bot.stop_points import stop_point
from bot.telegram import routes
from bot.telegram.asked import Asked
from bot.telegram.buttons import CHECK_IN, read_check_in
from bot.telegram.incoming import Elsewhere, Incoming, Membership, Nothing, Pressed, Wrote
from bot.telegram.replies import Replies, Toast
from bot.texts import known_language, speech
from bot.use_cases import UseCases


async def handle(cases: UseCases, updates: Sequence[Incoming], now: datetime) -> Replies:
    """Apply updates (sorted, each id once) and commit; what comes back is to be said only now.

    Raises:
        Exception: whatever a handler or the database raised; then nothing of the batch was applied.
    """
    replies = Replies()
    async with cases.writing() as tx:
        fresh = await cases.claim(tx, [update.update_id for update in updates], now)
        await _apply(tx, cases, [update for update in updates if update.update_id in fresh], replies, now)
        stop_point("before_commit")
    stop_point("after_commit")
    return replies


async def _apply(
    tx: AsyncConnection, cases: UseCases, updates: Sequence[Incoming], replies: Replies, now: datetime
) -> None:
    personal: dict[int, list[Pressed | Wrote | Membership]] = defaultdict(list)
    for update in updates:
        if isinstance(update, Elsewhere):
            replies.leave += [update.chat_id] if update.chat_id else []
        elif not isinstance(update, Nothing):
            personal[update.sender.telegram_id].append(update)
    people = await cases.roster.recognise(tx, set(personal)) if personal else {}
    presses, others = _sort(personal, people)
    await _press_together(tx, cases, presses, replies, now)
    for update in sorted(others, key=lambda update: update.update_id):
        await _one(tx, cases, update, replies, now)


Together = list[tuple[Pressed, Press]]


def _sort(
    personal: dict[int, list[Pressed | Wrote | Membership]], people: dict[int, Person]
) -> tuple[Together, list[Pressed | Wrote | Membership]]:
    """Part the people who only press on check-ins from those whose updates need their order kept."""
    presses: Together = []
    others: list[Pressed | Wrote | Membership] = []
    for telegram_id, updates in personal.items():
        mine = [_as_press(update, people.get(telegram_id)) for update in updates]
        if all(press is not None for press in mine):
            presses += [press for press in mine if press is not None]
        else:
            others += updates
    return presses, others


def _as_press(update: Pressed | Wrote | Membership, person: Person | None) -> tuple[Pressed, Press] | None:
    if not isinstance(update, Pressed) or person is None or not may(person, Action.ANSWER):
        return None
    verb, *parts = update.data.split(":")
    read = read_check_in(parts) if verb == CHECK_IN else None
    if read is None:
        return None
    return update, Press(update.update_id, person, read[0], read[1], update.message_id)


async def _press_together(
    tx: AsyncConnection, cases: UseCases, presses: Together, replies: Replies, now: datetime
) -> None:
    if not presses:
        return
    work = await cases.check_ins.press(tx, [press for _, press in sorted(presses, key=_order)], now)
    replies.add(work)
    for update, press in presses:
        replies.chats[press.person.id] = update.sender.telegram_id
        refusal = work.verdicts[update.update_id]
        text = speech(press.person.language)(f"refusal.{refusal.value}") if refusal else ""
        replies.toasts.append(Toast(update.query_id, text))


def _order(pair: tuple[Pressed, Press]) -> int:
    return pair[0].update_id


async def _one(
    tx: AsyncConnection, cases: UseCases, update: Pressed | Wrote | Membership, replies: Replies, now: datetime
) -> None:
    """Apply one update alone; who they are is read anew, since the last one may have changed it."""
    telegram_id = update.sender.telegram_id
    person = (await cases.roster.recognise(tx, {telegram_id})).get(telegram_id)
    replies.queued = True  # whatever is asked for may put something into the outbox
    if isinstance(update, Membership):
        await _membership(tx, cases, person, update, now)
        return
    if person is not None and person.unreachable:
        await cases.roster.back(tx, person, now)
    if press := _as_press(update, person):
        await _press_together(tx, cases, [press], replies, now)
        return
    language = known_language(update.sender.language, cases.practice.rules.language)
    asked = Asked(tx, cases, replies, now, update, Newcomer(telegram_id, language, person))
    if isinstance(update, Pressed):
        await routes.pressed(asked, update)
    else:
        await routes.wrote(asked, update)


async def _membership(
    tx: AsyncConnection, cases: UseCases, person: Person | None, update: Membership, now: datetime
) -> None:
    if person is None:
        return
    if update.reachable:
        await cases.roster.back(tx, person, now)
    else:
        await cases.roster.lost(tx, person, now)
