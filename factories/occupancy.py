"""What of a layout's floor is free for robots."""

from typing import TYPE_CHECKING

import numpy as np

from twin.footprints import Footprints
from twin.occupancy import BoolGrid, Bounds, OccupancyGrid, cells_to, rasterized
from twin.scene import Scene

if TYPE_CHECKING:
    from factories.layout import Layout

__all__ = ["BoolGrid", "Bounds", "OccupancyGrid", "cells_to", "occupancy_of", "rasterized"]


def occupancy_of(
    layout: "Layout", known_only: bool = False, resolution: float = 0.1, scene: Scene | None = None
) -> OccupancyGrid:
    """What a robot has to keep out of in the hall of ``layout``: solids, equipment's footprints, zones to keep out of.

    ``known_only`` leaves out what is loose. Who walks is on no map. ``scene`` saves building the layout's once more.
    """
    from factories.builder import build
    from factories.layout import corners

    scene = scene or build(layout)
    absent = {patrol.body for patrol in scene.patrols}
    if known_only:
        absent |= {instance.name for instance in scene.instances if instance.loose}
    solids = [corners(item, item.solids()) for item in layout.equipment if item.name not in absent]
    zones = Footprints.of_boxes(np.concatenate([*solids, layout.keepouts()]))
    return OccupancyGrid.of(scene, known_only, resolution, layout.bounds).with_blocked(zones)
