"""Question sets: from the mapping in a file to an immutable `QuestionSetVersion`, or every fault.

This is the part the built-in library needs: ratings, a pool of follow-ups, one note question and one wish to talk, in
several languages. The full format (show_if, scales, FHIR) grows from here.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from conversations.model import Condition, FollowUp, Kind, NextStep, Option, Question, QuestionSetVersion

Text = Annotated[dict[str, Annotated[str, Field(min_length=1, max_length=600)]], Field(min_length=1)]
Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,31}$")]


class QuestionSetFault(ValueError):
    """A question set that cannot be used. `faults` names every reason: where, and what is wrong."""

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(faults))


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _OptionFile(_Part):
    id: Identifier
    text: Text


class _QuestionFile(_Part):
    id: Identifier
    kind: Kind
    text: Text
    label: Text = {}
    own_label: Text = {}
    low_anchor: Text = {}
    high_anchor: Text = {}
    minimum: int = 0
    maximum: int = 10
    subscale: Identifier | None = None
    skippable: bool = True
    options: Annotated[list[_OptionFile], Field(max_length=20)] = []
    skip_label: Text = {}

    @model_validator(mode="after")
    def _range(self) -> "_QuestionFile":
        if not 0 <= self.minimum < self.maximum <= 10:
            raise ValueError("minimum and maximum must lie between 0 and 10, the lower one first")
        return self


class _ConditionFile(_Part):
    question: Identifier
    at_least: int = 0
    at_most: int = 10


class _NextStepFile(_Part):
    at_most: int
    text: Text


class _FollowUpFile(_QuestionFile):
    trigger: _ConditionFile | None = None
    needs: _ConditionFile | None = None
    next_step: _NextStepFile | None = None


class _QuestionSetFile(_Part):
    name: Identifier
    number: Annotated[int, Field(ge=1)]
    licence: str
    source: str
    languages: Annotated[list[str], Field(min_length=1)]
    draft_languages: list[str] = []
    questions: Annotated[list[_QuestionFile], Field(min_length=1, max_length=50)]
    follow_ups: Annotated[list[_FollowUpFile], Field(max_length=50)] = []
    note: _QuestionFile | None = None
    talk: _QuestionFile | None = None


def read_question_set(mapping: Mapping[str, Any], version_id: int) -> QuestionSetVersion:
    """Turn a parsed file into a version.

    Raises:
        QuestionSetFault: with every fault found.
    """
    try:
        file = _QuestionSetFile.model_validate(mapping)
    except ValidationError as error:
        raise QuestionSetFault([_sentence(fault) for fault in error.errors(include_input=False)]) from None
    if faults := [*_missing_texts(file), *_repeated_ids(file), *_wrong_kinds(file), *_wrong_pool(file)]:
        raise QuestionSetFault(faults)
    return _version(file, version_id)


def _sentence(fault: Mapping[str, Any]) -> str:
    place = ".".join(str(part) for part in fault["loc"]) or "file"
    return f"{place}: {fault['msg'].removeprefix('Value error, ')}"


def _all_questions(file: _QuestionSetFile) -> list[_QuestionFile]:
    return [*file.questions, *file.follow_ups, *(part for part in (file.note, file.talk) if part is not None)]


_TEXTS = ("text", "label", "own_label", "low_anchor", "high_anchor", "skip_label")


def _missing_texts(file: _QuestionSetFile) -> list[str]:
    return [
        f"{place}: there is no text in {language}"
        for question in _all_questions(file)
        for place, texts in _texts(question)
        for language in file.languages
        if language not in texts
    ]


def _texts(question: _QuestionFile) -> Iterator[tuple[str, dict[str, str]]]:
    """Name every text of a question that is there or must be."""
    for name in _TEXTS:
        if (texts := getattr(question, name)) or name == "text":
            yield f"{question.id}.{name}", texts
    for option in question.options:
        yield f"{question.id}.{option.id}", option.text
    if isinstance(question, _FollowUpFile) and question.next_step is not None:
        yield f"{question.id}.next_step", question.next_step.text


def _repeated_ids(file: _QuestionSetFile) -> list[str]:
    ids = [question.id for question in _all_questions(file)]
    return [f"{name}: this id is used more than once" for name in sorted({i for i in ids if ids.count(i) > 1})]


def _wrong_kinds(file: _QuestionSetFile) -> list[str]:
    faults = [
        f"{question.id}: only ratings are asked in turn"
        for question in file.questions
        if question.kind is not Kind.RATING
    ]
    if file.note is not None and file.note.kind is not Kind.TEXT:
        faults.append("note: this question takes a text")
    if file.talk is not None and file.talk.kind is not Kind.YES_NO:
        faults.append("talk: this question takes yes or no")
    return faults


def _wrong_pool(file: _QuestionSetFile) -> list[str]:
    """Name follow-ups that cannot be asked, and conditions on what was not asked before."""
    rated = {question.id for question in file.questions}
    faults = [f"{one.id}: a choice offers at least two options" for one in file.follow_ups if _lacks_options(one)]
    faults += [f"{one.id}: a follow-up is a rating, a choice or a text" for one in file.follow_ups if _is_odd(one)]
    return faults + [
        f"{one.id}.{name}: there is no question {condition.question}"
        for one in file.follow_ups
        for name, condition in (("trigger", one.trigger), ("needs", one.needs))
        if condition is not None and condition.question not in rated
    ]


def _lacks_options(question: _QuestionFile) -> bool:
    return question.kind is Kind.CHOICE and len(question.options) < 2


def _is_odd(question: _QuestionFile) -> bool:
    return question.kind is Kind.YES_NO


def _version(file: _QuestionSetFile, version_id: int) -> QuestionSetVersion:
    return QuestionSetVersion(
        id=version_id,
        name=file.name,
        number=file.number,
        questions=tuple(_question(part) for part in file.questions),
        note=_question(file.note) if file.note else None,
        talk=_question(file.talk) if file.talk else None,
        follow_ups=tuple(_follow_up(part) for part in file.follow_ups),
    )


def _question(part: _QuestionFile) -> Question:
    plain = {name: getattr(part, name) for name in _QuestionFile.model_fields}
    return Question(**plain | {"options": tuple(Option(one.id, one.text) for one in part.options)})


def _follow_up(part: _FollowUpFile) -> FollowUp:
    return FollowUp(
        question=_question(part),
        trigger=_condition(part.trigger),
        needs=_condition(part.needs),
        next_step=NextStep(part.next_step.at_most, part.next_step.text) if part.next_step else None,
    )


def _condition(part: _ConditionFile | None) -> Condition | None:
    return Condition(part.question, part.at_least, part.at_most) if part else None
