"""From a client's check-ins to the few things worth saying about them.

Each check-in asks for bond, goals, tasks and overall, 0-10 each. Their mean is the score A. One check-in is
judged at a time, from a `Course` that remembers just enough of those before it: `step(course, check_in)`
returns the course to keep and a `Reading` to show. `flags(history)` is nothing but that, folded over a
history.

**Low now.** LOW looks at this check-in alone: a mean below 7 or a rating of 5 or less. TALK is its soft
sister. Most people rate near the top, so fixed lines alone would miss a client who goes from 10 to 8: hence
the next rule.

**Lower than usual.** A client is compared with themself: with the mean b of their last five scores, and with
a threshold d that follows from how much these scores scatter (`baseline.py`). A fall b - A of at least d is a
DROP, and DROP_PROVISIONAL while the baseline is one or two scores.

**The dip.** A DROP opens a dip, and while it is open the baseline stands still: what is compared must not be
dragged down by what it is compared with. Every further score either is back near usual (REPAIRED: the dip was
a visit, its scores never join the baseline), or counts one; a further fall by the floor is DEEPER, and after
three the lower level is taken as the client's new usual (UNREPAIRED: all scores of the dip join the baseline,
or it would cry DROP for ever). The score that closes a dip never opens the next one.

**Slow drift.** DECLINE finds what no single step shows (`trend.py`). It keeps still while a dip is open, for
a dip has been told already. CEILING and FLAT say that the ratings have stopped telling anything. These three
hold for runs: said once when they become true, and again only after they were false. For DECLINE an open dip
ends the run.

**Silence.** An unanswered check-in (None) is a miss. Two and three in a row are said; a miss while a dip is
open or after a low sign is a DROPOUT_WATCH, each time. Scores and runs are not touched by silence, but the
number of the check-in moves on: a fall over six weeks is slower than the same fall over three.

**Too little.** With fewer than three ratings there is no score, only PARTIAL: it joins nothing and ends
nothing but a row of misses. A rating of 5 or less in it is a low sign all the same, and is told like LOW.

Known limits: scores sit near the ceiling, and differences between sessions say little about what happens
within one (Zlotnick et al. 2020). Every flag is a prompt to talk, not a finding.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from conversations.baseline import Baseline, part_that_moved
from conversations.course import Course, CourseData, Dip, Ratings, answered, core_ratings, score, valid
from conversations.flag import DEFAULT, Constants, Flag, Level, Part
from conversations.trend import CRITICAL, declining, reaches, theil_sen_fall

__all__ = [
    "DEFAULT",
    "Baseline",
    "Constants",
    "Course",
    "CourseData",
    "Evidence",
    "Flag",
    "Level",
    "Part",
    "Ratings",
    "Reading",
    "Response",
    "flags",
    "replay",
    "step",
]

Response = Sequence[float | None] | None
"""Bond, goals, tasks, overall (0-10, None where skipped); or None: it expired with no answer."""

FIRM = 3  # scores in a baseline from which a fall is a DROP and no longer provisional
CEILING_RUN = 4
FLAT_RUN = 5
TOP: Ratings = (10, 10, 10, 10)

MISSED = {2: Flag.MISSED_2, 3: Flag.MISSED_3}
NAMES_A_PART = {Flag.LOW, Flag.DROP, Flag.DROP_PROVISIONAL, Flag.DEEPER, Flag.DECLINE}
LEVELS = {
    Flag.LOW: Level.RED,
    Flag.TALK: Level.NONE,
    Flag.DROP: Level.RED,
    Flag.DROP_PROVISIONAL: Level.AMBER,
    Flag.REPAIRED: Level.INFO,
    Flag.DEEPER: Level.RED,
    Flag.UNREPAIRED: Level.RED,
    Flag.DECLINE: Level.AMBER,
    Flag.CEILING: Level.INFO,
    Flag.FLAT: Level.INFO,
    Flag.MISSED_2: Level.INFO,
    Flag.MISSED_3: Level.AMBER,
    Flag.DROPOUT_WATCH: Level.RED,
    Flag.PARTIAL: Level.INFO,
}


@dataclass(frozen=True, slots=True, repr=False)
class Evidence:
    """The numbers behind a reading. Its repr shows none of them: they are about a person's health.

    Attributes:
        score: A, the mean of the ratings given, in points.
        baseline: what it was compared with; None at the first score.
        drift: how far the last four to six scores fell by Theil-Sen, in points; None with fewer than four.
    """

    score: float
    baseline: Baseline | None
    drift: float | None

    @property
    def fall(self) -> float | None:
        """How far the score lies below the baseline (b - A), in points; negative above it."""
        return None if self.baseline is None else self.baseline.mean - self.score


@dataclass(frozen=True, slots=True)
class Reading:
    """What one check-in says.

    Attributes:
        flags: in the order in which they are told.
        levels: one for each flag: the same flag may be loud once and soft the next time.
        evidence: the numbers; None where there is no score (unanswered or partial).
        part: which part of the alliance moved; only with flags that name one, and None if none moved clearly.
    """

    flags: tuple[Flag, ...]
    levels: tuple[Level, ...]
    evidence: Evidence | None = None
    part: Part | None = None

    @property
    def level(self) -> Level:
        """The loudest level among the flags."""
        return Level.loudest(self.levels)


def flags(history: Iterable[Response], constants: Constants = DEFAULT) -> list[list[Flag]]:
    """Return the flags of each check-in of a history, in the order in which they are told.

    Args:
        history: check-ins, oldest first; the declined ones left out, and of the unanswered ones those whose session
            did not take place or that fell in a pause.
        constants: the numbers of the question set.

    Raises:
        ValueError: if a check-in has not four items.
    """
    return [list(reading.flags) for reading in replay(history, constants)[1]]


def replay(
    history: Iterable[Response], constants: Constants = DEFAULT, course: Course | None = None
) -> tuple[Course, list[Reading]]:
    """Read a history in one go.

    Args:
        history: as for `flags`.
        constants: the numbers of the question set.
        course: what is remembered of the check-ins before this history, if there were any.

    Returns:
        The course after the history, and one reading for each of its check-ins.
    """
    course, readings = course or Course(), []
    for check_in in history:
        course, reading = step(course, check_in, constants)
        readings.append(reading)
    return course, readings


def step(course: Course, check_in: Response, constants: Constants = DEFAULT) -> tuple[Course, Reading]:
    """Judge one more check-in, in time and space that do not grow with the history.

    Args:
        course: what is remembered of the check-ins before; `Course()` before the first.
        check_in: bond, goals, tasks, overall; or None if it expired with no answer.
        constants: the numbers of the question set.

    Returns:
        The course to keep for the next check-in, and the reading of this one.

    Raises:
        ValueError: if the check-in has not four items.
    """
    course = replace(course, number=course.number + 1)
    if check_in is None:
        return _missed(course)
    course = replace(course, misses=0)
    ratings = core_ratings(check_in)
    return (_judged if valid(ratings) else _partial)(course, ratings, constants)


def _missed(course: Course) -> tuple[Course, Reading]:
    misses = course.misses + 1
    found = [MISSED[misses]] if misses in MISSED else []
    if course.dip or course.low_sign:
        found.append(Flag.DROPOUT_WATCH)
    reading = Reading(tuple(found), tuple(LEVELS[flag] for flag in found))
    return replace(course, misses=misses, last_low=None), reading


def _partial(course: Course, ratings: Ratings, constants: Constants) -> tuple[Course, Reading]:
    low = _has_low_item(ratings, constants)
    level = LEVELS[Flag.LOW] if low else LEVELS[Flag.PARTIAL]
    part = part_that_moved(ratings, course.usual(constants)) if low else None
    course = replace(course, low_sign=course.low_sign or low, last_low=None)
    return course, Reading((Flag.PARTIAL,), (level,), part=part)


def _judged(course: Course, ratings: Ratings, constants: Constants) -> tuple[Course, Reading]:
    before, now, usual = course, score(ratings), course.usual(constants)
    baseline = Baseline.of(usual, constants)
    course, moved = _follow(before.remember(ratings), ratings, baseline, constants)
    course, runs = _follow_runs(course)
    found = (*_alone(ratings, constants), *moved, *runs)
    low = Flag.LOW in found
    course = replace(course, low_sign=low, last_low=now if low else None)
    softer = before.last_low is not None and not reaches(before.last_low - now, constants.floor)
    levels = tuple(Level.AMBER if flag is Flag.LOW and softer else LEVELS[flag] for flag in found)
    part = part_that_moved(ratings, usual) if NAMES_A_PART & {*found} else None
    return course, Reading(found, levels, Evidence(now, baseline, _drift(course)), part)


def _has_low_item(ratings: Ratings, constants: Constants) -> bool:
    return any(reaches(constants.low_item, rating) for rating in answered(ratings))


def _alone(ratings: Ratings, constants: Constants) -> tuple[Flag, ...]:
    """LOW or TALK: what a check-in says by itself."""
    if not reaches(score(ratings), constants.low_composite) or _has_low_item(ratings, constants):
        return (Flag.LOW,)
    # A mean below the talk line has a rating below it, so the ratings alone decide.
    above = all(reaches(rating, constants.talk_line) for rating in answered(ratings))
    return () if above else (Flag.TALK,)


def _follow(
    course: Course, ratings: Ratings, baseline: Baseline | None, constants: Constants
) -> tuple[Course, tuple[Flag, ...]]:
    """Open, follow or close a dip; a score that does none of these joins the baseline."""
    if baseline and course.dip:
        return _follow_dip(course, course.dip, ratings, baseline, constants)
    if baseline and reaches(baseline.mean - score(ratings), baseline.threshold):
        drop = Flag.DROP if baseline.k >= FIRM else Flag.DROP_PROVISIONAL
        return replace(course, dip=Dip((ratings,))), (drop,)
    return course.settle((ratings,), constants), ()


def _follow_dip(
    course: Course, dip: Dip, ratings: Ratings, baseline: Baseline, constants: Constants
) -> tuple[Course, tuple[Flag, ...]]:
    now = score(ratings)
    if reaches(now, baseline.mean - constants.repair_tolerance):
        return course.settle((ratings,), constants), (Flag.REPAIRED,)
    deeper = (Flag.DEEPER,) if reaches(dip.nadir - constants.floor, now) else ()
    dip = Dip((*dip.check_ins, ratings))
    if dip.length < constants.repair_patience:
        return replace(course, dip=dip), deeper
    return course.settle(dip.check_ins, constants), (*deeper, Flag.UNREPAIRED)


def _follow_runs(course: Course) -> tuple[Course, tuple[Flag, ...]]:
    """DECLINE, CEILING, FLAT: those true now, and of them those that were not true before."""
    last = [ratings for _, ratings in course.recent]
    ceiling = last[-CEILING_RUN:] == [TOP] * CEILING_RUN
    true_now = {
        Flag.DECLINE: course.dip is None and declining(course.points),
        Flag.CEILING: ceiling,
        Flag.FLAT: not ceiling and last[-FLAT_RUN:] == [last[-1]] * FLAT_RUN,
    }
    running = frozenset(flag for flag, true in true_now.items() if true)
    return replace(course, running=running), tuple(flag for flag in true_now if flag in running - course.running)


def _drift(course: Course) -> float | None:
    return theil_sen_fall(course.points) if len(course.points) in CRITICAL else None
