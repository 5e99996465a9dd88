"""How things look in a therapist's chat. Pure but for loading what a summary needs."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.check_ins import Kept
from bot.roster import Episode, Notice, Person
from bot.sessions import Known
from bot.telegram.buttons import Button, View, data, encode_id
from bot.telegram.replies import Say
from bot.texts import Speech, escape, pick, speech
from bot.use_cases import UseCases
from conversations.reports import Item, Summary

_DAYS_BACK, _DAYS_AHEAD = 6, 7
_FIRST_HOUR, _LAST_HOUR = 8, 20


async def told_view(tx: AsyncConnection, cases: UseCases, kept: Kept, therapist: Person, say: Speech) -> View | None:
    """Show the summary, or only that there is one, as the therapist has chosen."""
    if therapist.notice == Notice.TELL.value:
        episode = await cases.roster.episode(tx, kept.check_in.episode_id)
        if episode is None:
            return None
        opened = Button(say("button.open"), data("open", encode_id(kept.check_in.id)))
        return View(say("notice.one", code=episode.code), ((opened,),))
    summary = await cases.reports.summary(tx, kept, therapist.zone)
    return None if summary is None else summary_view(summary, say)


def summary_view(summary: Summary, say: Speech) -> View:
    """Draw a summary: one screen, each answer with its change."""
    lines = [say("summary.title", code=summary.code, day=say.day(summary.session_day)), ""]
    lines += [_item(item, say) for item in summary.items]
    lines += _remarks(summary, say)
    return View("\n".join([*lines, "", f"<i>{say('summary.footer')}</i>"]))


def _remarks(summary: Summary, say: Speech) -> list[str]:
    remarks = []
    if summary.talk:
        remarks.append(say("summary.talk"))
    if summary.unfinished:
        remarks.append(say("summary.unfinished"))
    elif summary.skipped:
        remarks.append(say("summary.skipped"))
    return ["", *remarks] if remarks else []


def _item(item: Item, say: Speech) -> str:
    label = pick(item.question.label or item.question.text, say.code)
    if item.rating is None:
        return say("summary.item.skipped", label=label)
    if not item.change:
        return say("summary.item", label=label, rating=item.rating)
    return say("summary.item.changed", label=label, rating=item.rating, change=f"{item.change:+d}")


# ---- sessions ----


def session_view(known: Known, zone: ZoneInfo, say: Speech) -> View:
    """Say what was entered, with a way back."""
    code, moment = known.episode.code, say.moment(known.session.starts_at, zone)
    if known.session.cancelled_at is not None:
        return View(say("session.undone", code=code, moment=moment))
    undo = ((Button(say("button.undo"), data("undo", encode_id(known.session.id))),),)
    if known.check_in is None:
        return View(say("session.noted.never", code=code, moment=moment), undo)
    return View(say("session.noted", code=code, moment=moment, due=say.moment(known.check_in.due_at, zone)), undo)


def pick_client_view(clients: list[Episode], say: Speech) -> View:
    """Offer a therapist's clients, three a row; Telegram shows at most 100 buttons."""
    buttons = [Button(episode.code, data("s", encode_id(episode.id))) for episode in clients[:96]]
    return View(say("session.which"), tuple(tuple(buttons[at : at + 3]) for at in range(0, len(buttons), 3)))


def pick_when_view(episode: Episode, say: Speech) -> View:
    """Offer now or another day."""
    number = encode_id(episode.id)
    now = (Button(say("button.session.now"), data("s", number, "now")),)
    return View(
        say("session.when", code=episode.code), (now, (Button(say("button.session.day"), data("s", number, "day")),))
    )


def pick_day_view(episode: Episode, zone: ZoneInfo, now: datetime, say: Speech) -> View:
    """Offer the days around today, two a row, today marked by its place in the middle."""
    today, number = now.astimezone(zone).date(), encode_id(episode.id)
    days = [today + timedelta(days=ahead) for ahead in range(-_DAYS_BACK, _DAYS_AHEAD + 1)]
    buttons = [Button(say.weekday(day), data("s", number, day.isoformat())) for day in days]
    return View(
        say("session.day", code=episode.code), tuple(tuple(buttons[at : at + 2]) for at in range(0, len(buttons), 2))
    )


def pick_time_view(episode: Episode, day: datetime, say: Speech) -> View:
    """Offer full and half hours, four a row."""
    number, iso = encode_id(episode.id), day.date().isoformat()
    times = [time(hour, minute) for hour in range(_FIRST_HOUR, _LAST_HOUR + 1) for minute in (0, 30)]
    buttons = [Button(f"{at:%H:%M}", data("s", number, iso, f"{at:%H%M}")) for at in times]
    rows = tuple(tuple(buttons[at : at + 4]) for at in range(0, len(buttons), 4))
    text = say("session.time", code=episode.code, day=say.weekday(day.date()), iso=iso)
    return View(text, rows)


# ---- people ----


async def clients_view(tx: AsyncConnection, cases: UseCases, therapist: Person, say: Speech, now: datetime) -> View:
    """List clients and links that wait to be opened."""
    episodes = await cases.roster.clients(tx, therapist)
    waiting = await cases.roster.waiting_invites(tx, therapist, now)
    if not episodes and not waiting:
        return View(say("clients.none"))
    zone = therapist.zone
    lines = [say("clients.line", code=e.code, day=say.day(e.started_at.astimezone(zone).date())) for e in episodes]
    lines += [say("clients.invited", code=i.label, moment=say.moment(i.expires_at, zone)) for i in waiting]
    return View("\n".join([f"<b>{escape(say('clients.title'))}</b>", *lines]))


def notice_view(name: str, say: Speech) -> View:
    """Ask a new therapist, once, how they want to be told."""
    return View(
        say("notice.ask", name=name) if name else say("notice.ask.unnamed"),
        (
            (Button(say("button.notice.summary"), data("notice", "summary")),),
            (Button(say("button.notice.tell"), data("notice", "tell")),),
        ),
    )


def farewell(chat_id: int, language: str) -> Say:
    """Tell somebody that they were added by mistake and are forgotten; their row is gone, so this leaves none."""
    return Say(chat_id, View(speech(language)("joined.removed.client")))
