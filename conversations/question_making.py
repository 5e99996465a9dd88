"""From the form of a file to the nouns of the model. Never raises: what makes no sense is told by the checks."""

from collections.abc import Mapping

from conversations.model import FollowUp, NextStep, Option, Question, QuestionSetVersion
from conversations.question_checks import range_of
from conversations.question_form import (
    AllForm,
    AnyForm,
    ComparisonForm,
    ConditionForm,
    FollowUpForm,
    QuestionForm,
    QuestionSetForm,
    ScaleForm,
)
from conversations.scales import Band, Missing, Scale, Threshold
from conversations.show_if import All, Any, Comparator, Comparison, Condition


def version_of(form: QuestionSetForm, version_id: int) -> QuestionSetVersion:
    """Make the version."""
    first = form.fallback or form.languages[0]
    return QuestionSetVersion(
        id=version_id,
        name=form.name,
        number=form.number,
        questions=tuple(question_of(part, first) for part in form.questions),
        note=question_of(form.note, first) if form.note else None,
        talk=question_of(form.talk, first) if form.talk else None,
        follow_ups=tuple(_follow_up(part, first) for part in form.follow_ups),
        scales=tuple(scale_of(part, form, first) for part in form.scales),
    )


def _put_first(texts: Mapping[str, str], language: str) -> dict[str, str]:
    """Order texts so that the language people fall back to comes first."""
    return {name: texts[name] for name in sorted(texts, key=lambda name: name != language)}


def question_of(form: QuestionForm, first: str) -> Question:
    """Make a question; `first` is the language to fall back to."""
    low, high = range_of(form)
    return Question(
        id=form.id,
        kind=form.kind,
        text=_put_first(form.text, first),
        label=_put_first(form.label, first),
        own_label=_put_first(form.own_label, first),
        low_anchor=_put_first(form.low_anchor, first),
        high_anchor=_put_first(form.high_anchor, first),
        minimum=low,
        maximum=high,
        subscale=form.subscale,
        skippable=form.skippable,
        step=form.step,
        decimals=form.decimals,
        options=tuple(Option(one.id, _put_first(one.text, first), one.points) for one in form.options),
        several=form.several,
        skip_label=_put_first(form.skip_label, first),
        show_if=condition_of(form.show_if),
    )


def _follow_up(form: FollowUpForm, first: str) -> FollowUp:
    step = form.next_step
    return FollowUp(
        question=question_of(form, first),
        trigger=condition_of(form.trigger),
        needs=condition_of(form.needs),
        next_step=NextStep(step.at_most, _put_first(step.text, first)) if step else None,
    )


# ---- conditions ----


def condition_of(form: ConditionForm | None) -> Condition | None:
    """Make a condition."""
    if form is None:
        return None
    if isinstance(form, AllForm):
        return All(tuple(part for one in form.all if (part := condition_of(one)) is not None))
    if isinstance(form, AnyForm):
        return Any(tuple(part for one in form.any if (part := condition_of(one)) is not None))
    found = comparisons_of(form)
    return found[0] if len(found) == 1 else All(tuple(found))


def comparisons_of(form: ComparisonForm) -> list[Comparison]:
    """List the comparisons of one line, which must all hold."""
    subject = form.scale or form.question or ""
    return [
        Comparison(subject, comparator, value, of_score=form.scale is not None)
        for comparator in Comparator
        if (value := getattr(form, key_of(comparator))) is not None
    ]


def key_of(comparator: Comparator) -> str:
    """Give the attribute of a form; `is` is no name in Python."""
    return "is_" if comparator is Comparator.IS else comparator.value


# ---- scales ----


def scale_of(form: ScaleForm, whole: QuestionSetForm, first: str) -> Scale:
    """Make a scale; without items it has the questions that name it."""
    flag = form.flag
    return Scale(
        id=form.id,
        items=tuple(items_of(form, whole)),
        label=_put_first(form.label, first),
        direction=form.direction,
        method=form.method,
        reversed_items=frozenset(form.reversed),
        missing_allowed=form.missing.allowed if form.missing else 0,
        missing=form.missing.counts if form.missing else Missing.AS_THE_OTHERS,
        bands=tuple(Band(band.from_, _put_first(band.label, first)) for band in form.bands),
        threshold=Threshold(flag.at_least, flag.at_most) if flag else None,
    )


def items_of(form: ScaleForm, whole: QuestionSetForm) -> list[str]:
    """Give what a scale is made of: what it lists, else the questions that name it as theirs."""
    return list(form.items) or [question.id for question in whole.questions if question.subscale == form.id]
