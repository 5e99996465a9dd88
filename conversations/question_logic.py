"""What is wrong with the logic of a set: conditions and scales that name nothing, lie outside or never hold."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field

from conversations.faults import Fault, Path, Places
from conversations.model import Kind, Question
from conversations.question_checks import Found
from conversations.question_form import (
    COMPARISONS,
    AllForm,
    ComparisonForm,
    ConditionForm,
    QuestionForm,
    QuestionSetForm,
    ScaleForm,
)
from conversations.question_making import comparisons_of, condition_of, items_of, question_of, scale_of
from conversations.reach import can_hold
from conversations.scales import Direction, Scale
from conversations.scoring import Range, in_order, ranges_of
from conversations.show_if import Comparator, Comparison
from conversations.stand_in import names_of


@dataclass(frozen=True, slots=True)
class _Whole:
    """A set as its logic sees it."""

    form: QuestionSetForm
    questions: Mapping[str, Question]
    order: Mapping[str, int]
    scales: Mapping[str, Scale]
    ranges: Mapping[str, Range]
    unsure: frozenset[str] = frozenset()
    never: set[str] = field(default_factory=set)


def logic_faults(form: QuestionSetForm, places: Places, broken: Collection[Path] = ()) -> list[Fault]:
    """Check conditions, follow-ups and scales; every fault at the place where it stands.

    Args:
        form: the set, in which a stand-in may have the place of a part.
        places: where its parts stand.
        broken: the paths of those stand-ins; what names one is not looked at.
    """
    questions = {one.id: question_of(one, "en") for one in form.questions}
    scales = {one.id: scale_of(one, form, "en") for one in form.scales}
    ranges = ranges_of(list(scales.values()), list(questions.values()))
    order = {one.id: number for number, one in enumerate(form.questions)}
    whole = _Whole(form, questions, order, scales, ranges, names_of(form, broken))
    found = (fault for check in _CHECKS for fault in check(whole))
    return [Fault(places.of(path), sentence, path) for path, sentence in found]


# ---- conditions ----


def _conditions(whole: _Whole) -> Iterator[Found]:
    for number, question in enumerate(whole.form.questions):
        yield from _condition(whole, question, "show_if", ("questions", number), number)
    after = len(whole.form.questions)
    for number, follow_up in enumerate(whole.form.follow_ups):
        for key in ("trigger", "needs"):
            yield from _condition(whole, follow_up, key, ("follow_ups", number), after)
        if follow_up.show_if is not None:
            yield ("follow_ups", number, "show_if"), "A follow-up has needs in place of show_if."
    for key in ("note", "talk"):
        if (part := getattr(whole.form, key)) is not None and part.show_if is not None:
            yield (key, "show_if"), "The note and the wish to talk are always offered. Delete this."


def _condition(whole: _Whole, question: QuestionForm, key: str, path: Path, before: int) -> Iterator[Found]:
    form: ConditionForm | None = getattr(question, key)
    if form is None:
        return
    found = list(_parts(form, (*path, key)))
    if len(found) > COMPARISONS:
        yield (*path, key), f"A condition has at most {COMPARISONS} comparisons."
        return
    faults = [fault for place, one in found for fault in _comparison(whole, one, place, before)]
    yield from faults
    named = {one.question or one.scale for _, one in found}
    if (
        not faults
        and not named & whole.unsure
        and not can_hold(condition_of(form), whole.questions, whole.ranges, whole.never)
    ):
        whole.never.add(question.id)
        yield (*path, key), "This can never hold, so the question would never be asked."


def _parts(form: ConditionForm, path: Path) -> Iterator[tuple[Path, ComparisonForm]]:
    if isinstance(form, ComparisonForm):
        yield path, form
        return
    key, parts = ("all", form.all) if isinstance(form, AllForm) else ("any", form.any)
    for number, part in enumerate(parts):
        yield from _parts(part, (*path, key, number))


def _comparison(whole: _Whole, form: ComparisonForm, path: Path, before: int) -> Iterator[Found]:
    if (form.question is None) == (form.scale is None):
        yield path, "A comparison names one question or one scale."
        return
    if (form.question or form.scale) in whole.unsure:
        return
    found = comparisons_of(form)
    if not found:
        known = ", ".join(comparator.value for comparator in Comparator)
        yield path, f"Nothing is compared here. Add one of: {known}."
    subject = _subject_fault(whole, form, before)
    if subject:
        yield (*path, "question" if form.question else "scale"), subject
        return
    for one in found:
        if said := _wrong_value(whole, one):
            yield (*path, one.comparator.value), said


def _subject_fault(whole: _Whole, form: ComparisonForm, before: int) -> str:
    if form.question is not None:
        if form.question not in whole.order:
            return "There is no question with this id among the questions."
        later = whole.order[form.question] >= before
        return "A condition looks at earlier questions only; this one is not asked before." if later else ""
    if form.scale is None or form.scale not in whole.scales:
        return "There is no scale with this id."
    if form.scale not in whole.ranges:
        return "This scale cannot be scored, so nothing can depend on it."
    later = any(whole.order.get(name, 0) >= before for name in _deep_items(whole, form.scale))
    return "A condition looks at earlier questions only; this scale has one that is not asked before." if later else ""


def _deep_items(whole: _Whole, scale: str) -> Iterator[str]:
    """List the questions a scale rests on, those of its subscales too. Only for scales with a range: no cycles."""
    for item in whole.scales[scale].items:
        if item in whole.scales:
            yield from _deep_items(whole, item)
        else:
            yield item


_ORDERED = (Comparator.AT_LEAST, Comparator.AT_MOST, Comparator.ABOVE, Comparator.BELOW)


def _wrong_value(whole: _Whole, one: Comparison) -> str:
    if one.comparator is Comparator.ANSWERED:
        return ""
    if one.of_score:
        return _wrong_number(one, whole.ranges[one.subject])
    question = whole.questions[one.subject]
    if question.kind is Kind.TEXT:
        return "A text can only be asked for with answered."
    if question.kind is Kind.CHOICE:
        return _wrong_option(one, question)
    if question.kind is Kind.YES_NO:
        plain = isinstance(one.value, bool) and one.comparator in (Comparator.IS, Comparator.IS_NOT)
        return "" if plain else "Yes or no is compared with is: true or is: false."
    return _wrong_number(one, (question.minimum, question.maximum))


def _wrong_option(one: Comparison, question: Question) -> str:
    if (one.comparator is Comparator.INCLUDES) != question.several or one.comparator in _ORDERED:
        return f"This choice is compared with {'includes' if question.several else 'is or is_not'}."
    known = any(option.id == one.value for option in question.options)
    return "" if known else "The question has no option with this id."


def _wrong_number(one: Comparison, limits: Range) -> str:
    if isinstance(one.value, bool | str):
        return "This is compared with a number."
    low, high = limits
    if low <= one.value <= high:
        return ""
    return f"This lies outside: answers and scores go from {low:g} to {high:g} here."


# ---- follow-ups ----


def _next_steps(whole: _Whole) -> Iterator[Found]:
    for number, follow_up in enumerate(whole.form.follow_ups):
        step = follow_up.next_step
        if step is None:
            continue
        path: Path = ("follow_ups", number, "next_step")
        question = question_of(follow_up, "en")
        if follow_up.kind is not Kind.RATING:
            yield path, "A next step goes with a rating only."
        elif not question.minimum <= step.at_most <= question.maximum:
            yield (
                (*path, "at_most"),
                f"This lies outside: ratings go from {question.minimum} to {question.maximum} here.",
            )


# ---- scales ----


def _subscales(whole: _Whole) -> Iterator[Found]:
    for number, question in enumerate(whole.form.questions):
        known = question.subscale is None or not whole.form.scales or question.subscale in whole.scales
        if not known and not whole.unsure:
            yield ("questions", number, "subscale"), "There is no scale with this id."


def _scales(whole: _Whole) -> Iterator[Found]:
    sound = {scale.id for scale in in_order(list(whole.scales.values()))}
    for number, form in enumerate(whole.form.scales):
        path: Path = ("scales", number)
        items = list(_items(whole, form, path))
        yield from items
        if not items and form.id not in sound:
            yield path, "This scale is made of itself, directly or by way of another one."
        yield from _rules(whole, form, path)
        if not items and form.id in whole.ranges:
            yield from _marks(form, path, whole.ranges[form.id])


def _items(whole: _Whole, form: ScaleForm, path: Path) -> Iterator[Found]:
    named = items_of(form, whole.form)
    if not named:
        yield path, "This scale has no items: list them, or name the scale as subscale of a question."
    for number, item in enumerate(named):
        place = (*path, "items", number) if form.items else path
        if item in named[:number]:
            yield place, "This item is in the list twice."
        elif said := _no_item(whole, item):
            yield place, said


def _no_item(whole: _Whole, item: str) -> str:
    if item in whole.scales or item in whole.unsure:
        return ""
    question = whole.questions.get(item)
    if question is None:
        return "There is no question and no scale with this id."
    if question.kind is Kind.TEXT:
        return "A text cannot be scored."
    if question.kind is Kind.CHOICE and any(option.points is None for option in question.options):
        return f"Every option of the question {item} needs points, so that it can be scored."
    return ""


def _rules(whole: _Whole, form: ScaleForm, path: Path) -> Iterator[Found]:
    items = items_of(form, whole.form)
    for number, name in enumerate(form.reversed):
        if name not in items:
            yield (*path, "reversed", number), "This is not among the items of the scale."
    if form.missing is not None and items and form.missing.allowed >= len(items):
        yield (
            (*path, "missing", "allowed"),
            "At least one item must have an answer, so fewer can be allowed to be missing.",
        )


def _marks(form: ScaleForm, path: Path, limits: Range) -> Iterator[Found]:
    low, high = limits
    outside = f"This lies outside the scale, which goes from {low:g} to {high:g}."
    for number, band in enumerate(form.bands):
        place = (*path, "bands", number, "from")
        if not low <= band.from_ <= high:
            yield place, outside
        elif number == 0 and band.from_ > low:
            yield place, f"The first band must begin where the scale does, at {low:g}."
        elif number and band.from_ <= form.bands[number - 1].from_:
            yield place, "Bands go upwards: this one must begin above the one before."
    yield from _flag(form, path, limits, outside)


def _flag(form: ScaleForm, path: Path, limits: Range, outside: str) -> Iterator[Found]:
    flag = form.flag
    if flag is None:
        return
    if (flag.at_least is None) == (flag.at_most is None):
        yield (*path, "flag"), "A flag has either at_least or at_most."
        return
    key, value = ("at_least", flag.at_least) if flag.at_least is not None else ("at_most", flag.at_most)
    if value is not None and not limits[0] <= value <= limits[1]:
        yield (*path, "flag", key), outside
    worse = "at_least" if form.direction is Direction.HIGHER_IS_WORSE else "at_most"
    if key != worse:
        yield (*path, "flag", key), f"With {form.direction.value} a flag looks at {worse}."


_CHECKS: tuple[Callable[[_Whole], Iterator[Found]], ...] = (_scales, _subscales, _conditions, _next_steps)
