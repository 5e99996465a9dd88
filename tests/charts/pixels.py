"""Reading a PNG in the way any viewer does."""

import io

from PIL import Image


def opened(png: bytes | None) -> Image.Image:
    assert png is not None
    picture = Image.open(io.BytesIO(png))
    picture.load()
    return picture


def near(picture: Image.Image, colour: str) -> int:
    """Count the pixels of exactly this colour; the edges of lines are mixed, their insides are not."""
    wanted = tuple(int(colour[place : place + 2], 16) for place in (1, 3, 5))
    counted = picture.convert("RGB").getcolors(1 << 24)
    return sum(count for count, found in counted or [] if found == wanted)
