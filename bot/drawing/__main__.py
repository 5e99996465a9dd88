"""The drawing worker: `python -m bot.drawing` reads orders from its input and writes pictures to its output.

It lives in a process of its own because matplotlib costs tens of megabytes and holds the interpreter while it draws.
It has no state worth saving and may be killed at any time; it ends by itself when the bot is gone.
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from typing import BinaryIO

from bot.drawing.orders import Order
from bot.drawing.pipe import FAULT, PICTURE, READY, framed, next_order


def main() -> None:
    """Say that all is loaded, then answer orders until the input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches us too, but the bot may still want a picture
    answers = _answers()
    from bot.drawing.pictures import Pictures  # noqa: PLC0415 - matplotlib, loaded once the output is safe

    draw = Pictures().draw
    try:
        _say(answers, framed(READY))
        while (order := next_order(sys.stdin.buffer)) is not None:
            _say(answers, _answer(draw, order))
    except BrokenPipeError:
        return  # the bot is gone; nobody is left to be told


def _answers() -> BinaryIO:
    """Keep the output for answers alone: what a library prints must not stand between them."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return answers


def _say(answers: BinaryIO, frame: bytes) -> None:
    answers.write(frame)
    answers.flush()


def _answer(draw: Callable[[Order], bytes], order: bytes) -> bytes:
    try:
        return framed(PICTURE, draw(json.loads(order)))
    except Exception as error:  # noqa: BLE001 - the summary goes out as text; the type is all that is told
        # A message may hold ratings or a code, and the bot logs what it is told.
        return framed(FAULT, type(error).__name__.encode())


if __name__ == "__main__":
    main()
