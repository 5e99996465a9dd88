"""Past scores from a file: rows become check-ins of the past, or every fault is named and nothing does.

    rows = read_rows(raw)                                      # score_files: the form
    scores = check(rows, clients=..., sets=..., standard=...)  # here: what it says

Both raise `PastScoresFault` with all they found. One check-in is one client, one day, one question set, and was asked
after a session: what was asked on another occasion is left out, and counted.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from conversations.answers import every_question
from conversations.continuity import agree
from conversations.enrolment import read_code
from conversations.model import Answers, Kind, Question, QuestionSetVersion
from conversations.occasions import Occasion
from conversations.score_faults import PastScoresFault, Problem, ScoreFault, Wrong
from conversations.score_files import Row
from conversations.score_values import Given, read_value

EARLIEST = date(1980, 1, 1)
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_IDS_NAMED = 20
"""Ids that are named where one is not known."""
ANY_SET = ""
"""Stands for every set where it is not known yet which one a check-in will take."""


@dataclass(frozen=True, slots=True)
class Client:
    """A client a code can stand for.

    `today` is their therapist's; `taken` says which sets there are check-ins of already, by day. Texts of days before
    `texts_since` would be deleted at once. The repr shows no name.
    """

    episode_id: int
    today: date
    therapist: str = field(default="", repr=False)
    taken: Mapping[date, frozenset[str]] = field(default_factory=dict)
    texts_since: date = date.min


@dataclass(frozen=True, slots=True)
class PastCheckIn:
    """What a client had answered on one day to one set. The repr shows no answer."""

    episode_id: int
    day: date
    version_id: int
    answers: Answers = field(repr=False)
    words: Mapping[str, str] = field(repr=False)
    extra: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PastScores:
    """What a file says, all of it good, and how many of its rows are left out.

    Attributes:
        check_ins: what would be imported.
        left_out: notes and wishes to talk.
        other_occasions: rows of check-ins that were asked before a session, at the start or in between.
        old_texts: texts so old that they would be deleted at once.
    """

    check_ins: tuple[PastCheckIn, ...]
    left_out: int = 0
    other_occasions: int = 0
    old_texts: int = 0

    @property
    def scores(self) -> int:
        """How many answers there are, skipped ones too."""
        return sum(len(one.answers) + len(one.words) for one in self.check_ins)

    @property
    def episode_ids(self) -> frozenset[int]:
        """Whose they are."""
        return frozenset(one.episode_id for one in self.check_ins)

    @property
    def version_ids(self) -> tuple[int, ...]:
        """The versions they answer, in the order of the file."""
        return tuple(dict.fromkeys(one.version_id for one in self.check_ins))

    @property
    def days(self) -> tuple[date, date]:
        """The first day and the last."""
        every = [one.day for one in self.check_ins]
        return min(every), max(every)


def codes_in(rows: Iterable[Row]) -> frozenset[str]:
    """Give the codes a file names, in their one spelling."""
    read = (read_code(row.cells["code"]) for row in rows)
    return frozenset(code for code in read if code is not None)


def check(
    rows: Sequence[Row],
    *,
    clients: Mapping[str, Sequence[Client]],
    sets: Mapping[str, QuestionSetVersion],
    standard: str,
    versions: Mapping[tuple[str, str], QuestionSetVersion],
) -> PastScores:
    """Turn rows into check-ins of the past.

    Args:
        rows: what `read_rows` gave.
        clients: those a code can stand for, by code; only those whose scores the sender may bring.
        sets: the versions that are asked now, by the name of their set.
        standard: the set of rows that name none.
        versions: all there are, by the name of their set and their number.

    Raises:
        PastScoresFault: with every fault there is.
    """
    reader = _Reader(clients, sets, standard, versions)
    for row in rows:
        reader.read(row)
    reader.look_for_empty_ones()
    if reader.faults:
        raise PastScoresFault(reader.faults)
    return PastScores(tuple(reader.made()), reader.left_out, reader.other_occasions, reader.old_texts)


_Key = tuple[int, date, str]


@dataclass(slots=True)
class _Reader:
    """Reads row after row and collects what is wrong."""

    clients: Mapping[str, Sequence[Client]]
    sets: Mapping[str, QuestionSetVersion]
    standard: str
    versions: Mapping[tuple[str, str], QuestionSetVersion]
    faults: list[ScoreFault] = field(default_factory=list)
    found: dict[_Key, dict[str, tuple[int, Given | None]]] = field(default_factory=dict)
    left_out: int = 0
    other_occasions: int = 0
    old_texts: int = 0
    _known: dict[int, dict[str, Question]] = field(default_factory=dict)
    _told: set[_Key] = field(default_factory=set)

    def read(self, row: Row) -> None:
        """Read one row; of one with a fault all faults are told that can be."""
        if self._is_of_another_occasion(row):
            self.other_occasions += 1
            return
        client, name = self._client(row), self._set(row)
        day = self._day(row, client)
        if name is None:
            return
        if self._is_beside(row, name):
            self.left_out += 1
            return
        question = self._question(row, name)
        given = self._given(row, question) if question else None
        if client and day and question and given:
            self._keep(row, (client.episode_id, day, name), question, given, client)

    def _blame(self, row: Row, column: str, wrong: Wrong, **values: str | int) -> None:
        self.faults.append(ScoreFault(row.line, column, Problem(wrong, values)))

    def _client(self, row: Row) -> Client | None:
        code = read_code(row.cells["code"])
        wanted = " ".join(row.cells.get("therapist", "").split()).casefold()
        found = [one for one in self.clients.get(code or "", ()) if not wanted or one.therapist.casefold() == wanted]
        if len(found) == 1:
            return found[0]
        shown = code or row.cells["code"].strip()[:40]
        self._blame(row, "code", Wrong.TWO_CLIENTS if found else Wrong.CODE, code=shown)
        return None

    def _set(self, row: Row) -> str | None:
        name = row.cells.get("set", "").strip() or self.standard
        if name in self.sets:
            return name
        self._blame(row, "set", Wrong.SET, sets=", ".join(self.sets))
        return None

    def _is_of_another_occasion(self, row: Row) -> bool:
        said = row.cells.get("occasion", "").strip().lower() or Occasion.AFTER
        if said not in set(Occasion):
            self._blame(row, "occasion", Wrong.OCCASION, options=", ".join(Occasion))
            return False
        return said != Occasion.AFTER

    def _is_beside(self, row: Row, name: str) -> bool:
        """Say whether a row is of those that an export has and no import takes: a note, a wish to talk."""
        version = self.sets[name]
        beside = {one.id for one in (version.note, version.talk) if one is not None}
        return row.cells["question"].strip() in beside

    def _question(self, row: Row, name: str) -> Question | None:
        known = self._questions(self.sets[name])
        question = known.get(row.cells["question"].strip())
        if question is None:
            shown, ids = row.cells["question"].strip()[:40], ", ".join([*known][:_IDS_NAMED])
            self._blame(row, "question", Wrong.QUESTION, question=shown, set=name, questions=ids)
        elif not self._agrees(row, name, question):
            number = row.cells["version"].strip()
            self._blame(row, "version", Wrong.VERSION, question=question.id, set=name, version=number)
        else:
            return question
        return None

    def _questions(self, version: QuestionSetVersion) -> Mapping[str, Question]:
        if version.id not in self._known:
            self._known[version.id] = {question.id: question for question in every_question(version)}
        return self._known[version.id]

    def _agrees(self, row: Row, name: str, question: Question) -> bool:
        """Say whether the version a row names, where it is known here, asked this question with the same answers."""
        version = self.versions.get((name, row.cells.get("version", "").strip()))
        asked = None if version is None else self._questions(version).get(question.id)
        return asked is None or agree(asked, question)

    def _day(self, row: Row, client: Client | None) -> date | None:
        text = row.cells["date"].strip()
        try:
            day = date.fromisoformat(text) if _ISO.fullmatch(text) else None
        except ValueError:
            day = None
        if day is None:
            self._blame(row, "date", Wrong.DATE)
        elif day < EARLIEST:
            self._blame(row, "date", Wrong.LONG_AGO)
        elif client is not None and day >= client.today:
            self._blame(row, "date", Wrong.TO_COME)
        else:
            return day
        return None

    def _given(self, row: Row, question: Question) -> Given | None:
        read = read_value(question, row.cells["value"])
        if isinstance(read, Given):
            return read
        self.faults.append(ScoreFault(row.line, "value", read))
        return None

    def _keep(self, row: Row, key: _Key, question: Question, given: Given, client: Client) -> None:
        taken = client.taken.get(key[1], frozenset())
        if not taken.isdisjoint({key[2], ANY_SET}):
            if key not in self._told:
                self._told.add(key)
                self._blame(row, "date", Wrong.TAKEN, day=key[1].isoformat())
            return
        answers = self.found.setdefault(key, {})
        if question.id in answers:
            self._blame(row, "question", Wrong.TWICE, question=question.id, first=answers[question.id][0])
            return
        is_old = question.kind is Kind.TEXT and given.words is not None and key[1] < client.texts_since
        self.old_texts += is_old
        answers[question.id] = (row.line, None if is_old else given)

    def look_for_empty_ones(self) -> None:
        """Find days on which everything was skipped."""
        for answers in self.found.values():
            if all(given == _SKIPPED for _, given in answers.values()):
                line = next(iter(answers.values()))[0]
                self.faults.append(ScoreFault(line, "value", Problem(Wrong.NOTHING)))

    def made(self) -> Iterable[PastCheckIn]:
        """Give the check-ins, the earliest first."""
        for key in sorted(self.found):
            kept = {name: given for name, (_, given) in self.found[key].items() if given is not None}
            if any(given != _SKIPPED for given in kept.values()):
                yield self._made(key, kept)

    def _made(self, key: _Key, found: Mapping[str, Given]) -> PastCheckIn:
        version = self.sets[key[2]]
        own = {question.id for question in version.questions}
        return PastCheckIn(
            episode_id=key[0],
            day=key[1],
            version_id=version.id,
            answers={name: given.rating for name, given in found.items() if given.words is None},
            words={name: given.words for name, given in found.items() if given.words is not None},
            extra=tuple(name for name in found if name not in own),
        )


_SKIPPED = Given()
