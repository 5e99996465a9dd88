"""Writing a finished picture as PNG.

matplotlib's own writer goes through Pillow, which tries every row filter and takes several times as long as all the
drawing. Charts are mostly flat colour: no filter and the quickest compression give small files in a few milliseconds.
"""

import struct
import zlib
from collections.abc import Iterator

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_EIGHT_BIT_RGBA = (8, 6, 0, 0, 0)
_QUICKEST = 1
_NO_FILTER = b"\0"


def png(pixels: memoryview, width: int, height: int) -> bytes:
    """Return a PNG file without any metadata, so that the same pixels are always the same bytes.

    Args:
        pixels: RGBA, row by row from the top, 4 * width * height bytes.
        width: in pixels.
        height: in pixels.
    """
    header = struct.pack(">2I5B", width, height, *_EIGHT_BIT_RGBA)
    parts = (
        _chunk(b"IHDR", header),
        _chunk(b"IDAT", b"".join(_compressed(pixels.cast("B"), 4 * width))),
        _chunk(b"IEND", b""),
    )
    return _SIGNATURE + b"".join(parts)


def _compressed(pixels: memoryview, row: int) -> Iterator[bytes]:
    """Row by row, so that millions of bytes are not copied first."""
    press = zlib.compressobj(_QUICKEST)
    for start in range(0, len(pixels), row):
        yield press.compress(_NO_FILTER)
        yield press.compress(pixels[start : start + row])
    yield press.flush()


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(body, zlib.crc32(kind)))
