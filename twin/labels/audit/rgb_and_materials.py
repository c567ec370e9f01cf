"""Colours are those of the materials."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from twin.labels._input import LabelInput
from twin.labels._objects import object_table
from twin.labels.audit._problem import Problem
from twin.per_object import per_object
from twin.scene import Scene

LEAST = 200
"""Pixels of coloured objects that an image needs to be judged."""
COLORED = 0.15
"""Least difference of red and blue, of the brighter, in every material of an object that counts."""


def check(given: LabelInput) -> Iterator[Problem]:
    """What is made of red or yellow things alone is redder than blue, and the other way round.

    Finds red and blue exchanged. Cannot find it where nothing coloured is in view, nor where the lights are coloured
    strongly or materials have textures of another colour.
    """
    redder = _redder(given.scene)[given.table.row_of_id[given.frame.instance]]
    redder[given.frame.instance == 0] = 0
    counted = np.count_nonzero(redder)
    if counted < LEAST:
        return
    rgb = given.frame.rgb
    difference = (rgb[..., 0].astype(np.int16) - rgb[..., 2]) * redder
    wrong, right = np.count_nonzero(difference < 0), np.count_nonzero(difference > 0)
    if wrong > 2 * right and wrong > LEAST / 2:
        text = f"red and blue are exchanged: {wrong} of {counted} pixels of coloured objects say so"
        yield Problem("rgb_and_materials", "rgb", text)


@per_object
def _redder(scene: Scene) -> npt.NDArray[np.int8]:
    """By row of the object table: 1 for objects of reddish materials alone, -1 for bluish ones, else 0."""
    tones = {material.name: _tone(material.color) for material in scene.materials}
    seen: list[set[int]] = [set() for _ in scene.instances]
    rows = object_table(scene).row_of_id
    for body in scene.bodies:
        if body.instance:
            seen[rows[body.instance]] |= {tones.get(geom.material, 0) for geom in body.geoms if geom.visible}
    return np.array([next(iter(found)) if len(found) == 1 else 0 for found in seen], dtype=np.int8)


def _tone(color: tuple[float, float, float]) -> int:
    red, _, blue = color
    return int(np.sign(red - blue)) if abs(red - blue) > COLORED * max(red, blue) else 0
