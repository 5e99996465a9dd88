"""What is wrong with a question set although each of its parts is well formed: checks that look at parts together."""

from collections.abc import Callable, Collection, Iterator, Mapping

from conversations.faults import Fault, Path, Places
from conversations.model import Kind
from conversations.question_form import BUTTON_LIMIT, FollowUpForm, QuestionForm, QuestionSetForm

Found = tuple[Path, str]
"""Where, and what is wrong. The path is of the value; a fault about a key has its place all the same."""

Placed = tuple[Path, QuestionForm]

RATINGS = 11
"""Buttons of one rating question."""
SCREEN = 3500
"""UTF-16 units of one message, of Telegram's 4,096: the rest is room for what stands around a text."""
NAME = 60
"""UTF-16 units of a question's short name."""
_TEXTS = ("text", "label", "own_label", "low_anchor", "high_anchor", "skip_label")


def faults_of(form: QuestionSetForm, places: Places, broken: Collection[Path] = ()) -> list[Fault]:
    """Check a whole set; every fault at the place where it stands.

    Args:
        form: the set, in which a stand-in may have the place of a part.
        places: where its parts stand.
        broken: the paths of those stand-ins.
    """
    about_languages = () if ("languages",) in broken else (_languages, _screens)
    found = (fault for check in (*CHECKS, *about_languages) for fault in check(form))
    return [Fault(places.of(path), sentence, path) for path, sentence in found]


def all_questions(form: QuestionSetForm) -> list[Placed]:
    """List the set's questions, its follow-ups, its note and its wish, with their paths."""
    own: list[Placed] = [(("questions", number), question) for number, question in enumerate(form.questions)]
    own += [(("follow_ups", number), question) for number, question in enumerate(form.follow_ups)]
    return [*own, *(((name,), part) for name in ("note", "talk") if (part := getattr(form, name)) is not None)]


def units(text: str) -> int:
    """Count a text as Telegram does, in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


# ---- ids ----


def _ids(form: QuestionSetForm) -> Iterator[Found]:
    seen: set[str] = set()
    named = [((*path, "id"), question.id) for path, question in all_questions(form)]
    named += [(("scales", number, "id"), scale.id) for number, scale in enumerate(form.scales)]
    for path, name in named:
        if name in seen:
            yield path, f"The id {name} is used more than once. Every question and scale needs its own."
        seen.add(name)


def _option_ids(form: QuestionSetForm) -> Iterator[Found]:
    for path, question in all_questions(form):
        seen: set[str] = set()
        for number, option in enumerate(question.options):
            if option.id in seen:
                yield (*path, "options", number, "id"), "This option's id is used twice in the same question."
            seen.add(option.id)


# ---- kinds ----


def _kinds(form: QuestionSetForm) -> Iterator[Found]:
    for path, question in all_questions(form):
        for key in sorted(question.model_fields_set & _ONLY_FOR.keys()):
            if question.kind not in _ONLY_FOR[key]:
                kinds = " and ".join(_ONLY_FOR[key])
                yield (*path, key), f"{key} goes with the kind {kinds} only. Delete it."
        yield from ((path if key is None else (*path, key), said) for key, said in _RANGES[question.kind](question))
    if form.note is not None and form.note.kind is not Kind.TEXT:
        yield ("note", "kind"), "The note takes a text, so its kind must be text."
    if form.talk is not None and form.talk.kind is not Kind.YES_NO:
        yield ("talk", "kind"), "The wish to talk takes yes or no, so its kind must be yes_no."


_ONLY_FOR: Mapping[str, tuple[Kind, ...]] = {
    "low_anchor": (Kind.RATING,),
    "high_anchor": (Kind.RATING,),
    "minimum": (Kind.RATING, Kind.NUMBER),
    "maximum": (Kind.RATING, Kind.NUMBER),
    "step": (Kind.RATING,),
    "decimals": (Kind.NUMBER,),
    "options": (Kind.CHOICE,),
    "several": (Kind.CHOICE,),
}

OfQuestion = Iterator[tuple[str | None, str]]


def _rating(question: QuestionForm) -> OfQuestion:
    low, high = range_of(question)
    if not 0 <= low < high <= 100:
        key = "maximum" if question.maximum is not None else "minimum"
        yield key, "A rating goes from minimum to maximum, within 0 and 100, the lower one first."
    elif (high - low) % question.step:
        yield "step", "With this step the ratings do not end at the maximum."
    elif (high - low) // question.step + 1 > RATINGS:
        yield "maximum", f"A rating has at most {RATINGS} buttons. Take a larger step or a smaller range."


def _number(question: QuestionForm) -> OfQuestion:
    if question.minimum is None or question.maximum is None:
        yield None, "A number needs a minimum and a maximum, so that a slip of the finger is seen."
    elif question.minimum >= question.maximum:
        yield "maximum", "The maximum must be higher than the minimum."


def _choice(question: QuestionForm) -> OfQuestion:
    if not question.options:
        yield None, "A choice needs options."


def _anything(_question: QuestionForm) -> OfQuestion:
    return iter(())


_RANGES: Mapping[Kind, Callable[[QuestionForm], OfQuestion]] = {
    Kind.RATING: _rating,
    Kind.NUMBER: _number,
    Kind.CHOICE: _choice,
    Kind.YES_NO: _anything,
    Kind.TEXT: _anything,
}


def range_of(question: QuestionForm) -> tuple[int, int]:
    """Give the lowest and highest rating."""
    low = 0 if question.minimum is None else question.minimum
    return low, 10 if question.maximum is None else question.maximum


# ---- texts ----


def texts_of(form: QuestionSetForm) -> Iterator[tuple[Path, Mapping[str, str]]]:
    """List every text of a set, with its path."""
    for path, question in all_questions(form):
        yield from (((*path, key), getattr(question, key)) for key in _TEXTS)
        yield from (((*path, "options", number, "text"), one.text) for number, one in enumerate(question.options))
        if isinstance(question, FollowUpForm) and question.next_step is not None:
            yield (*path, "next_step", "text"), question.next_step.text
    for number, scale in enumerate(form.scales):
        yield ("scales", number, "label"), scale.label
        for position, band in enumerate(scale.bands):
            yield ("scales", number, "bands", position, "label"), band.label
    yield ("title",), form.title


def _languages(form: QuestionSetForm) -> Iterator[Found]:
    for path, texts in texts_of(form):
        for language in form.languages:
            if texts and language not in texts:
                yield path, f"There is no text in {language}, one of the languages of the set."
        for language in texts:
            if language not in form.languages:
                yield (*path, language), "This language is not in the list of languages of the set."
    yield from _lists_of_languages(form)


def _lists_of_languages(form: QuestionSetForm) -> Iterator[Found]:
    named = [(("draft_languages", number), name) for number, name in enumerate(form.draft_languages)]
    if form.fallback is not None:
        named.append((("fallback", 0), form.fallback))
    for path, name in named:
        if name not in form.languages:
            yield path, "This is not one of the languages of the set."
    for number, name in enumerate(form.languages):
        if name in form.languages[:number]:
            yield ("languages", number), "This language is in the list twice."


def _buttons(form: QuestionSetForm) -> Iterator[Found]:
    for path, question in all_questions(form):
        labels = [((*path, "options", number, "text"), one.text) for number, one in enumerate(question.options)]
        for place, texts in (*labels, ((*path, "skip_label"), question.skip_label)):
            for language, text in texts.items():
                if units(text) > BUTTON_LIMIT:
                    yield (*place, language), f"A button has room for {BUTTON_LIMIT} characters; this is {units(text)}."


def _names(form: QuestionSetForm) -> Iterator[Found]:
    for path, question in all_questions(form):
        for key in ("label", "own_label"):
            for language, text in getattr(question, key).items():
                if units(text) > NAME:
                    yield (*path, key, language), f"A short name has room for {NAME} characters; this is {units(text)}."


def _screens(form: QuestionSetForm) -> Iterator[Found]:
    """Look whether each question, and the list of all answers, fits into one message of Telegram."""
    for path, question in all_questions(form):
        for language in form.languages:
            needed = sum(
                units(texts.get(language, "")) for texts in (question.text, question.low_anchor, question.high_anchor)
            )
            if needed > SCREEN:
                yield (
                    (*path, "text", language),
                    f"The question does not fit into one message: {needed} characters of {SCREEN}.",
                )
    for language in form.languages:
        needed = sum(units(_shown_name(question, language)) + 20 for question in form.questions)
        if needed > SCREEN:
            said = f"The answers do not fit into one message in {language}: {needed} characters of {SCREEN}."
            yield ("questions",), f"{said} Give the questions a short label."


def _shown_name(question: QuestionForm, language: str) -> str:
    return (question.own_label or question.label or question.text).get(language, "")


def _schedule(form: QuestionSetForm) -> Iterator[Found]:
    if form.schedule is None:
        return
    nth = form.schedule.ask == "every_nth_session"
    if nth and form.schedule.every is None:
        yield ("schedule",), "every_nth_session needs every: after how many sessions it is asked."
    if not nth and form.schedule.every is not None:
        yield ("schedule", "every"), "every goes with every_nth_session only. Delete it."


CHECKS: tuple[Callable[[QuestionSetForm], Iterator[Found]], ...] = (
    _ids,
    _option_ids,
    _kinds,
    _buttons,
    _names,
    _schedule,
)
