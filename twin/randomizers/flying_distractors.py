"""Things that belong nowhere, hung into the air: a network that has seen them looks at what matters.

Source of the idea: Tobin et al., Domain Randomization for Transferring Deep Neural Networks (arXiv 1703.06907).
"""

import itertools
from dataclasses import replace
from typing import Annotated, Any, ClassVar, Literal

from typing_extensions import override

from twin import geometry
from twin.randomizers._base import Drawn, Randomizer
from twin.randomizers._surfaces import SHARED
from twin.randomizers.lights import floor_of
from twin.samplers import AnySampler, Dice, Sampler, counting, within
from twin.scene import Body, Geom, Material, Pose, Shape
from twin.staging import Staging

PREFIX = "distractor"
_SHAPES = (Shape.BOX, Shape.SPHERE, Shape.CYLINDER, Shape.CAPSULE)


class RANDOMIZER(Randomizer):
    """Boxes, balls, cylinders and capsules of any colour and texture. They are background, and nothing touches them."""

    pictures_only: ClassVar[bool] = True
    type: Literal["flying_distractors"] = "flying_distractors"
    count: Annotated[AnySampler, counting(0, 500)] = Sampler(uniform=(5, 25))
    """How many."""
    size: Annotated[AnySampler, within(0.01, 5)] = Sampler(log_uniform=(0.1, 0.7))
    """Largest extent of each, m."""
    height: Annotated[AnySampler, within(0, 50)] = Sampler(uniform=(0.2, 2.5))
    """Of the middle of each above the floor, m."""

    @override
    def draw(self, staging: Staging, dice: Dice) -> dict[str, Any]:
        corners = floor_of(staging)
        return {"things": [self._thing(corners, dice) for _ in range(dice.count("count", self.count))]}

    @override
    def apply(self, staging: Staging, drawn: Drawn) -> Staging:
        things: Any = drawn["things"]
        scene = staging.scene
        taken = {body.name for body in scene.bodies} | {m.name for m in scene.materials}  # by others, or a layout
        free = (name for k in itertools.count() if (name := f"{PREFIX}_{k}") not in taken)
        names = list(itertools.islice(free, len(things)))
        bodies = tuple(_body(name, thing) for name, thing in zip(names, things, strict=True))
        materials = tuple(
            Material(name, tuple(thing["color"]), thing["texture"], 0.5)
            for name, thing in zip(names, things, strict=True)
        )
        # Behind all others: who counts bodies by row goes on counting right.
        scene = replace(scene, bodies=(*scene.bodies, *bodies), materials=(*scene.materials, *materials))
        return replace(staging, scene=scene)

    def _thing(self, corners: tuple[tuple[float, float], tuple[float, float]], dice: Dice) -> dict[str, Any]:
        (x0, y0), (x1, y1) = corners
        size = dice.number("size", self.size)
        return {
            "shape": _SHAPES[dice.whole(len(_SHAPES))].value,
            "at": [dice.uniform(x0, x1), dice.uniform(y0, y1), dice.number("height", self.height)],
            "turned": [dice.uniform(-3.1416, 3.1416) for _ in range(2)],
            "size": [size / 2 * dice.uniform(0.3, 1.0) for _ in range(3)],
            "color": [dice.uniform(), dice.uniform(), dice.uniform()],
            "texture": SHARED[dice.whole(len(SHARED))] if dice.uniform() < 0.5 else "",
        }


def _body(name: str, thing: Any) -> Body:
    shape, (a, b, c) = Shape(thing["shape"]), thing["size"]
    turn = geometry.quaternion_multiply(
        geometry.quaternion_from_yaw(thing["turned"][0]),
        geometry.quaternion_from_axis_angle((1.0, 0.0, 0.0), thing["turned"][1]),
    )
    size = (a, b, c) if shape is Shape.BOX else (a, b, 0.0)
    geom = Geom(shape, size, material=name, collides=False)
    return Body(name, Pose.of([*thing["at"], *turn]), (geom,))
