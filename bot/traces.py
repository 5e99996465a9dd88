"""An exception as it may be logged: types and lines of our own code, no message, no value, no library's frame."""

import traceback
from collections import deque
from collections.abc import Iterator
from pathlib import Path

import conversations

MOST_FRAMES = 12
MOST_CAUSES = 10

_ROOTS = tuple(Path(file).resolve().parent for file in (__file__, conversations.__file__ or ""))


def describe(error: BaseException) -> dict[str, str | list[str]]:
    """Return `error` (its type), `frames` (`module:line`, outermost first) and `causes` (the same of what led to it).

    Causes are what it was raised from or while handling, and the members of a group; at most 10, each once.
    """
    described: dict[str, str | list[str]] = {"error": _name(error), "frames": _frames(error)}
    causes = [" at ".join([_name(cause), *_frames(cause)[-1:]]) for cause in _causes(error)]
    return described | ({"causes": causes} if causes else {})


def _name(error: BaseException) -> str:
    kind = type(error)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def _frames(error: BaseException) -> list[str]:
    places = ((frame.f_code.co_filename, line) for frame, line in traceback.walk_tb(error.__traceback__))
    return [f"{module}:{line}" for file, line in places if (module := _own_module(file))][-MOST_FRAMES:]


def _own_module(file: str) -> str | None:
    path = Path(file)
    root = next((root for root in _ROOTS if path.is_relative_to(root)), None)
    return ".".join(path.relative_to(root.parent).with_suffix("").parts) if root else None


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen, queue = {id(error)}, deque(_led_to(error))
    while queue and len(seen) <= MOST_CAUSES:
        cause = queue.popleft()
        if id(cause) not in seen:
            seen.add(id(cause))
            queue.extend(_led_to(cause))
            yield cause


def _led_to(error: BaseException) -> Iterator[BaseException]:
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before:
        yield before
    if isinstance(error, BaseExceptionGroup):
        yield from error.exceptions
