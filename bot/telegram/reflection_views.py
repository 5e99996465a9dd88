"""How the attachment reflection looks: to its client, and to the therapist it was shared with. Pure."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from bot.telegram.buttons import Button, View, data, encode_id
from bot.texts import Speech, escape, pick
from conversations.attachment import Lean
from conversations.reflection import ASK, HIGHEST, OUTCOME, STORIES, State, Stories
from conversations.reflection_texts import ReflectionTexts
from conversations.risk import may_point_to_danger

VERB = "r"
_WIDE = 6
"""Rating buttons in a row: 0-5 above 6-10, wide enough for a thumb."""
Rows = tuple[tuple[Button, ...], ...]


def intro_view(texts: ReflectionTexts, say: Speech, *, again: bool) -> View:
    """Say what is coming and that it is the client's own; `again` says that an earlier one will be replaced."""
    parts = [escape(pick(texts.intro, say.code)), say("reflection.yours")]
    if again:
        parts.append(say("reflection.replaces"))
    start = Button(say("button.start"), data(VERB, "start"))
    return View("\n\n".join(parts), ((start,), (Button(say("button.not_now"), data(VERB, "later")),)))


def reflection_view(stories: Stories, texts: ReflectionTexts, say: Speech, zone: ZoneInfo) -> View:
    """Draw a reflection as it stands."""
    if stories.state is State.OPEN:
        return _PLACES.get(stories.place, _story)(stories, texts, say)
    if stories.state is State.LEFT:
        rows = ((_button(stories, say("button.go_on"), "go"),), (_button(stories, say("button.delete"), "delete"),))
        return View(say("reflection.left"), rows)
    return closed_view(stories, texts, say, zone, whole=False)


def _button(stories: Stories, label: str, *arguments: str | int) -> Button:
    return Button(label, data(VERB, encode_id(stories.id), *arguments))


def _story(stories: Stories, texts: ReflectionTexts, say: Speech) -> View:
    counter = say("question.counter", position=stories.position + 1, total=len(stories.order))
    story = escape(pick(texts.story(stories.place).text, say.code))
    low, high = pick(texts.low_anchor, say.code), pick(texts.high_anchor, say.code)
    parts = [f"{counter}  {story}", f"<b>{say('reflection.how_much')}</b>", escape(f"0 = {low}\n{HIGHEST} = {high}")]
    if (before := stories.ratings.get(stories.place)) is not None:
        parts.append(say("question.before", rating=before))
    return View("\n\n".join(parts), (*_ratings(stories), _moving(stories, say, "skip")))


def _ratings(stories: Stories) -> Rows:
    buttons = [_button(stories, str(rating), "a", stories.place, rating) for rating in range(HIGHEST + 1)]
    return tuple(tuple(buttons[at : at + _WIDE]) for at in range(0, len(buttons), _WIDE))


def _moving(stories: Stories, say: Speech, skip: str) -> tuple[Button, ...]:
    back = [_button(stories, say("button.back"), "back", stories.place)] if stories.position else []
    return (*back, _button(stories, say("button.skip"), skip, stories.place))


def _ask(stories: Stories, texts: ReflectionTexts, say: Speech) -> View:
    parts = [say("note.ask", question=pick(texts.ask, say.code)), say("reflection.words.yours")]
    if stories.words:
        parts.append(say("reflection.words.before"))
    return View("\n\n".join(parts), (_moving(stories, say, "pass"),))


# ---- what it comes to ----


def outcome_text(stories: Stories, texts: ReflectionTexts, say: Speech) -> str:
    """Say in words what the answers lean towards; never a score."""
    outcome = stories.outcome
    if outcome is None:
        return say("reflection.incomplete")
    if outcome.lean is Lean.MIXED:
        return f"{say('reflection.mixed')}\n\n{say('reflection.can_change')}"
    lean = pick(texts.story(outcome.lean.value).lean, say.code)
    return f"{say('reflection.leans', lean=lean)}\n\n{say('reflection.can_change')}"


def _outcome(stories: Stories, texts: ReflectionTexts, say: Speech) -> View:
    parts = [outcome_text(stories, texts, say)]
    if stories.words:
        parts.append(say("reflection.words.kept"))
    parts.append(say("reflection.decide" if stories.can_be_shared else "reflection.decide.nothing"))
    back = _button(stories, say("button.back"), "back", stories.place)
    keep = _button(stories, say("button.keep_private"), "keep")
    share = ((_button(stories, say("button.share"), "share"),),) if stories.can_be_shared else ()
    return View("\n\n".join(parts), (*share, (keep,), (_button(stories, say("button.delete"), "delete"), back)))


_PLACES: dict[str, Callable[[Stories, ReflectionTexts, Speech], View]] = {ASK: _ask, OUTCOME: _outcome}
assert not set(STORIES) & set(_PLACES)  # noqa: S101 - a story is drawn as one


def closed_view(stories: Stories, texts: ReflectionTexts, say: Speech, zone: ZoneInfo, *, whole: bool) -> View:
    """Draw a reflection the client has decided about; `whole` shows what it came to."""
    closed_at, again_at = stories.closed_at or stories.started_at, stories.again_at or stories.started_at
    name = "reflection.shared.on" if stories.state is State.SHARED else "reflection.private.since"
    again = say("reflection.again", day=say.day(again_at.astimezone(zone).date()))
    text = f"{say(name, day=say.day(closed_at.astimezone(zone).date()))} {again}"
    if whole:
        text = f"{text}\n\n{outcome_text(stories, texts, say)}"
    return View(text, _closed_rows(stories, say, whole=whole))


def _closed_rows(stories: Stories, say: Speech, *, whole: bool) -> Rows:
    label = say("button.hide") if whole else say("button.show")
    first = [_button(stories, label, "show", int(not whole))]
    if stories.state is State.PRIVATE and stories.can_be_shared:
        first.append(_button(stories, say("button.share"), "share"))
    return (tuple(first), (_button(stories, say("button.delete"), "delete"),))


# ---- to the therapist ----


def told_view(stories: Stories, code: str, say: Speech) -> View:
    """Say only that a reflection was shared."""
    opens = Button(say("button.open"), data("reflected", encode_id(stories.id)))
    return View(say("reflection.notice", code=code), ((opens,),))


def shared_view(stories: Stories, texts: ReflectionTexts, code: str, say: Speech) -> View:
    """Show what the client shared: the lean in words, what may help, their own words, and on what all this rests."""
    parts = [say("reflection.told.title", code=code), _told_lean(stories, texts, say)]
    if stories.words:
        asked = pick(texts.ask, say.code)
        parts.append(say("reflection.told.words", question=asked, code=code, text=stories.words))
    if may_point_to_danger(stories.words):
        parts.insert(0, say("risk.shared", code=code))
    return View("\n\n".join([*parts, f"<i>{escape(pick(texts.footer, say.code))}</i>"]))


def _told_lean(stories: Stories, texts: ReflectionTexts, say: Speech) -> str:
    outcome = stories.outcome
    if outcome is None:
        return say("reflection.told.incomplete")
    hint = escape(pick(texts.hint(outcome.lean), say.code))
    if outcome.lean is Lean.MIXED:
        return f"{say('reflection.told.mixed')}\n{hint}"
    return f"{say('reflection.told.leans', face=pick(texts.story(outcome.lean.value).face, say.code))}\n{hint}"
