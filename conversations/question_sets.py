"""Question sets: from the mapping in a file to an immutable `QuestionSetVersion`, or every fault.

This is the part the built-in library needs: ratings, one note question and one wish to talk, in several
languages. The full format (show_if, scales, follow-up pools, FHIR) grows from here.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from conversations.model import Kind, Question, QuestionSetVersion

Text = Annotated[dict[str, Annotated[str, Field(min_length=1, max_length=600)]], Field(min_length=1)]
Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,31}$")]


class QuestionSetFault(ValueError):
    """A question set that cannot be used. `faults` names every reason: where, and what is wrong."""

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(faults))


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


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

    @model_validator(mode="after")
    def _range(self) -> "_QuestionFile":
        if not 0 <= self.minimum < self.maximum <= 10:
            raise ValueError("minimum and maximum must lie between 0 and 10, the lower one first")
        return self


class _QuestionSetFile(_Part):
    name: Identifier
    number: Annotated[int, Field(ge=1)]
    licence: str
    source: str
    languages: Annotated[list[str], Field(min_length=1)]
    draft_languages: list[str] = []
    questions: Annotated[list[_QuestionFile], Field(min_length=1, max_length=50)]
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
    if faults := [*_missing_texts(file), *_repeated_ids(file), *_wrong_kinds(file)]:
        raise QuestionSetFault(faults)
    return _version(file, version_id)


def _sentence(fault: Mapping[str, Any]) -> str:
    place = ".".join(str(part) for part in fault["loc"]) or "file"
    return f"{place}: {fault['msg'].removeprefix('Value error, ')}"


def _all_questions(file: _QuestionSetFile) -> list[_QuestionFile]:
    return [*file.questions, *(part for part in (file.note, file.talk) if part is not None)]


def _missing_texts(file: _QuestionSetFile) -> list[str]:
    return [
        f"{question.id}.{field}: there is no text in {language}"
        for question in _all_questions(file)
        for field in ("text", "label", "own_label", "low_anchor", "high_anchor")
        if (texts := getattr(question, field)) or field == "text"
        for language in file.languages
        if language not in texts
    ]


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


def _version(file: _QuestionSetFile, version_id: int) -> QuestionSetVersion:
    return QuestionSetVersion(
        id=version_id,
        name=file.name,
        number=file.number,
        questions=tuple(_question(part) for part in file.questions),
        note=_question(file.note) if file.note else None,
        talk=_question(file.talk) if file.talk else None,
    )


def _question(part: _QuestionFile) -> Question:
    return Question(**{name: getattr(part, name) for name in _QuestionFile.model_fields})
