"""How things look in a therapist's chat. Pure but for loading what a summary needs."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.check_ins import Kept
from bot.discussions import Discussion
from bot.reports import Overview, Told, Trend
from bot.roster import Episode, Person
from bot.telegram import goal_views
from bot.telegram.answer_views import answer_lines, otherwise_lines, title_of
from bot.telegram.buttons import Button, View, data, encode_id
from bot.telegram.lengths import MESSAGE_UNITS, shortened, units
from bot.telegram.two_sided_views import both_lines
from bot.texts import Speech, escape, pick
from bot.use_cases import UseCases
from conversations.alliance import Reading
from conversations.flag import Flag, Level, meant
from conversations.goal_findings import findings
from conversations.model import CheckIn, Note
from conversations.reports import Summary
from conversations.risk import may_point_to_danger


def told_view(kept: Kept, told: Told, stands: Discussion, say: Speech, *, whole: bool) -> View:
    """Show the whole summary, or only that there is one."""
    if not whole:
        return _told(kept, told.summary, say)
    return View(summary_view(told.summary, say).text, loop_rows(kept.check_in.id, stands, say))


def loop_rows(check_in_id: int, stands: Discussion, say: Speech) -> tuple[tuple[Button, ...], ...]:
    """Give the buttons under a summary: close the loop or undo that, be reminded, look at the client."""
    number = encode_id(check_in_id)
    loop = {
        Discussion.OPEN: ((Button(say("button.talked"), data("talked", number)),),),
        Discussion.TALKED: ((Button(say("button.undo"), data("untalked", number)),),),
        Discussion.CONFIRMED: (),
    }
    look = (
        Button(say("button.before_session"), data("before", number)),
        Button(say("button.overview"), data("glance", number)),
    )
    return (*loop[stands], look)


def _told(kept: Kept, summary: Summary, say: Speech) -> View:
    """Say that there is an answer; of a red flag only that today would be good, never content."""
    urgent = summary.reading is not None and summary.reading.level is Level.RED
    usual = "notice.part" if summary.unfinished else "notice.one"
    return View(say("notice.urgent" if urgent else usual, code=summary.code), open_rows(kept.check_in.id, "open", say))


def open_rows(check_in_id: int, verb: str, say: Speech) -> tuple[tuple[Button, ...], ...]:
    """Give the one button that shows what was only announced."""
    return ((Button(say("button.open"), data(verb, encode_id(check_in_id))),),)


def summary_view(summary: Summary, say: Speech) -> View:
    """Draw a summary: one screen, each answer with its change; answers that are too long for it are shortened."""
    answers = answer_lines(summary, say)
    whole = _summary(summary, answers, say)
    if units(whole) <= MESSAGE_UNITS:
        return View(whole)
    room = MESSAGE_UNITS - units(_summary(summary, [say("summary.shortened")], say))
    return View(_summary(summary, [*shortened(answers, room), say("summary.shortened")], say))


def is_shortened(summary: Summary, say: Speech) -> bool:
    """Say whether the answers are too long for one message with the rest."""
    return units(_summary(summary, answer_lines(summary, say), say)) > MESSAGE_UNITS


def _summary(summary: Summary, answers: list[str], say: Speech) -> str:
    lines = [title_of(summary, say), "", *answers]
    lines += otherwise_lines(summary, say)
    lines += both_lines(summary, say)
    has_next_step = summary.reading is not None and summary.reading.part is not None
    lines += goal_views.said_lines(summary.code, summary.goal, say, next_step=not has_next_step)
    lines += _remarks(summary, say)
    lines += meaning(summary.reading, say, unfinished=summary.unfinished)
    lines += _next_steps(summary, say)
    return "\n".join([*lines, "", f"<i>{say('summary.footer')}</i>"])


def meaning(reading: Reading | None, say: Speech, *, unfinished: bool = False) -> list[str]:
    """Say each flag in plain words, why, and one next step. Flag ids are never shown."""
    said = () if reading is None else _worth_saying(reading, unfinished=unfinished)
    if reading is None or not said:
        return []
    lines = [say(f"flag.{flag.value.lower()}") for flag in said]
    if (why := _why(reading, say)) is not None:
        lines.append(why)
    if reading.part is not None:
        lines.append(say(f"next_step.{reading.part.value}"))
    return ["", *lines]


def _worth_saying(reading: Reading, *, unfinished: bool) -> tuple[Flag, ...]:
    """Leave out what the rest says better: room for more beside anything louder, skips where time ran out."""
    flags = tuple(map(meant, reading.flags, reading.levels))
    needless = {Flag.PARTIAL} if unfinished else set()
    if len(flags) > 1:
        needless.add(Flag.TALK)
    return tuple(flag for flag in flags if flag not in needless)


def _why(reading: Reading, say: Speech) -> str | None:
    """Give the numbers behind a fall: the client's own usual and this time."""
    evidence = reading.evidence
    if evidence is None or evidence.baseline is None or _FALLS.isdisjoint(reading.flags):
        return None
    return say("flag.why", usual=say.number(evidence.baseline.mean), score=say.number(evidence.score))


_FALLS = frozenset({Flag.DROP, Flag.DROP_PROVISIONAL, Flag.DEEPER, Flag.UNREPAIRED, Flag.REPAIRED, Flag.DECLINE})


def _remarks(summary: Summary, say: Speech) -> list[str]:
    remarks = []
    if any(item.words and may_point_to_danger(item.words) for item in summary.items):
        remarks.append(say("risk.shared", code=summary.code))
    if summary.talk:
        remarks.append(say("summary.talk"))
    if summary.unfinished:
        remarks.append(say("summary.unfinished"))
    return ["", *remarks] if remarks else []


def _next_steps(summary: Summary, say: Speech) -> list[str]:
    """Say what a follow-up's answer asks for."""
    steps = [escape(pick(item.next_step.text, say.code)) for item in summary.items if item.next_step]
    return ["", *steps] if steps else []


def note_view(code: str, note: Note, say: Speech) -> View:
    """Show a shared note, with a word of care where it needs one."""
    text = say("summary.note", code=code, text=note.text)
    return View(f"{say('risk.shared', code=code)}\n\n{text}" if may_point_to_danger(note.text) else text)


# ---- people ----


def pick_client_view(clients: list[Episode], say: Speech, verb: str) -> View:
    """Offer a therapist's clients, three a row; Telegram shows at most 100 buttons."""
    buttons = [Button(episode.code, data(verb, encode_id(episode.id))) for episode in clients[:96]]
    return View(say("client.which"), tuple(tuple(buttons[at : at + 3]) for at in range(0, len(buttons), 3)))


async def clients_view(tx: AsyncConnection, cases: UseCases, therapist: Person, say: Speech, now: datetime) -> View:
    """List clients and links that wait to be opened."""
    episodes = await cases.roster.clients(tx, therapist)
    waiting = await cases.roster.waiting_invites(tx, therapist, now)
    if not episodes and not waiting:
        return View(say("clients.none"))
    zone, people = therapist.zone, await cases.roster.people(tx, [episode.client_id for episode in episodes])
    lines = [_client_line(episode, people[episode.client_id], zone, say, now) for episode in episodes]
    lines += [say("clients.invited", code=i.label, moment=say.moment(i.expires_at, zone)) for i in waiting]
    return View("\n".join([f"<b>{escape(say('clients.title'))}</b>", *lines]))


def _client_line(episode: Episode, client: Person, zone: ZoneInfo, say: Speech, now: datetime) -> str:
    day = say.day(episode.started_at.astimezone(zone).date())
    if client.paused(now) is not None:
        return say("clients.line.pauses", code=episode.code, day=day)
    return say("clients.line", code=episode.code, day=day)


def overview_view(overview: Overview, zone: ZoneInfo, say: Speech, pause: str = "") -> View:
    """Show one client at a glance; `pause` says that they pause."""
    episode, next_at = overview.episode, overview.next_session_at
    lines = [say("overview.title", code=episode.code, day=say.day(episode.started_at.astimezone(zone).date())), ""]
    lines.append(say("overview.next", moment=say.moment(next_at, zone)) if next_at else say("overview.no_next"))
    lines += [pause] if pause else []
    lines += _waiting(overview.waiting, zone, say)
    if overview.last_id is None:
        lines.append(say("overview.none"))
    if overview.reading is not None and overview.reading.flags:
        lines += ["", say("overview.last"), *meaning(overview.reading, say)[1:]]
    if overview.goals:
        lines += ["", *goal_views.goal_lines(overview.goals, say)]
        lines += goal_views.finding_lines(findings(overview.goals), say)
    if overview.trend is not None:
        lines += left_out_lines(overview.trend, say)
    return View("\n".join([*lines, "", f"<i>{say('summary.footer')}</i>"]), _overview_rows(overview, say))


def left_out_lines(trend: Trend, say: Speech) -> list[str]:
    """Say which answers do not join those of the chart."""
    days = trend.left_out
    if not days:
        return []
    span = say.day(days[0]) if days[0] == days[-1] else f"{say.day(days[0])} - {say.day(days[-1])}"
    return ["", say.count("trend.left_out", len(days), span=span)]


def _waiting(waiting: CheckIn | None, zone: ZoneInfo, say: Speech) -> list[str]:
    if waiting is None or waiting.prompted_at is None:
        return []
    text = "overview.begun" if waiting.answers else "overview.waiting"
    return [say(text, moment=say.moment(waiting.prompted_at, zone))]


def _overview_rows(overview: Overview, say: Speech) -> tuple[tuple[Button, ...], ...]:
    """Give what can be done about a client; every button leads to a new message, since this one may be a photo."""
    number, waiting = encode_id(overview.episode.id), overview.waiting
    enter = Button(say("button.enter_session"), data("s", number, "new"))
    rows: list[tuple[Button, ...]] = [(enter, Button(say("button.goals"), data("goals_of", number)))]
    if waiting is not None and not waiting.answers:
        rows.append((Button(say("button.remind"), data("remind", number)),))
    if overview.last_id is not None:
        rows.append((Button(say("button.before_session"), data("before", encode_id(overview.last_id))),))
    asks = Button(say("button.questions_of"), data("cq", "open", number))
    rows.append((asks, Button(say("button.ask_now"), data("an", "open", number))))
    return (*rows, (Button(say("button.end_care"), data("end", number)),))


def end_view(episode: Episode, say: Speech) -> View:
    """Say what ending the care does, before it is done."""
    number = encode_id(episode.id)
    yes = Button(say("button.end", code=episode.code), data("end", number, 1))
    return View(say("end.ask", code=episode.code), ((yes,), (Button(say("button.keep"), data("end", number, 0)),)))


def notice_view(name: str, say: Speech) -> View:
    """Ask a new therapist, once, how they want to be told."""
    return View(
        say("notice.ask", name=name) if name else say("notice.ask.unnamed"),
        (
            (Button(say("button.notice.summary"), data("notice", "summary")),),
            (Button(say("button.notice.tell"), data("notice", "tell")),),
        ),
    )
