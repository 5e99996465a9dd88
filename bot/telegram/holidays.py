"""What therapists press and write about their days off."""

from bot.holidays import Holiday, Trouble, read_days
from bot.telegram.asked import Asked
from bot.telegram.buttons import Button, View, data, decode_id, encode_id
from bot.telegram.letters import Asked as Rendering
from bot.telegram.letters import Letter, Rendered
from bot.texts import Speech
from conversations.wall_clock import day_of


async def holidays(asked: Asked, words: list[str]) -> None:
    """Enter days off, or show those that are coming."""
    if not words:
        await asked.deliver("holidays")
        return
    days = read_days(words, day_of(asked.now, asked.person.zone))
    if isinstance(days, Trouble):
        asked.tell(days.value)
        return
    skipped = await asked.cases.holidays.take(asked.tx, asked.person, *days, asked.now)
    asked.moved(skipped.work)
    await asked.deliver("holidays", detail=f"{skipped.count}:{skipped.staying}")


async def letter(rendering: Rendering) -> Rendered:
    """Render the days off; `detail` counts what the newest ones took out and left."""
    detail = rendering.parcel.delivery.detail
    return Letter(await _view(rendering, _remarks(detail, rendering.say) if detail else []))


def _remarks(detail: str, say: Speech) -> list[str]:
    count, staying = map(int, detail.split(":"))
    lines = [say.count("holidays.taken", count)]
    return [*lines, say.count("holidays.staying", staying)] if staying else lines


async def show(asked: Asked, _parts: list[str]) -> None:
    """Show the days off in the place of the list of sessions."""
    asked.edit(await _view(asked, []))
    asked.toast()


async def drop(asked: Asked, parts: list[str]) -> None:
    """Take days off back."""
    number = decode_id(parts[0]) if len(parts) == 1 else None
    back = await asked.cases.holidays.drop(asked.tx, asked.person, number, asked.now) if number else None
    if back is None:
        asked.toast(asked.say("refusal.unknown_button"))
        return
    asked.edit(await _view(asked, [asked.say.count("holidays.dropped", back)]))
    asked.toast()


async def _view(asked: Asked | Rendering, remarks: list[str]) -> View:
    coming, say = await asked.cases.holidays.coming(asked.tx, asked.person, asked.now), asked.say
    lines = [*remarks, *([""] if remarks else []), say("holidays.title" if coming else "holidays.none")]
    lines += [_span(one, say) for one in coming]
    rows = tuple((_drop_button(one, say),) for one in coming[:90])
    return View("\n".join([*lines, "", say("holidays.how")]), rows)


def _drop_button(holiday: Holiday, say: Speech) -> Button:
    return Button(say("button.drop_holiday", span=_span(holiday, say)), data("offdrop", encode_id(holiday.id)))


def _span(holiday: Holiday, say: Speech) -> str:
    first, last = say.short_day(holiday.first_day), say.short_day(holiday.last_day)
    return first if first == last else f"{first} - {last}"
