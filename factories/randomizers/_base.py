"""What a randomizer of layouts is."""

from abc import abstractmethod
from collections.abc import Callable
from typing import Any

from factories.equipment import Equipment
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


def by_name(layout: Layout, drawn: Drawn, change: Callable[[Equipment, Any], Equipment]) -> Layout:
    """A layout with those items changed for whose name something was drawn."""
    items = tuple(change(one, drawn[one.name]) if one.name in drawn else one for one in layout.equipment)
    return layout.model_copy(update={"equipment": items})
