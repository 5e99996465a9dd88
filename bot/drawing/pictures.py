"""Every kind of picture, drawn in the worker."""

from bot.drawing.look import plain_matplotlib
from bot.drawing.multiples import MultiplesPicture
from bot.drawing.orders import Order
from bot.drawing.stamps import Stamps
from bot.drawing.trend import TrendPicture


class Pictures:
    """Turns orders into PNG files; keeps the figures between them."""

    def __init__(self) -> None:
        plain_matplotlib()
        stamps = Stamps()
        self._trend = TrendPicture(stamps)
        self._multiples = MultiplesPicture(stamps)

    def draw(self, order: Order) -> bytes:
        """Draw what was ordered."""
        if order["draw"] == "trend":
            return self._trend.draw(order)
        return self._multiples.draw(order)
