"""EUR pallets."""

from collections.abc import Iterable
from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import Field
from typing_extensions import override

from factories.equipment.base import Equipment, Mass, Part, Seed
from factories.loads import load_parts
from factories.shapes import collider, mesh, mesh_of_boxes
from twin.scene import Geom, Motion, Pose, Vec3

LENGTH, WIDTH, HEIGHT = 1.2, 0.8, 0.144
"""EUR 1 of EN 13698-1 (UIC 435-2): 1200 x 800 x 144 mm."""
MASS = 25.0
MESH, SIMPLE_MESH = "pallet", "pallet_simple"

Corners: TypeAlias = tuple[Vec3, Vec3]

_BOARD, _BLOCK = 0.022, 0.078
_BLOCK_X = (-0.5275, 0.0, 0.5275)
_RUNNER_Y = ((-0.35, 0.100), (0.0, 0.145), (0.35, 0.100))
"""Middle and width of runners and blocks."""
_BLOCK_LENGTH = 0.145
_DECK_Y = ((-0.3275, 0.145), (-0.165, 0.100), (0.0, 0.145), (0.165, 0.100), (0.3275, 0.145))


def _slab(x: float, y: float, length: float, width: float, heights: tuple[float, float]) -> Corners:
    return (x - length / 2, y - width / 2, heights[0]), (x + length / 2, y + width / 2, heights[1])


def _blocks() -> list[Corners]:
    heights = (_BOARD, _BOARD + _BLOCK)
    return [_slab(x, y, _BLOCK_LENGTH, width, heights) for x in _BLOCK_X for y, width in _RUNNER_Y]


def _runners(height: float) -> list[Corners]:
    return [_slab(0.0, y, LENGTH, width, (0.0, height)) for y, width in _RUNNER_Y]


def _planks() -> list[Corners]:
    """Three runners, nine blocks, three stringers and five deck boards, as the standard draws them."""
    stringer = _BOARD + _BLOCK
    stringers = [_slab(x, 0.0, _BLOCK_LENGTH, WIDTH, (stringer, stringer + _BOARD)) for x in _BLOCK_X]
    deck = [_slab(0.0, y, LENGTH, width, (HEIGHT - _BOARD, HEIGHT)) for y, width in _DECK_Y]
    return [*_runners(_BOARD), *_blocks(), *stringers, *deck]


def _simple_planks() -> list[Corners]:
    """What shows from the aisle below a load: deck and three runners."""
    return [*_runners(_BOARD + _BLOCK), _deck()]


def _deck() -> Corners:
    return _slab(0.0, 0.0, LENGTH, WIDTH, (_BOARD + _BLOCK, HEIGHT))


def _colliders() -> tuple[Geom, ...]:
    """Deck, blocks and the outer runners: it stands on those two, and forks find its pockets."""
    left, _, right = _runners(_BOARD)
    return tuple(
        collider(
            (high[0] - low[0], high[1] - low[1], high[2] - low[2]),
            ((low[0] + high[0]) / 2, (low[1] + high[1]) / 2, (low[2] + high[2]) / 2),
            friction=0.5,
        )
        for low, high in (_deck(), left, right, *_blocks())
    )


_LOOSE_GEOMS = (mesh(MESH, "wood"), *_colliders())
_FIXED_GEOMS = (mesh(SIMPLE_MESH, "wood", collides=True),)

_POCKET_Z = _BOARD + _BLOCK / 2
KEYPOINTS: tuple[tuple[str, Vec3], ...] = (
    ("corner_front_left", (LENGTH / 2, WIDTH / 2, HEIGHT)),
    ("corner_front_right", (LENGTH / 2, -WIDTH / 2, HEIGHT)),
    ("corner_back_left", (-LENGTH / 2, WIDTH / 2, HEIGHT)),
    ("corner_back_right", (-LENGTH / 2, -WIDTH / 2, HEIGHT)),
    ("pocket_front_left", (LENGTH / 2, 0.18625, _POCKET_Z)),
    ("pocket_front_right", (LENGTH / 2, -0.18625, _POCKET_Z)),
    ("pocket_back_left", (-LENGTH / 2, 0.18625, _POCKET_Z)),
    ("pocket_back_right", (-LENGTH / 2, -0.18625, _POCKET_Z)),
    ("pocket_left_front", (0.26375, WIDTH / 2, _POCKET_Z)),
    ("pocket_left_back", (-0.26375, WIDTH / 2, _POCKET_Z)),
    ("pocket_right_front", (0.26375, -WIDTH / 2, _POCKET_Z)),
    ("pocket_right_back", (-0.26375, -WIDTH / 2, _POCKET_Z)),
)
"""Middles of the fork openings and corners of the deck; front is +x, left +y."""


def pallet_part(mass: float = MASS) -> Part:
    """A loose empty pallet whose frame is the middle of its underside."""
    return Part(_LOOSE_GEOMS, "pallet", motion=Motion.FREE, mass=mass, loose=True, keypoints=KEYPOINTS)


def fixed_pallet_part() -> Part:
    """An immovable pallet, simpler."""
    return Part(_FIXED_GEOMS, "pallet", keypoints=KEYPOINTS)


class Pallet(Equipment):
    """A loose EUR pallet, 1200 x 800 x 144 mm, 25 kg (EN 13698-1), empty or with a load that rides on it."""

    type: Literal["pallet"] = "pallet"
    stands_for_itself: ClassVar[bool] = True
    load: Literal["none", "cartons", "small_load_carriers", "pallet_box"] = "none"
    """What stands on it; a pallet box is one carton over the whole deck."""
    layers: Annotated[int, Field(ge=1, le=5)] = 1
    """Layers of cartons or carriers."""
    seed: Seed = 0
    """Varies sizes and colours of the load."""
    mass: Mass = MASS
    """kg without its load; 20 to 25 by how wet the wood is."""

    meshes = (mesh_of_boxes(MESH, _planks()), mesh_of_boxes(SIMPLE_MESH, _simple_planks()))

    @override
    def footprint(self) -> tuple[float, float]:
        return LENGTH, WIDTH

    @override
    def parts(self) -> Iterable[Part]:
        yield pallet_part(self.mass)
        deck = Pose((0.0, 0.0, HEIGHT))
        for part in load_parts(self.load, self.rng(self.seed), self.layers):
            yield part.placed(part.name, deck)
