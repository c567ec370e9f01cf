"""What a randomizer of layouts is."""

from abc import abstractmethod
from typing import Any

from factories.layout import Layout
from twin.randomizers import Drawing, Drawn
from twin.samplers import Dice


class LayoutRandomizer(Drawing):
    """Changes what stands in a hall, before it is built."""

    @abstractmethod
    def draw(self, layout: Layout, dice: Dice) -> dict[str, Any]:
        """Decide everything that ``apply`` needs, as JSON has it."""

    @abstractmethod
    def apply(self, layout: Layout, drawn: Drawn) -> Layout:
        """Do what was drawn. Nothing random happens here."""
