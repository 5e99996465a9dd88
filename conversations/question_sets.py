"""Question sets: from a file, or the mapping it was published as, to an immutable version; or every fault at once.

    file -> question_files (what stands where) -> question_form (its form) -> question_checks, question_logic
         -> question_making (the version)

A file may also be a FHIR Questionnaire (`conversations/fhir`), which is turned into the same mapping first.
"""

from collections.abc import Collection, Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError

from conversations.faults import Fault, Path, Place, Places, QuestionSetFault
from conversations.fhir.reading import is_questionnaire, opened_questionnaire
from conversations.model import QuestionSetVersion
from conversations.question_checks import faults_of
from conversations.question_files import Opened, open_file
from conversations.question_form import QuestionSetForm
from conversations.question_logic import logic_faults
from conversations.question_making import version_of
from conversations.question_sentences import sentences
from conversations.stand_in import stand_in

__all__ = ["QuestionSetFault", "check_parts", "read_file", "read_question_set", "schema"]

PARTS = ("questions", "follow_ups", "scales")
"""The lists of a set."""


def read_question_set(mapping: Mapping[str, Any], version_id: int) -> QuestionSetVersion:
    """Turn the mapping of a file into a version.

    Raises:
        QuestionSetFault: with every fault found; each has its path, and line 1 for want of a file.
    """
    return version_of(_checked(Opened(mapping, Places())), version_id)


def check_parts(mapping: Mapping[str, Any]) -> None:
    """Check the mapping of a file as a file is checked; each part counts as a line, so that no fault hides another.

    Raises:
        QuestionSetFault: with every fault found; each has its path.
    """
    parts = [(key, number) for key in PARTS for number in range(len(mapping.get(key, ())))]
    _checked(Opened(mapping, Places({path: Place(line) for line, path in enumerate(parts, 2)})))


def read_file(raw: bytes) -> dict[str, Any]:
    """Read a file (ours in YAML or JSON, or a FHIR Questionnaire) into the mapping that `read_question_set` takes.

    Raises:
        QuestionSetFault: with every fault found, each with its line and column.
    """
    opened = open_file(raw)
    if is_questionnaire(opened.content):
        opened = opened_questionnaire(opened)
    _checked(opened)
    content: dict[str, Any] = opened.content
    return content


def schema() -> dict[str, Any]:
    """Give the JSON Schema of a file, so that editors complete and check it."""
    about = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return about | TypeAdapter(QuestionSetForm).json_schema()


def _checked(opened: Opened) -> QuestionSetForm:
    if not isinstance(opened.content, Mapping):
        raise QuestionSetFault(
            [*opened.faults, Fault(Place(), "A question set is made of keys, the first one is name.")]
        )
    form, wrong = _shaped(opened)
    broken = {fault.path for fault in wrong} | opened.broken
    found = [fault for fault in wrong if not _within(fault.path, opened.broken)]
    if form is None:
        form = stand_in(opened.content, broken)
    if form is not None:
        found += _looked_over(form, opened.places, broken)
    if faults := [*opened.faults, *found]:
        raise QuestionSetFault(faults)
    assert form is not None  # noqa: S101 - without a form there are faults
    return form


def _shaped(opened: Opened) -> tuple[QuestionSetForm | None, list[Fault]]:
    try:
        return QuestionSetForm.model_validate(opened.content), []
    except ValidationError as error:
        return None, sentences(error, opened.places)


def _looked_over(form: QuestionSetForm, places: Places, broken: Collection[Path]) -> list[Fault]:
    """Look at parts together; what is said about a part that has no form, or because of it, is left out."""
    parts = {path[:2] for path in broken}
    found = [*faults_of(form, places, parts), *logic_faults(form, places, parts)]
    return [fault for fault in found if fault.path[:2] not in parts and fault.path[:1] not in parts]


def _within(path: Path, broken: Collection[Path]) -> bool:
    return any(path[: len(one)] == one for one in broken)
