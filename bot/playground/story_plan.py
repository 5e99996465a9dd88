"""The fixed story of the demo, as data: who there is, when they meet, and what each of them does.

A script is what one person does, with bars between the steps:

    Start      presses the button with this label
    >7         writes this
    +1h30m     lets time pass
    @K-01      opens the link that was made for K-01
    *Open      presses every button with this label

`{code}`, `{day}`, `{weekday}` and `{time}` stand for the client's code and the start of the session.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.rule_values import parse_duration
from conversations.schedule import QuietHours, due_at

ZONE = ZoneInfo("Europe/Berlin")
QUIET_HOURS = QuietHours(time(21), time(8))
CHECK_IN_DELAY = timedelta(hours=2)
LENGTH = timedelta(minutes=50)
WEEKS = 8
PRACTICE = "Elm Street Practice"
CRISIS_CARD = "In danger now: call 112. Someone to talk to, day and night: 116 123. (Made-up card of a demo.)"
ADMIN, LIND, SOLE, STRANGER = "admin", "therapist-1", "therapist-2", "stranger"


class Ending(StrEnum):
    """What becomes of a check-in in the story."""

    SENT = "sent"
    PARTLY = "sent, with a question skipped"
    DECLINED = "skipped or not sent"
    SILENT = "no answer"
    UNFINISHED = "begun, not finished"


@dataclass(frozen=True, slots=True)
class Visit:
    """One session that took place.

    Attributes:
        script: what the client does; it starts when the questions arrive.
        ending: what becomes of the check-in.
        entry: how the therapist enters the session.
        entered: how long after the session's end; negative where it was planned ahead.
    """

    script: str
    ending: Ending = Ending.SENT
    entry: str = ">/session {code}"
    entered: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class Client:
    """A client: whose, when they meet every week, and the eight weeks; None where no session took place."""

    code: str
    therapist: str
    weekday: int
    at: time
    visits: tuple[Visit | None, ...]

    def session(self, monday: date, week: int) -> datetime:
        """Give the start of the session in a week, counted from 0."""
        return datetime.combine(monday + timedelta(weeks=week, days=self.weekday), self.at, ZONE)

    def prompt(self, monday: date, week: int) -> datetime | None:
        """Give the moment at which the questions about a session must arrive, if it took place."""
        visit = self.visits[week]
        if visit is None:
            return None
        start = self.session(monday, week)
        due = due_at(start, LENGTH, CHECK_IN_DELAY, ZONE, QUIET_HOURS)
        return max(due, start + LENGTH + visit.entered).astimezone(ZONE)


@dataclass(frozen=True, slots=True)
class Scene:
    """What one person does at one moment."""

    at: datetime
    who: str
    steps: tuple[str, ...]


NAMES = {ADMIN: "Ada (admin)", LIND: "Dr. Lind", SOLE: "Dr. Sole", STRANGER: "Somebody"}
"""The names in the transcripts; clients go by their codes."""

_SKIPPED, _PARTLY, _SILENT = Ending.DECLINED, Ending.PARTLY, Visit("", Ending.SILENT)

STEADY = Client("K-01", LIND, 0, time(15), (
    Visit("+1h20m|Start|8|8|8|9|Send"),
    Visit("+1h20m|Start|8|8|8|8|Send"),
    Visit("+2h5m|Start|8|9|8|8|9|Send"),
    Visit("+55m|Start|8|Skip|8|9|Send", _PARTLY),
    Visit("+1h20m|Start|9|8|8|9|Send"),
    Visit("+1h10m|Skip this one", _SKIPPED),
    Visit("+1h20m|Start|9|9|8|9|10|Send"),
    Visit("+1h45m|Start|9|9|9|9|Send|+2m|Show|Hide"),
))  # fmt: skip

TYPES_NUMBERS = Client("K-02", LIND, 1, time(10), (
    Visit("+5h|Start|>7|>8|>7|>7|>8|Send"),
    Visit("+5h10m|Start|>7|>7|>8|>7|>7"),
    Visit("+4h30m|Start|>8|>fine, I think|Ignore|>8|>7|>8|More of a plan|Send"),
    None,
    Visit("+5h|Start|>7|>8|>11|Ignore|>8|>8|>8|Send"),
    Visit("+5h|>8|Start|>8|>8|>8|>8|Send"),
    Visit("+3h|>/chekin|+1m|>/checkin|Start|>8|>9|>8|>8|>6|Send", entry=">/session {code} {day} {time}"),
    Visit("+5h|Start|>9|>8|>8|>9"),
))  # fmt: skip

FALLING = Client("K-03", LIND, 2, time(18, 30), (
    Visit("+25m|Start|9|9|9|9|Send"),
    Visit("+25m|Start|9|9|9|9|Send"),
    Visit("+30m|Start|9|9|8|9|9|Send"),
    Visit("+25m|Start|9|9|9|9|Send"),
    Visit("+2h|Start|7|8|7|8|7|Send"),
    Visit("+4h|Start|6|7|6|6|6|Send"),
    Visit("+7h|Start|5|6|5|5|More room to talk freely|Send"),
    Visit("+9h|Start|5|5|5|5|4|Talk about it next time: no|Send"),
))  # fmt: skip

FINDS_WORDS = Client("K-04", SOLE, 3, time(11), (
    Visit("+6h|Start|8|7|8|8|Talk about it next time: no|Send"),
    Visit("+6h|Start|8|8|8|8|Add a note|>I would like to talk about sleep first.|Share now|Send"),
    Visit("+5h|Start|8|8|7|8|Just as it was|Talk about it next time: no|Talk about it next time: yes|Send"),
    Visit("+6h|Start|6|6|7|6|5|5|Add a note|>I nearly did not come today.|Keep it to myself|Send"),
    Visit("+6h|Start|8|8|8|8|Send"),
    Visit("+6h|Start|8|8|8|9|9|Add a note|>Please ask about the letter to my sister."
          "|Just before the next session|Send"),
    Visit(
        "+4h|Start|8|>It was easier today.|Add to my note|+1m|Share now|8|8|9|Send",
        entry=">/session {code} {day} {time} 50",
        entered=timedelta(days=-7, minutes=5),
    ),
    Visit("+6h|Start|9|9|9|9|8|9|Send"),
))  # fmt: skip

FALLS_SILENT = Client("K-05", SOLE, 4, time(17), (
    Visit("+45m|Start|6|7|6|6|5|Send"),
    Visit("+45m|Start|6|6|6|6|5|Send"),
    Visit("+14h|Start|5|6|5|5|4|Send"),
    *[_SILENT] * 5,
))  # fmt: skip

CHANGES_THEIR_MIND = Client("K-06", SOLE, 3, time(16), (
    Visit("+20m|Start|7|Back|8|7|6|7|Not sure|Send", entry=">/session|K-06|It has just ended"),
    Visit("+30m|Later|Tomorrow (09:00)|+15h|Start|7|7|7|8|8|Send", entry=">/session {code} {day} {time}"),
    None,
    Visit(
        "+2h|Start|7|8|7|7|Skip|Change|Same aims: 8|7|Send",
        entry=">/session|K-06|Another day|{weekday}|{time}",
        entered=timedelta(hours=16, minutes=10),
    ),
    Visit("+20m|Start|7|6", Ending.UNFINISHED),
    Visit("+10m|Later|In 1 hour (20:00)|+1h20m|Start|7|>/cancel|+10m|Go on|7|7|7|7"),
    Visit("+20m|Start|6|7|Skip|7|6|Don't send", _SKIPPED),
    Visit("+20m|Start|8|8|7|8|More of a plan|Send"),
))  # fmt: skip

CLIENTS = (STEADY, TYPES_NUMBERS, FALLING, FINDS_WORDS, FALLS_SILENT, CHANGES_THEIR_MIND)
CODES = tuple(client.code for client in CLIENTS)

FIRST_DAY = (
    ("09:00", ADMIN, ">/start"),
    ("09:02", ADMIN, ">/invite_therapist Dr. Theo Lind"),
    ("09:10", LIND, "@Dr. Theo Lind|Show summaries right away"),
    ("09:12", ADMIN, ">/invite_therapist Dr. Mara Sole"),
    ("09:20", SOLE, "@Dr. Mara Sole|Only tell me there is one"),
    ("10:00", LIND, ">/invite K-01|+1m|>/invite K-02|+1m|>/invite K-03"),
    ("10:10", SOLE, ">/invite K-04|+1m|>/invite K-05|+1m|>/invite K-06"),
    ("10:30", "K-01", "@K-01|I agree|Right"),
    ("10:35", "K-02", "@K-02|Read more|I agree|Right"),
    ("11:00", "K-03", "@K-03|I agree|Right"),
    ("11:20", "K-04", "@K-04|I agree|Change|Back|Right"),
    ("11:40", "K-05", "@K-05|I agree|Right"),
    ("11:50", "K-06", "@K-06|I agree|Right"),
    ("12:00", LIND, "*That is right|+1m|>/clients"),
    ("12:05", SOLE, "*That is right|+1m|>/help"),
)
"""The first Monday: everybody joins."""

BESIDES = (
    (1, 2, "12:00", STRANGER, ">Hello, are you a real therapist?"),
    (1, 2, "19:15", LIND, ">/sesion K-03"),
    (2, 3, "18:00", "K-01", ">/reflection|Start|4|4|Back|5|4|4|>A word beforehand when you are away.|Share|Show"),
    (3, 0, "15:40", LIND, ">/session K-02|+1m|Undo"),
    (4, 4, "08:30", "K-04", ">/start"),
    (0, 4, "10:00", "K-04", ">/goals|Word a goal|>Sleep through most nights"),
    (0, 4, "12:50", SOLE, "Suggest other words|>Sleep well on five nights out of seven"),
    (0, 4, "18:00", "K-04", "Open|Take these words"),
    (0, 5, "10:25", SOLE, "Rate agreement|9"),
    (4, 0, "09:00", SOLE, ">/goals K-04"),
    (7, 5, "11:00", "K-04", ">/goals|Reached"),
    (5, 3, "16:00", LIND, "We talked about it"),
    (5, 3, "18:00", "K-03", "Not yet"),
    (7, 4, "12:00", LIND, "We talked about it"),
    (7, 4, "18:30", "K-03", "Yes"),
)
"""Week, weekday (both from 0), time, who, script."""

READING_TIMES = ((4, "12:40"), (5, "10:15"), (0, "08:30"))
"""When Dr. Sole opens what she was told about: Friday noon, Saturday, and Monday for what came on Sunday."""


def first_monday(today: date) -> date:
    """Give the first Monday of next January. The bot's clock moves only forward, so the story lies ahead of today."""
    january = date(today.year + 1, 1, 1)
    return january + timedelta(days=-january.weekday() % 7)


def ends(monday: date) -> datetime:
    """Give the moment at which the story is over: whatever was open has closed."""
    return datetime.combine(monday + timedelta(weeks=WEEKS, days=1), time(9), ZONE)


def scenes(monday: date) -> list[Scene]:
    """Give everything that people do, in its order."""
    everything = [*_first_day(monday), *_besides(monday)]
    for client in CLIENTS:
        for week, visit in enumerate(client.visits):
            if visit is not None:
                everything += _visit(client, visit, monday, week)
    return sorted(everything, key=lambda scene: scene.at)


def _first_day(monday: date) -> Iterator[Scene]:
    for clock, who, script in FIRST_DAY:
        yield from _cut(_moment(monday, 0, 0, clock), who, script)


def _besides(monday: date) -> Iterator[Scene]:
    for week, weekday, clock, who, script in BESIDES:
        yield from _cut(_moment(monday, week, weekday, clock), who, script)
    for week in range(WEEKS):
        for weekday, clock in READING_TIMES:
            later = week + 1 if weekday == 0 else week
            yield from _cut(_moment(monday, later, weekday, clock), SOLE, "*Open")


def _moment(monday: date, week: int, weekday: int, clock: str) -> datetime:
    return datetime.combine(monday + timedelta(weeks=week, days=weekday), time.fromisoformat(clock), ZONE)


def _visit(client: Client, visit: Visit, monday: date, week: int) -> Iterator[Scene]:
    start, prompt = client.session(monday, week), client.prompt(monday, week)
    entry = visit.entry.format(
        code=client.code, day=f"{start:%Y-%m-%d}", weekday=f"{start:%a} {start.day} {start:%b}", time=f"{start:%H:%M}"
    )
    yield from _cut(start + LENGTH + visit.entered, client.therapist, entry)
    if prompt is not None:
        yield from _cut(prompt, client.code, visit.script)


def _cut(at: datetime, who: str, script: str) -> Iterator[Scene]:
    """Cut a script where time passes."""
    steps: list[str] = []
    for step in script.split("|"):
        if not step.startswith("+"):
            steps += [step] if step else []
            continue
        if steps:
            yield Scene(at, who, tuple(steps))
        steps, at = [], at + parse_duration(step[1:])
    if steps:
        yield Scene(at, who, tuple(steps))
