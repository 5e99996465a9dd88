"""Writing a finished picture as PNG.

matplotlib's own writer goes through Pillow, which tries every row filter and takes several times as long as all the
drawing. Charts are mostly flat colour: no filter and the quickest compression give small files in a few milliseconds.
"""

import struct
import zlib

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_EIGHT_BIT_RGBA = (8, 6, 0, 0, 0)
_QUICKEST = 1


def png(pixels: bytes, width: int, height: int) -> bytes:
    """Return a PNG file without any metadata, so that the same pixels are always the same bytes.

    Args:
        pixels: RGBA, row by row from the top, 4 * width * height bytes.
        width: in pixels.
        height: in pixels.
    """
    row = 4 * width
    rows = b"".join(b"\0" + pixels[start : start + row] for start in range(0, row * height, row))
    header = struct.pack(">2I5B", width, height, *_EIGHT_BIT_RGBA)
    parts = (_chunk(b"IHDR", header), _chunk(b"IDAT", zlib.compress(rows, _QUICKEST)), _chunk(b"IEND", b""))
    return _SIGNATURE + b"".join(parts)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(body, zlib.crc32(kind)))
