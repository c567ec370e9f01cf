"""Loose things stand a little elsewhere."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator
from typing_extensions import override

from factories.equipment import Equipment, kinds
from factories.layout import Layout, corners
from factories.randomizers._base import LayoutRandomizer, by_name
from factories.walks import walked
from twin.errors import unknown_name
from twin.randomizers import Drawn
from twin.samplers import AnySampler, Dice, Normal, Sampler, within

USUAL = tuple(name for name, kind in kinds().items() if kind.stands_for_itself)


class RANDOMIZER(LayoutRandomizer):
    """Moves and turns what stands for itself; where it would overlap something or leave the hall, it stays."""

    type: Literal["placement"] = "placement"
    only: Annotated[tuple[str, ...], Field(min_length=1)] = USUAL
    """Types of equipment that may move; those that stand for themselves where left out."""
    x: Annotated[AnySampler, within(-50, 50)] = Sampler(normal=Normal(std=0.2, low=-1.0, high=1.0))
    """m along the hall's x axis."""
    y: Annotated[AnySampler, within(-50, 50)] = Sampler(normal=Normal(std=0.2, low=-1.0, high=1.0))
    """m along its y axis."""
    yaw_deg: Annotated[AnySampler, within(-180, 180)] = Sampler(normal=Normal(std=10.0, low=-180, high=180))
    """Degrees counter-clockwise."""

    @model_validator(mode="after")
    def _check_names(self) -> Self:
        for kind in self.only:
            if kind not in kinds():
                raise ValueError(unknown_name("equipment", kind, kinds()))
        return self

    @override
    def draw(self, layout: Layout, dice: Dice) -> dict[str, Any]:
        drawn: dict[str, Any] = {}
        room = _Room(layout)
        for item in layout.equipment:
            if item.type not in self.only:
                continue
            moves = [dice.number(name, getattr(self, name)) for name in ("x", "y", "yaw_deg")]
            moved = _moved(item, moves)
            if not getattr(item, "waypoints", ()) and room.take(item, moved):
                drawn[item.name] = moves
        return drawn

    @override
    def apply(self, layout: Layout, drawn: Drawn) -> Layout:
        return by_name(layout, drawn, _moved)


def _moved(item: Equipment, moves: Any) -> Equipment:
    x, y = item.at[0] + moves[0], item.at[1] + moves[1]
    yaw = (item.yaw_deg + moves[2] + 180.0) % 360.0 - 180.0
    return item.model_copy(update={"at": (x, y), "yaw_deg": yaw})


class _Room:
    """What is taken, as polygons by name."""

    def __init__(self, layout: Layout) -> None:
        import shapely

        self._hall = shapely.box(*layout.bounds)
        self._walks = [leg for item in layout.equipment for leg in walked(item)]
        self._outlines = {item.name: self._of(item) for item in layout.equipment}

    def take(self, item: Equipment, moved: Equipment) -> bool:
        """Let an item stand there, if nothing else does."""
        import shapely

        wanted = self._of(moved)
        others = [*self._walks, *(outline for name, outline in self._outlines.items() if name != item.name)]
        free = bool(shapely.within(wanted, self._hall)) and not shapely.intersects(wanted, others).any()
        if free:
            self._outlines[item.name] = wanted
        return free

    @staticmethod
    def _of(item: Equipment) -> Any:
        import shapely

        return shapely.union_all(shapely.polygons(corners(item, item.solids())))
