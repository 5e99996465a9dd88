"""What a therapist is told, as numbers and facts; nothing here is drawn or worded."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from conversations.alliance import Reading, replay
from conversations.answers import values_of
from conversations.asking import is_answered, questions_of
from conversations.continuity import Given, core_of, previous, previous_points
from conversations.core import asks_core
from conversations.goal_findings import Finding, Progress, findings, progress_of, until
from conversations.goals import GOAL_AGREE, GOAL_PROGRESS, Goal
from conversations.model import (
    Answers,
    CheckIn,
    FollowUp,
    Kind,
    NextStep,
    Note,
    Question,
    QuestionSetVersion,
    State,
    Terms,
    Visibility,
)
from conversations.occasions import Occasion
from conversations.scales import Scale
from conversations.scoring import Score, scores
from conversations.two_sided import Gap, OwnView, asked, gaps


@dataclass(frozen=True, slots=True)
class Item:
    """One question of a summary.

    `rating` is None where it was skipped or not reached (then `reached` is False), or answered in `words`; `change` is
    the difference to the last time this question was answered, None on the first time. `follow_up` is the pool's part
    of a question that is not the set's own: those are not scored, so nothing of theirs is a change.
    """

    question: Question
    rating: int | None
    change: int | None = None
    reached: bool = True
    words: str | None = field(default=None, repr=False)
    follow_up: FollowUp | None = None

    @property
    def next_step(self) -> NextStep | None:
        """What might be done about it, where the answer asks for it."""
        step = self.follow_up.next_step if self.follow_up else None
        return step if step and self.rating is not None and self.rating <= step.at_most else None


@dataclass(frozen=True, slots=True)
class GoalSaid:
    """What a check-in said of a goal. Its repr shows neither words nor ratings.

    Attributes:
        goal: as it stood then.
        progress: as rated in this check-in, 0-10; None where it was skipped or not reached.
        change: the progress less the one before; None for the first.
        agree: how far the two agree, as rated in this check-in.
        findings: what there is to talk about, of all goals.
        news: what is good news.
    """

    goal: Goal
    progress: int | None = field(repr=False)
    change: int | None = field(repr=False)
    agree: int | None = field(repr=False)
    findings: tuple[Finding, ...]
    news: Progress


@dataclass(frozen=True, slots=True)
class Scored:
    """What a scale of the set came to; `change` is in points since its last score, None where there is none to compare.

    Its repr shows no points: reprs end in logs.
    """

    scale: Scale
    score: Score = field(repr=False)
    change: float | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Summary:
    """One check-in for its therapist. `session_day` is when it was asked, where it is not about a session that was.

    `note` is present only if the client shared it now; `reading` is what the check-in means against those before it,
    None where the questions are not the four that flags are about. `both` are the ratings that the therapist, before
    they saw the client's, has given too (two-sided rating); `goal` is what was said of a goal;
    `scores` are what the set's own scales came to. `otherwise` are questions that were asked on another scale the last
    time, so that nothing of theirs is compared.
    """

    code: str
    session_day: date
    items: tuple[Item, ...]
    talk: bool
    unfinished: bool
    note: Note | None = field(default=None, repr=False)
    reading: Reading | None = None
    both: tuple[Gap, ...] = field(default=(), repr=False)
    goal: GoalSaid | None = None
    scores: tuple[Scored, ...] = ()
    otherwise: tuple[Question, ...] = ()
    occasion: Occasion = Occasion.AFTER

    @property
    def skipped(self) -> int:
        """How many of the set's own questions have no rating."""
        return sum(item.rating is None for item in self.items if item.follow_up is None)


def goal_said(check_in: CheckIn, goals: Sequence[Goal]) -> GoalSaid | None:
    """Tell what a check-in said of a goal, as the goals stood then; None where it said nothing."""
    at, answers = check_in.prompted_at, check_in.answers
    progress, agree = answers.get(GOAL_PROGRESS), answers.get(GOAL_AGREE)
    if check_in.goal is None or at is None or (progress is None and agree is None):
        return None
    then = [until(goal, at) for goal in goals]
    goal = next((one for one in then if check_in.goal.id == one.id), None)
    if goal is None:
        return None
    last = [rated for _, rated in goal.progress][-2:]
    change = last[1] - last[0] if progress is not None and len(last) > 1 else None
    return GoalSaid(goal, progress, change, agree, findings(then), progress_of(then, at))


def read(history: Sequence[Given]) -> Reading | None:
    """Judge the last check-in of a history by those that asked the core questions; None where it did not itself."""
    if not history or not asks_core(history[-1].version):
        return None
    return replay(core_of(history))[1][-1]


def summary(
    check_in: CheckIn,
    terms: Terms,
    history: Sequence[Given],
    code: str,
    session_day: date,
    own: OwnView | None = None,
    goals: Sequence[Goal] = (),
) -> Summary:
    """Build the summary.

    Args:
        check_in: the closed check-in.
        terms: with the questions it asked.
        history: this client's closed check-ins, oldest first, this one last; answers are empty for a missed one.
        code: the therapist's code for the client.
        session_day: the day of the session where the therapist is.
        own: how the therapist saw it, if they were asked.
        goals: the client's.
    """
    version = terms.version
    before, otherwise = previous(history[:-1], version)
    return Summary(
        code=code,
        session_day=session_day,
        items=tuple(_item(question, check_in, terms, before) for question in asked_of(check_in, terms)),
        talk=check_in.talk,
        unfinished=check_in.state is State.EXPIRED,
        note=check_in.note if check_in.note and check_in.note.visibility is Visibility.NOW else None,
        reading=read(history),
        both=() if own is None else gaps(own, check_in.answers, asked(version)),
        scores=_scored(check_in, version, history[:-1]),
        otherwise=tuple(one for one in version.questions if one.id in otherwise and one.id in check_in.answers),
        goal=goal_said(check_in, goals),
        occasion=check_in.occasion,
    )


def _scored(check_in: CheckIn, version: QuestionSetVersion, before: Sequence[Given]) -> tuple[Scored, ...]:
    answers = values_of(version.questions, check_in.answers, check_in.words)
    found = scores(version.scales, version.questions, answers)
    return tuple(
        Scored(scale, found[scale.id], _change(scale, found[scale.id], version, before)) for scale in version.scales
    )


def _change(scale: Scale, score: Score, version: QuestionSetVersion, before: Sequence[Given]) -> float | None:
    last = None if score.points is None else previous_points(before, scale, version)
    return None if score.points is None or last is None else score.points - last


def asked_of(check_in: CheckIn, terms: Terms) -> list[Question]:
    """Give what a check-in asked about the session: all but the questions about a goal."""
    return [one for one in questions_of(check_in, terms) if one.id not in (GOAL_PROGRESS, GOAL_AGREE)]


def _item(question: Question, check_in: CheckIn, terms: Terms, previous: Answers) -> Item:
    rating, before = check_in.answers.get(question.id), previous.get(question.id)
    follow_up = next((one for one in terms.version.follow_ups if one.question.id == question.id), None)
    is_scored = follow_up is None and question.kind is Kind.RATING
    change = rating - before if is_scored and rating is not None and before is not None else None
    words = check_in.words.get(question.id)
    return Item(question, rating, change, is_answered(check_in, question), words, follow_up)
