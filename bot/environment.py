"""Where settings are written down: the environment, a `.env` file, and files that hold one secret each."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from io import StringIO
from pathlib import Path

from dotenv.parser import parse_stream


@dataclass(slots=True)
class Given:
    """What was written, by setting name, and what is wrong with how it was written.

    Attributes:
        values: texts, none of them empty; they may be secrets and stay out of the repr.
        faults: sentences by the name (or file) at fault.
    """

    values: dict[str, str] = field(default_factory=dict, repr=False)
    faults: dict[str, str] = field(default_factory=dict)


def gather(env: Mapping[str, str], dotenv: Path | None, names: Collection[str], from_file: Collection[str]) -> Given:
    """Collect the settings called `names`, environment over `.env`, following `NAME_FILE` for those in `from_file`."""
    given = Given()
    files = {f"{name}_FILE": name for name in from_file}
    known = {*names, *files}
    written = _read_dotenv(dotenv, given.faults)
    given.faults.update(_misspelled(written, known))
    written.update({name: env[name] for name in known if name in env})
    given.values.update({name: text.strip() for name, text in written.items() if name in known and text.strip()})
    for file_name, name in files.items():
        _follow(file_name, name, given)
    return given


def _read_dotenv(path: Path | None, faults: dict[str, str]) -> dict[str, str]:
    if path is None:
        return {}
    try:
        bindings = list(parse_stream(StringIO(path.read_text("utf-8-sig"))))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError):
        faults[path.name] = f"{path.name}: it cannot be read; check its permissions and that it is UTF-8 text"
        return {}
    for broken in (binding for binding in bindings if binding.error):
        line = broken.original.line + _blank_lines(broken.original.string)
        faults.setdefault(path.name, f"{path.name}: line {line} cannot be understood; write NAME=value")
    return {binding.key: binding.value or "" for binding in bindings if binding.key}


def _blank_lines(text: str) -> int:
    return len(text[: len(text) - len(text.lstrip())].splitlines())


def _misspelled(written: Mapping[str, str], known: Collection[str]) -> Iterator[tuple[str, str]]:
    # Only `.env` is ours alone: the environment is full of other programs' names, some of them close.
    for name in written:
        near = get_close_matches(name.upper(), known, 1, 0.85)
        if near and name not in known:
            yield name, f"{name}: there is no such setting; write {near[0]}"


def _follow(file_name: str, name: str, given: Given) -> None:
    path = given.values.pop(file_name, None)
    if path is None:
        return
    if name in given.values:
        given.faults[name] = f"{name}: {file_name} is set too; keep one of the two"
        return
    try:
        text = Path(path).read_text("utf-8").strip()
    except (
        OSError,
        ValueError,
    ):  # ValueError: not UTF-8, or not a path at all; perhaps the secret itself, so not shown
        given.faults[name] = f"{file_name}: the file it names cannot be read; check the path and its permissions"
        return
    if text:
        given.values[name] = text
    else:
        given.faults[name] = f"{file_name}: the file it names is empty; put the value there"
