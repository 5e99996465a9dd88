"""Two-sided rating: what a therapist presses on while rating blind. One message, edited in place."""

from bot.check_ins import Kept
from bot.telegram import two_sided_views
from bot.telegram.asked import Asked
from bot.telegram.buttons import decode_id
from bot.two_sided import OwnView


async def own(asked: Asked, parts: list[str]) -> None:
    """Keep a rating, go back, or skip one's own; a press that comes late or twice shows how things stand."""
    number = decode_id(parts[0]) if parts else None
    kept = await asked.cases.check_ins.get(asked.tx, number, asked.now) if number else None
    view = await asked.cases.two_sided.find(asked.tx, number) if number else None
    if kept is None or view is None or kept.therapist_id != asked.person.id:
        asked.toast(asked.say("refusal.unknown_button"))
        return
    after = await _move(asked, kept, parts[1:])
    if after is None:
        asked.toast(asked.say("own_view.already" if view.holds else "own_view.late"))
    else:
        asked.toast()
    await _show(asked, kept, after or view)


async def _move(asked: Asked, kept: Kept, chosen: list[str]) -> OwnView | None:
    use = asked.cases.two_sided
    if chosen == ["skip"]:
        return await use.skip(asked.tx, kept, asked.now)
    if len(chosen) != 2 or not _small(chosen[1]):
        return None
    if chosen[0] == "back":
        return await use.go_back(asked.tx, kept, int(chosen[1]), asked.now)
    return await use.rate(asked.tx, kept, int(chosen[0]), int(chosen[1]), asked.now) if _small(chosen[0]) else None


def _small(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 3


async def _show(asked: Asked, kept: Kept, view: OwnView) -> None:
    told = await asked.cases.reports.told(asked.tx, kept, asked.person.zone)
    if told is not None:
        questions = asked.cases.two_sided.questions(kept)
        asked.edit(two_sided_views.own_view(view, questions, told.summary, asked.person.zone, asked.say))
