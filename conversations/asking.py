"""Which questions a check-in asks: those of its set whose condition holds, then at most one of the pool of follow-ups.

The set's own questions look at the working relationship from afar; a follow-up looks closer. It comes *unbidden* where
an answer asks for it (bond or tasks at 7 or less), else *in turn* at every third check-in a client completes. Among
several that fit, the one asked longest ago comes; those never asked come before, in the order of the pool. What was
asked before is a fact of the past that the check-in was given when it was prompted (`Past.asked`), so the choice needs
no look at the history, and comes out the same after a restart.

The choice is made when the last of the set's own questions is answered, and made anew if that one is answered anew
(Back). From the first review on it stands: nobody is asked one more thing because they corrected an answer.

At every fourth check-in the questions about a goal come in the follow-up's place, where the client has one. Which goal
is fixed when the check-in is prompted (`CheckIn.goal`), so these are known from the start.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from conversations.answers import values_of
from conversations.model import AskedGoal, CheckIn, FollowUp, Past, Question, QuestionSetVersion, Terms
from conversations.scoring import scores
from conversations.show_if import Value, comparisons, holds

IN_TURN_EVERY = 3
"""A follow-up comes in turn at every third check-in."""


def questions_of(check_in: CheckIn, terms: Terms) -> tuple[Question, ...]:
    """Give the questions this check-in asks, in order; `CheckIn.position` counts along them.

    A condition looks at earlier answers only, so what stands before the open question never changes under it.
    """
    own = own_questions(check_in, terms.version)
    if not check_in.extra:
        return own
    pool = {follow_up.question.id: follow_up.question for follow_up in terms.version.follow_ups}
    if check_in.goal is not None:
        pool |= {question.id: question for question in _about_goal(check_in.goal, terms)}
    return (*own, *(pool[name] for name in check_in.extra if name in pool))


def _about_goal(goal: AskedGoal, terms: Terms) -> Iterable[Question]:
    """Give the questions about a goal, its words under each."""
    for question in terms.about_goals:
        text = {code: f"{text}\n{goal.words}" for code, text in question.text.items()}
        yield replace(question, text=text)


def own_questions(check_in: CheckIn, version: QuestionSetVersion) -> tuple[Question, ...]:
    """Give the set's own questions that this check-in asks, as far as its answers say by now."""
    if not is_conditional(version):
        return version.questions
    asked: list[Question] = []
    given: dict[str, Value | None] = {}
    for question in version.questions:
        if holds(question.show_if, given, _scores(question, version, given)):
            asked.append(question)
            given |= values_of((question,), check_in.answers, check_in.words)
    return tuple(asked)


def is_conditional(version: QuestionSetVersion) -> bool:
    """Say whether any question of a set depends on an answer."""
    return any(question.show_if is not None for question in version.questions)


def _scores(
    question: Question, version: QuestionSetVersion, given: Mapping[str, Value | None]
) -> dict[str, float | None]:
    if not any(one.of_score for one in comparisons(question.show_if)):
        return {}
    return {name: score.points for name, score in scores(version.scales, version.questions, given).items()}


def without_unasked(check_in: CheckIn, terms: Terms) -> CheckIn:
    """Forget answers to questions that another answer has taken away."""
    if not is_conditional(terms.version):
        return check_in
    asked = {question.id for question in questions_of(check_in, terms)}
    answers = {name: rating for name, rating in check_in.answers.items() if name in asked}
    words = {name: text for name, text in check_in.words.items() if name in asked}
    return replace(check_in, answers=answers, words=words)


def is_answered(check_in: CheckIn, question: Question) -> bool:
    """Say whether a question is done with: rated, chosen, written or skipped."""
    return question.id in check_in.answers or question.id in check_in.words


def extra_of(check_in: CheckIn, terms: Terms) -> tuple[str, ...]:
    """Choose what is asked beyond the set's own questions, by id, once those are answered.

    The questions about a goal take the follow-up's place.
    """
    if check_in.goal is not None:
        return tuple(question.id for question in terms.about_goals)
    follow_up = _follow_up(check_in, terms.version)
    return () if follow_up is None else (follow_up.question.id,)


def _follow_up(check_in: CheckIn, version: QuestionSetVersion) -> FollowUp | None:
    given = values_of(version.questions, check_in.answers, check_in.words)
    fitting = [one for one in version.follow_ups if holds(one.needs, given, {})]
    unbidden = [one for one in fitting if one.trigger is not None and holds(one.trigger, given, {})]
    chosen_from = unbidden or (fitting if is_turn(check_in.past) else [])
    return min(chosen_from, key=lambda one: _rank(one, check_in.past), default=None)


def is_turn(past: Past) -> bool:
    """Say whether a follow-up comes in turn: if this check-in, once completed, is the third, sixth, ninth ..."""
    return (past.completed + 1) % IN_TURN_EVERY == 0


def _rank(follow_up: FollowUp, past: Past) -> int:
    """Count up from the one asked longest ago; one never asked comes before all (`min` keeps the pool's order)."""
    name = follow_up.question.id
    return past.asked.index(name) if name in past.asked else -1
