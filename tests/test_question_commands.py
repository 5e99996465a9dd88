"""`attune questions`, as an admin meets it in a shell."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.__main__ import main
from conversations.question_sets import read_file

SETS = Path(__file__).parent / "conversations" / "sets"
FAULTY = Path(__file__).parent / "conversations" / "faulty"


def attune(*words: str, given: str = "") -> Result:
    return CliRunner().invoke(main, ["questions", *words], input=given)


def test_check_names_every_fault_with_file_line_and_column_and_ends_with_1() -> None:
    path = FAULTY / "21_bands.yaml"
    done = attune("check", str(SETS / "phq8.json"), str(path))
    assert done.exit_code == 1
    assert done.output.splitlines()[0] == f"{path}:15:16: The first band must begin where the scale does, at 0."
    assert len(done.output.splitlines()) == 3


def test_check_of_good_files_says_so() -> None:
    done = attune("check", str(SETS / "phq8.json"), str(SETS / "gad7.json"))
    assert (done.exit_code, done.output) == (0, "2 good.\n")


def test_preview_walks_a_set_with_the_words_of_the_chat() -> None:
    done = attune("preview", "session_checkin", given="a\n9\n3\na\n8\n8\n9\na\n")
    assert done.exit_code == 0, done.output
    assert "How safe did it feel to be yourself with your therapist?" in done.output
    assert "[0] [1] [2]" in done.output
    assert "Being yourself: 9" in done.output
    assert "Same aims: 8" in done.output  # Back, and answered anew
    assert "Sent" in done.output


def test_preview_speaks_the_clients_language() -> None:
    assert "Wie sicher" in attune("preview", "session_checkin", "--language", "de", given="a\n").output


def test_preview_of_a_faulty_file_names_its_faults() -> None:
    done = attune("preview", str(FAULTY / "31_broken.json"))
    assert done.exit_code == 1
    assert "4:31: There is a comma too many" in done.output


def test_an_unknown_name_is_told_with_those_there_are() -> None:
    done = attune("export", "sesion_checkin")
    assert done.exit_code == 1
    assert "session_checkin" in done.output


@pytest.mark.parametrize("words", [("export", "session_checkin"), ("export", "session_checkin", "--fhir")])
def test_what_is_exported_can_be_read_again(words: tuple[str, ...]) -> None:
    assert read_file(attune(*words).output.encode())["name"] == "session_checkin"


def test_the_schema_is_json_that_names_every_key() -> None:
    schema = json.loads(attune("schema").output)
    assert {"name", "questions", "scales", "follow_ups", "has_risk_item"} <= schema["properties"].keys()


def test_the_built_in_sets_are_listed() -> None:
    listed = attune("list").output
    assert "session_checkin  version" in listed
    assert "short_form  version 1, 2 questions, en, es, de, CC0-1.0" in listed
