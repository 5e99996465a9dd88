"""How a file of past scores looks to whoever sent it: what is wrong with it, what it would bring, what it brought."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.past_scores import NOTES_KEPT, Import, PastScores
from bot.telegram.buttons import Button, View, data, encode_id
from bot.texts import Speech
from conversations.model import QuestionSetVersion
from conversations.score_faults import ScoreFault

VERB = "scores"
_ROOM = 3300
"""Characters for faults; the rest of Telegram's 4,096 is for what stands around them."""
_LINES_NAMED = 12
"""Lines that are named of a fault that many lines have."""


@dataclass(frozen=True, slots=True)
class Promise:
    """What a file would bring, small enough for a delivery: counts and days. `message_id` is the file's message.

    `left_out`, `others` and `old` count what would stay out: notes and wishes, other occasions, old texts.
    """

    scores: int
    clients: int
    first: date
    last: date
    sets: int
    left_out: int
    message_id: int
    others: int = 0
    old: int = 0

    @classmethod
    def of(cls, found: PastScores, message_id: int) -> "Promise":
        """Sum up what was read."""
        sizes = len(found.episode_ids), *found.days, len(found.version_ids)
        return cls(found.scores, *sizes, found.left_out, message_id, found.other_occasions, found.old_texts)

    @property
    def words(self) -> str:
        """Write it into a delivery."""
        days = f"{self.first:%Y%m%d} {self.last:%Y%m%d}"
        left_out = f"{self.left_out} {self.message_id} {self.others} {self.old}"
        return f"{self.scores} {self.clients} {days} {self.sets} {left_out}"

    @classmethod
    def read(cls, words: str) -> "Promise":
        """Read what `words` wrote."""
        scores, clients, first, last, *more = words.split()
        days = date.fromisoformat(first), date.fromisoformat(last)
        return cls(int(scores), int(clients), *days, *map(int, more))


def preview_view(promise: Promise, version: QuestionSetVersion, say: Speech) -> View:
    """Say what would be imported, and ask."""
    lines = [say("scores.found", what=_amount(promise.scores, promise.clients, say), **_days(promise, say))]
    name = f"{version.name} {version.number}"
    lines += [say("scores.sets", name=name) if promise.sets == 1 else say("scores.sets.more", name=name)]
    lines += _left_out(promise, say)
    lines += ["", say("scores.quiet")]
    buttons = (
        Button(say("button.scores.import"), data(VERB, "in")),
        Button(say("button.scores.cancel"), data(VERB, "no")),
    )
    return View("\n".join(lines), (buttons,))


def _left_out(promise: Promise, say: Speech) -> list[str]:
    """Say what of the file would not come in, and why."""
    lines = [say.count("scores.left_out", promise.left_out)] if promise.left_out else []
    lines += [say.count("scores.others", promise.others)] if promise.others else []
    lines += [say.count("scores.old", promise.old, days=NOTES_KEPT.days)] if promise.old else []
    return lines


def _days(promise: Promise, say: Speech) -> Mapping[str, str]:
    return {"first": say.full_day(promise.first), "last": say.full_day(promise.last)}


def _amount(scores: int, clients: int, say: Speech) -> str:
    return say.count("scores.amount", clients, scores=say.count("scores.scores", scores))


def imported_view(one: Import, say: Speech) -> View:
    """Say what was imported, with a way back."""
    undo = Button(say("button.undo"), data(VERB, "undo", encode_id(one.id)))
    return View(say("scores.imported", what=_amount(one.scores, one.clients, say)), ((undo,),))


def undone_view(one: Import, say: Speech) -> View:
    """Say what was taken back."""
    return View(say("scores.undone", what=_amount(one.scores, one.clients, say)))


# ---- faults ----


def faults_view(faults: Iterable[ScoreFault], say: Speech) -> View:
    """Say everything that is wrong in a file, the same thing once with all its lines."""
    places: dict[tuple[str, str], list[int]] = {}
    for one in faults:
        sentence = say(one.problem.wrong.value, **one.problem.values)
        places.setdefault((one.column, sentence), []).append(one.line)
    told = [_line(column, sentence, lines, say) for (column, sentence), lines in places.items()]
    shown = _fitting(told)
    more = [say.count("scores.more", len(told) - len(shown))] if len(shown) < len(told) else []
    return View("\n".join([say("scores.faults"), "", *shown, *more]))


def _line(column: str, sentence: str, lines: Sequence[int], say: Speech) -> str:
    """Name the lines and the column before a sentence, which is escaped already."""
    more = f" … ({len(lines)})" if len(lines) > _LINES_NAMED else ""
    named = ", ".join(map(str, lines[:_LINES_NAMED])) + more
    if column:
        return f"{say.count('scores.place.column', len(lines), lines=named, column=column)} {sentence}"
    return f"{say.count('scores.place', len(lines), lines=named)} {sentence}"


def _fitting(lines: Sequence[str]) -> list[str]:
    shown, room = [], _ROOM
    for line in lines:
        room -= len(line) + 1
        if room < 0:
            break
        shown.append(line)
    return shown
