"""How the bot and its drawing worker speak: frames of one letter, a length and a body."""

import struct
from typing import BinaryIO

READY, ORDER, PICTURE, FAULT = b"R", b"O", b"P", b"F"
"""Worker: I can draw. Bot: draw this (JSON). Worker: here it is (PNG); it could not be drawn (the error's type)."""

HEAD = struct.Struct(">cI")
LONGEST = 1 << 26
"""Bytes a frame may have; more can only be a pipe that has lost its place."""


def framed(kind: bytes, body: bytes = b"") -> bytes:
    """Return a frame as it goes through the pipe."""
    return HEAD.pack(kind, len(body)) + body


def opened(head: bytes) -> tuple[bytes, int]:
    """Return kind and length of the frame that begins with this head.

    Raises:
        ValueError: if no frame begins like this.
    """
    kind, length = HEAD.unpack(head)
    if kind not in (READY, ORDER, PICTURE, FAULT) or length > LONGEST:
        raise ValueError("the pipe has lost its place")
    return kind, length


def next_order(source: BinaryIO) -> bytes | None:
    """Wait for the next order; None when the bot has closed the pipe or is gone."""
    head = source.read(HEAD.size)
    if len(head) < HEAD.size:
        return None
    _, length = opened(head)
    body = source.read(length)
    return body if len(body) == length else None
