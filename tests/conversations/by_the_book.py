"""The rules of the flags a second time, slowly: whole histories, exact fractions, no state that is carried along.

It shares no line with the product and follows the wording of the rules, so that both can only agree by being right.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations
from math import sqrt
from statistics import median

Ratings = Sequence[int | None] | None


@dataclass
class Score:
    number: int
    items: tuple[int | None, ...]
    mean: Fraction
    joined: bool = True
    flags: list[str] = field(default_factory=list)


def flags_by_the_book(history: Sequence[Ratings]) -> list[list[str]]:
    scores = _scores(history)
    _dips(scores)
    _once_per_run(scores, "DECLINE", [_declines(scores, at) for at in range(len(scores))])
    _once_per_run(scores, "CEILING", [_ceiling(scores, at) for at in range(len(scores))])
    _once_per_run(scores, "FLAT", [_flat(scores, at) for at in range(len(scores))])
    found = {score.number: [flag for flag in score.flags if flag != "(dip open)"] for score in scores}
    return [found.get(number) or _unscored(history, number, scores) for number in range(len(history))]


def _scores(history: Sequence[Ratings]) -> list[Score]:
    scores = []
    for number, ratings in enumerate(history):
        given = [rating for rating in ratings or () if rating is not None]
        if ratings is not None and len(given) >= 3:
            score = Score(number, tuple(ratings), Fraction(sum(given), len(given)))
            if score.mean < 7 or min(given) <= 5:
                score.flags.append("LOW")
            elif score.mean < 9 or min(given) < 9:
                score.flags.append("TALK")
            scores.append(score)
    return scores


def _dips(scores: list[Score]) -> None:
    dip: list[Score] = []
    for at, score in enumerate(scores):
        usual = [past.mean for past in scores[:at] if past.joined][-5:]
        if not usual:
            continue
        b = sum(usual, Fraction()) / len(usual)
        if dip:
            _in_dip(dip, score, b)
            if not {"REPAIRED", "UNREPAIRED"} & {*score.flags}:
                score.flags.append("(dip open)")
            else:
                dip = []
        elif _falls_below(usual, b, score.mean):
            score.flags += ["DROP" if len(usual) >= 3 else "DROP_PROVISIONAL", "(dip open)"]
            score.joined = False
            dip = [score]


def _falls_below(usual: list[Fraction], b: Fraction, now: Fraction) -> bool:
    k = len(usual)
    s = sqrt((4 * 0.49 + float(sum((x - b) ** 2 for x in usual))) / (3 + k))
    return float(b - now) >= max(1.0, 1.96 * s * sqrt(1 + 1 / k)) - 1e-9


def _in_dip(dip: list[Score], score: Score, b: Fraction) -> None:
    if score.mean >= b - Fraction(1, 2):
        score.flags.append("REPAIRED")
        return
    if score.mean <= min(past.mean for past in dip) - 1:
        score.flags.append("DEEPER")
    dip.append(score)
    score.joined = False
    if len(dip) == 4:
        score.flags.append("UNREPAIRED")
        for past in dip:
            past.joined = True


def _declines(scores: list[Score], at: int) -> bool:
    last = scores[max(0, at - 5) : at + 1]
    if len(last) < 4 or "(dip open)" in scores[at].flags:
        return False
    s = sum((b.mean > a.mean) - (b.mean < a.mean) for a, b in combinations(last, 2))
    slope = median((b.mean - a.mean) / (b.number - a.number) for a, b in combinations(last, 2))
    return s <= {4: -6, 5: -8, 6: -11}[len(last)] and slope * (last[-1].number - last[0].number) <= -1


def _ceiling(scores: list[Score], at: int) -> bool:
    return at >= 3 and all(score.items == (10, 10, 10, 10) for score in scores[at - 3 : at + 1])


def _flat(scores: list[Score], at: int) -> bool:
    return at >= 4 and len({score.items for score in scores[at - 4 : at + 1]}) == 1 and not _ceiling(scores, at)


def _once_per_run(scores: list[Score], flag: str, true: list[bool]) -> None:
    for at, score in enumerate(scores):
        if true[at] and not (at and true[at - 1]):
            score.flags.append(flag)


def _unscored(history: Sequence[Ratings], number: int, scores: list[Score]) -> list[str]:
    if any(score.number == number for score in scores):
        return []
    if history[number] is not None:
        return ["PARTIAL"]
    row = next((back for back in range(number + 1) if history[number - back] is not None), number + 1)
    found = [f"MISSED_{row}"] if row in {2, 3} else []
    past = [score for score in scores if score.number < number]
    dip_open = bool(past) and "(dip open)" in past[-1].flags
    return [*found, "DROPOUT_WATCH"] if dip_open or _low_sign(history[:number], past) else found


def _low_sign(history: Sequence[Ratings], past: list[Score]) -> bool:
    if past and "LOW" in past[-1].flags:
        return True
    since = history[past[-1].number + 1 if past else 0 :]
    return any(rating is not None and rating <= 5 for ratings in since for rating in ratings or ())
