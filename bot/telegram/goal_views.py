"""How goals look: the client's card, the question for words, and what the therapist sees."""

from collections.abc import Iterable, Sequence

from bot.goals import Goal, GoalOf
from bot.roster import Episode
from bot.telegram.buttons import Button, View, data, encode_id
from bot.texts import Speech, escape, pick
from conversations.goal_findings import Finding, GoalFlag, findings
from conversations.goals import TOP, WORDS_LIMIT, Stage, has_room, worth_showing
from conversations.model import Question
from conversations.reports import GoalSaid

_BRIEF = 60
"""Characters of a goal that are shown where it is only named."""
Rows = tuple[tuple[Button, ...], ...]

SIGNS = (
    "\N{BLACK CIRCLE}\N{BLACK DIAMOND}\N{BLACK SQUARE}\N{BLACK UP-POINTING TRIANGLE}\N{BLACK STAR}\N{HEAVY GREEK CROSS}"
)
"""What tells several goals apart, in texts and on buttons: shapes, since colours are not seen by everybody."""
_WIDE = 6
"""Rating buttons in a row: 0-5 above 6-10."""


def _signed(at: int, among: int, text: str) -> str:
    """Put a goal's sign before a text where there are several goals to tell apart."""
    return text if among == 1 else f"{SIGNS[at]} {text}"


# ---- the client ----


def card_view(episode_id: int, goals: Sequence[Goal], say: Speech, head: str = "", ended: Goal | None = None) -> View:
    """Show a client their goals and what they can do about each in one press.

    `head` is HTML; `ended` is a goal that was ended a moment ago, which can be undone.
    """
    first = () if ended is None else _undo_row(ended, say)
    shown = worth_showing(goals)
    if not shown:
        return View(
            "\n\n".join(part for part in (head, say("goals.none")) if part), (*first, _word_row(episode_id, say))
        )
    lines = [_signed(at, len(shown), _line(goal, say)) for at, goal in enumerate(shown)]
    room = has_room(goals)
    rows = [
        tuple(_named(button, at, len(shown)) for button in _client_buttons(goal, say, room=room))
        for at, goal in enumerate(shown)
        if ended is None or goal.id != ended.id
    ]
    last = (_word_row(episode_id, say),) if room else ()
    text = "\n\n".join([*([head] if head else []), f"<b>{say('goals.title')}</b>", *lines])
    return View(text, (*first, *(row for row in rows if row), *last))


def _named(button: Button, at: int, among: int) -> Button:
    return button._replace(label=_signed(at, among, button.label))


def _word_row(episode_id: int, say: Speech) -> tuple[Button, ...]:
    return (Button(say("button.goal.word"), data("word", encode_id(episode_id))),)


def _line(goal: Goal, say: Speech) -> str:
    """Say what a goal is and how it stands."""
    if goal.stage is Stage.SUGGESTED:
        return say("goals.line.suggested", words=goal.words, suggestion=goal.suggestion)
    if goal.stage is Stage.PROPOSED:
        return say("goals.line.proposed", words=goal.words)
    if goal.is_reached:
        return say("goals.line.reached", words=goal.words)
    if goal.progress:
        return say("goals.line.rated", words=goal.words, progress=goal.progress[-1][1])
    return say("goals.line.active", words=goal.words)


def _client_buttons(goal: Goal, say: Speech, *, room: bool) -> list[Button]:
    number = encode_id(goal.id)
    let_go = Button(say("button.goal.let_go"), data("goal", number, "let_go"))
    if goal.is_reached:
        return [Button(say("button.goal.again"), data("goal", number, "again"))] if room else []
    if goal.stage is Stage.SUGGESTED:
        return [Button(say("button.open"), data("goal", number, "open")), let_go]
    if goal.is_active:
        return [Button(say("button.goal.reached"), data("goal", number, "reached")), let_go]
    return [let_go]


def _undo_row(goal: Goal, say: Speech) -> Rows:
    """Offer to take back the end of a goal."""
    return ((Button(say("button.undo"), data("goal", encode_id(goal.id), "again")),),)


def words_view(say: Speech, name: str, **values: object) -> View:
    """Ask for words, with the crisis line under the question."""
    back = ((Button(say("button.back"), data("goals")),),)
    return View(f"{say(name, **values)}\n\n{say('goals.write', limit=WORDS_LIMIT)}", back)


def last_word_view(goal: Goal, say: Speech) -> View:
    """Put both wordings side by side and leave the choice to the client."""
    number = encode_id(goal.id)
    choices = {"take": "button.goal.take", "keep": "button.goal.keep", "reword": "button.goal.reword"}
    rows = tuple((Button(say(label), data("goal", number, action)),) for action, label in choices.items())
    return View(say("goals.last_word", words=goal.words, suggestion=goal.suggestion), rows)


def answered_view(goal: Goal, say: Speech) -> View:
    """Tell a client, on a lock screen perhaps, that there is an answer, and nothing else."""
    return View(say("goals.answered"), ((Button(say("button.open"), data("goal", encode_id(goal.id), "open")),),))


# ---- the therapist ----


def told_view(of: GoalOf, say: Speech) -> View:
    """Say only that there is something about a goal."""
    opens = Button(say("button.open"), data("goal_of", encode_id(of.goal.id), "show"))
    return View(say("notice.goal", code=of.episode.code), ((opens,),))


def goal_view(of: GoalOf, say: Speech, head: str = "") -> View:
    """Show a therapist one goal as it stands and what they can do; `head` is HTML."""
    text = _of_client(of, say)
    listed = (Button(say("button.goals"), data("goals_of", encode_id(of.episode.id))),)
    return View(f"{head}\n\n{text}" if head else text, (*_therapist_rows(of.goal, say), listed))


def _of_client(of: GoalOf, say: Speech) -> str:
    goal, code = of.goal, of.episode.code
    if goal.stage is Stage.SUGGESTED:
        return say("goals.of.suggested", code=code, words=goal.words, suggestion=goal.suggestion)
    if goal.stage is Stage.PROPOSED:
        return say("goals.of.proposed", code=code, words=goal.words)
    if goal.is_reached:
        return say("goals.of.reached", code=code, words=goal.words)
    if goal.stage is Stage.LET_GO:
        return say("goals.of.let_go", code=code, words=goal.words)
    settled, numbers = say("goals.of.active", code=code, words=goal.words), _views_of(goal, say)
    footer = ["", f"<i>{say('summary.footer')}</i>"] if numbers else []
    return "\n".join([settled, *numbers, *footer])


def _views_of(goal: Goal, say: Speech) -> list[str]:
    """Give the numbers there are: how far, and how far the two agree as each of them sees it."""
    lines = []
    if goal.progress:
        lines.append(say("goals.progress", progress=goal.progress[-1][1]))
    if goal.agree is not None:
        lines.append(say("goals.agree", agree=goal.agree))
    if goal.agree_t is not None:
        lines.append(say("goals.agree_t", agree=goal.agree_t))
    return lines


def _therapist_rows(goal: Goal, say: Speech) -> Rows:
    number = encode_id(goal.id)
    if goal.stage is Stage.PROPOSED:
        agree = Button(say("button.goal.agree"), data("goal_of", number, "agree"))
        return ((agree, Button(say("button.goal.suggest"), data("goal_of", number, "suggest"))),)
    if goal.is_active:
        return ((Button(say("button.goal.rate"), data("goal_of", number, "rate")),),)
    return ()


def list_view(episode: Episode, goals: Sequence[Goal], say: Speech) -> View:
    """Show a therapist all goals of a client, and what there is to talk about."""
    shown = worth_showing(goals)
    if not shown:
        return View(say("goals.of.none", code=episode.code))
    lines = [_signed(at, len(shown), _with_views(goal, say)) for at, goal in enumerate(shown)]
    rows = [
        tuple(_named(button, at, len(shown)) for row in _therapist_rows(goal, say) for button in row)
        for at, goal in enumerate(shown)
    ]
    title = f"<b>{say('goals.of.title', code=episode.code)}</b>"
    meaning = finding_lines(findings(goals), say)
    said = ["\n".join(meaning)] if meaning else []
    if meaning or any(_views_of(goal, say) for goal in shown):
        said.append(f"<i>{say('summary.footer')}</i>")
    return View("\n\n".join([title, *lines, *said]), tuple(row for row in rows if row))


def _with_views(goal: Goal, say: Speech) -> str:
    return "\n".join([_short(goal, say), *_views_of(goal, say)])


def _short(goal: Goal, say: Speech) -> str:
    """Name a goal and how it stands, for a therapist."""
    if goal.stage is Stage.PROPOSED:
        return say("goals.short.proposed", words=goal.words)
    if goal.stage is Stage.SUGGESTED:
        return say("goals.short.suggested", words=goal.words)
    return say("goals.line.reached" if goal.is_reached else "goals.line.active", words=goal.words)


def goal_lines(goals: Sequence[Goal], say: Speech) -> list[str]:
    """Name each goal in one line with its newest progress, for an overview."""
    return [_at_a_glance(goal, say) for goal in worth_showing(goals)]


def _at_a_glance(goal: Goal, say: Speech) -> str:
    if goal.is_active and goal.progress:
        return say("goals.short.rated", words=goal.words, progress=goal.progress[-1][1])
    return _short(goal, say)


def finding_lines(found: Iterable[Finding], say: Speech, *, next_step: bool = True) -> list[str]:
    """Say each finding in plain words with its numbers, and one next step. Flag ids are never shown."""
    lines = [_finding(one, say) for one in _without_echo(found)]
    return [*lines, say("next_step.goals")] if lines and next_step else lines


def _without_echo(found: Iterable[Finding]) -> list[Finding]:
    """Leave out a mismatch where a gap says the client's number already."""
    listed = list(found)
    gaps = {one.goal.id for one in listed if one.flag is GoalFlag.GAP and one.goal is not None}
    return [one for one in listed if one.flag is not GoalFlag.MISMATCH or one.goal is None or one.goal.id not in gaps]


def _finding(one: Finding, say: Speech) -> str:
    if one.goal is None or one.flag is GoalFlag.STUCK:
        return say("goals.finding.stuck", ratings=one.ratings, days=one.days)
    if one.flag is GoalFlag.MISMATCH:
        return say("goals.finding.mismatch", words=_brief(one.goal.words), agree=one.agree)
    return say("goals.finding.gap", words=_brief(one.goal.words), agree=one.agree, agree_t=one.agree_t)


def rate_view(of: GoalOf, question: Question, say: Speech) -> View:
    """Ask a therapist how far the two agree, on the scale the client has too."""
    number = encode_id(of.goal.id)
    ratings = [Button(str(rating), data("goal_of", number, "agreed", rating)) for rating in range(TOP + 1)]
    rows = [tuple(ratings[start : start + _WIDE]) for start in range(0, len(ratings), _WIDE)]
    low, high = pick(question.low_anchor, say.code), pick(question.high_anchor, say.code)
    text = say("goals.rate", code=of.episode.code, words=of.goal.words)
    back = (Button(say("button.back"), data("goal_of", number, "show")),)
    return View(f"{text}\n\n{escape(f'0 = {low}')}\n{escape(f'{TOP} = {high}')}", (*rows, back))


def suggest_view(of: GoalOf, say: Speech) -> View:
    """Ask a therapist for other words."""
    back = (Button(say("button.back"), data("goal_of", encode_id(of.goal.id), "show")),)
    text = say("goals.suggest", code=of.episode.code, words=of.goal.words, limit=WORDS_LIMIT)
    return View(text, (back,))


# ---- in a summary ----


def said_lines(code: str, said: GoalSaid | None, say: Speech, *, next_step: bool) -> list[str]:
    """Tell what a check-in said of a goal: the ratings, what there is to talk about, good news."""
    if said is None:
        return []
    lines = ["", say("summary.goal", words=_brief(said.goal.words)), *_ratings(said, say)]
    return [*lines, *_news(code, said, say), *finding_lines(said.findings, say, next_step=next_step)]


def _ratings(said: GoalSaid, say: Speech) -> list[str]:
    lines = []
    if said.progress is not None and said.change:
        lines.append(say("goals.progress.changed", progress=said.progress, change=f"{said.change:+d}"))
    elif said.progress is not None:
        lines.append(say("goals.progress", progress=said.progress))
    return lines if said.agree is None else [*lines, say("goals.agree", agree=said.agree)]


def _news(code: str, said: GoalSaid, say: Speech) -> list[str]:
    lines = [say("goals.of.reached", code=code, words=_brief(goal.words)) for goal in said.news.reached]
    for moved in said.news.moved:
        name = "goals.moved" if len(moved.goals) == 1 else "goals.moved_together"
        lines.append(say(name, words=_brief(moved.goals[0].words), by=say.number(moved.by), days=moved.days))
    return lines


def _brief(words: str) -> str:
    """Shorten words where the goal is only named."""
    return words if len(words) <= _BRIEF else f"{words[: _BRIEF - 1].rstrip()}\N{HORIZONTAL ELLIPSIS}"
