"""More of what belongs in a factory: loads set down, vehicles parked, where they close no way."""

from typing import Annotated, Any, Literal

import numpy as np
from typing_extensions import override

from factories.generation.clutter import add_clutter
from factories.generation.floor import Spot
from factories.generation.hall import Hall
from factories.layout import Layout, corners
from factories.randomizers._base import LayoutRandomizer
from factories.walks import walked
from twin.randomizers import Drawn
from twin.samplers import AnySampler, Dice, Sampler, counting


class RANDOMIZER(LayoutRandomizer):
    """Pallets, stillages, cartons, carriers, pallet trucks and forklifts that are not on any map."""

    type: Literal["distractors"] = "distractors"
    count: Annotated[AnySampler, counting(0, 200)] = Sampler(uniform=(2, 10))
    """How many; fewer where there is no room."""

    @override
    def draw(self, layout: Layout, dice: Dice) -> dict[str, Any]:
        import shapely

        count = dice.count("count", self.count)
        rng = np.random.default_rng(dice.whole(2**31))
        hall, (x0, y0) = Hall(layout.size), layout.origin
        for item in layout.equipment:
            for x, y, length, width in item.solids():
                c, s = float(np.cos(item.heading)), float(np.sin(item.heading))
                along, across = x + length / 2, y + width / 2
                middle = item.at[0] + c * along - s * across, item.at[1] + s * along + c * across
                hall.floor.put(Spot(middle[0] - x0, middle[1] - y0, length, width, item.heading))
        taken = len(hall.floor.spots)
        add_clutter(hall, rng, count)
        hall.floor.spots = hall.floor.spots[taken:]
        walks = shapely.union_all([leg for item in layout.equipment for leg in walked(item)])
        found = []
        for item in hall.equipment():
            moved = item.model_copy(update={"at": (item.at[0] + x0, item.at[1] + y0)})
            if shapely.intersects(shapely.polygons(corners(moved, moved.solids())), walks).any():
                continue
            data = {"type": item.type, **item.model_dump(mode="json", exclude_defaults=True)}
            data["at"] = list(moved.at)
            found.append(data)
        return {"equipment": found}

    @override
    def apply(self, layout: Layout, drawn: Drawn) -> Layout:
        added: Any = drawn["equipment"]
        return layout.with_more(added)
