"""`attune questions`: check, preview, export and list question sets from a shell."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from bot.practice import BUILT_IN
from bot.preview import walk
from conversations import question_sets
from conversations.faults import QuestionSetFault
from conversations.fhir.writing import questionnaire
from conversations.question_writing import as_yaml

questions = typer.Typer(no_args_is_help=True, help="Question sets: check, preview, export, list.")

Files = Annotated[
    list[Path], typer.Argument(help="YAML, or a FHIR R4 Questionnaire as JSON.", exists=True, dir_okay=False)
]
Source = Annotated[str, typer.Argument(help="A file, or the name of a built-in set.")]


@questions.command()
def check(files: Files) -> None:
    """Name every fault as FILE:LINE:COL: what is wrong. Ends with 1 if there is any."""
    faults = [f"{path}:{fault}" for path in files for fault in _faults(path)]
    for line in faults:
        typer.echo(line)
    if faults:
        raise typer.Exit(1)
    typer.echo(f"{len(files)} good." if len(files) > 1 else "Good.")


def _faults(path: Path) -> Iterator[str]:
    try:
        question_sets.read_file(path.read_bytes())
    except QuestionSetFault as fault:
        yield from map(str, fault.faults)


@questions.command()
def preview(source: Source, *, language: Annotated[str, typer.Option(help="The client's language.")] = "en") -> None:
    """Walk a set in the terminal, exactly as a client does in the chat. Nothing is kept."""
    walk(question_sets.read_question_set(_read(source), 1), language, typer.echo, _asked)


def _asked() -> str | None:
    """Ask for a number or a text; None at the end of the input."""
    try:
        return input("> ")
    except (EOFError, KeyboardInterrupt):
        return None


@questions.command()
def schema() -> None:
    """Print the JSON Schema of a question set file, for editors."""
    typer.echo(json.dumps(question_sets.schema(), indent=2, ensure_ascii=False))


@questions.command()
def export(
    source: Source, *, fhir: Annotated[bool, typer.Option("--fhir", help="As a FHIR R4 Questionnaire.")] = False
) -> None:
    """Print a set as YAML, or as FHIR."""
    content = _read(source)
    text = json.dumps(questionnaire(content), indent=2, ensure_ascii=False) if fhir else as_yaml(content).rstrip()
    typer.echo(text)


@questions.command("list")
def list_sets() -> None:
    """List the built-in sets."""
    for name, path in sorted(_built_in().items()):
        content = question_sets.read_file(path.read_bytes())
        count, languages = len(content["questions"]), ", ".join(content["languages"])
        typer.echo(f"{name}  version {content['number']}, {count} questions, {languages}, {content['licence']}")


def _built_in() -> dict[str, Path]:
    """Give the files of the library that are sets of questions; stories to be ordered are not."""
    paths = BUILT_IN.parent.glob("*.yaml")
    return {path.stem: path for path in paths if "\nquestions:" in path.read_text(encoding="utf-8")}


def _read(source: str) -> dict[str, object]:
    """Read a set, or name its faults and end with 1."""
    path = _built_in().get(source, Path(source))
    if not path.is_file():
        names = ", ".join(sorted(_built_in()))
        typer.echo(f"There is no file and no built-in set of this name. Built in are: {names}.", err=True)
        raise typer.Exit(1)
    try:
        return question_sets.read_file(path.read_bytes())
    except QuestionSetFault as fault:
        for one in fault.faults:
            typer.echo(f"{path}:{one}", err=True)
        raise typer.Exit(1) from None
