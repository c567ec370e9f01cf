"""Stillages: steel box pallets with mesh walls (Gitterboxen)."""

from collections.abc import Iterable, Iterator
from typing import ClassVar, Literal

from typing_extensions import override

from factories.equipment.base import Equipment, Mass, Part
from factories.meshes import solids
from factories.meshes.solids import Solid
from factories.shapes import collider, mesh, plate
from twin.scene import Motion, Vec3

LENGTH, WIDTH, HEIGHT = 1.24, 0.835, 0.97
"""EUR box pallet of UIC 435-3 (DIN 15155): 1240 x 835 x 970 mm outside, 85 kg."""
MESH = "stillage"
_FOOT, _DECK = 0.10, 0.14
_POST, _WIRE = 0.05, 0.012


def _bars() -> list[tuple[Vec3, Vec3]]:
    """Four posts with feet, a deck and two rails on each side."""
    x, y = LENGTH / 2, WIDTH / 2
    posts = [
        (
            (sx * x - (sx > 0) * _POST, sy * y - (sy > 0) * _POST, 0.0),
            (sx * x + (sx < 0) * _POST, sy * y + (sy < 0) * _POST, HEIGHT),
        )
        for sx in (-1, 1)
        for sy in (-1, 1)
    ]
    deck = [((-x, -y, _FOOT), (x, y, _DECK))]
    rails = []
    for z, h in ((HEIGHT - 0.04, 0.04), (0.53, 0.03)):
        rails += [((-x, s * y - (s > 0) * 0.03, z), (x, s * y + (s < 0) * 0.03, z + h)) for s in (-1, 1)]
        rails += [((s * x - (s > 0) * 0.03, -y, z), (s * x + (s < 0) * 0.03, y, z + h)) for s in (-1, 1)]
    return [*posts, *deck, *rails]


def _wires() -> Iterator[Solid]:
    """The mesh of each wall as flat strips seen from both sides, half as dense as the standard's 50 mm."""
    x, y, t = LENGTH / 2 - 0.02, WIDTH / 2 - 0.02, _WIRE / 2
    levels = [_DECK + i * (HEIGHT - _DECK) / 9 for i in range(1, 9)]
    for s in (-1, 1):
        for i in range(1, 13):
            at = -x + i * 2 * x / 13
            yield _strip((at - t, s * y, _DECK), (at + t, s * y, HEIGHT - 0.03))
        for i in range(1, 9):
            at = -y + i * 2 * y / 9
            yield _strip((s * x, at - t, _DECK), (s * x, at + t, HEIGHT - 0.03))
        for z in levels:
            yield _strip((-x, s * y, z - t), (x, s * y, z + t))
            yield _strip((s * x, -y, z - t), (s * x, y, z + t))


def _strip(low: Vec3, high: Vec3) -> Solid:
    """A rectangle in a plane across x or y, with both its sides."""
    (x0, y0, z0), (x1, y1, z1) = low, high
    return Solid(((x0, y0, z0), (x1, y1, z0), (x1, y1, z1), (x0, y0, z1)), ((0, 1, 2), (0, 2, 3), (0, 2, 1), (0, 3, 2)))


def _colliders() -> Iterable[tuple[Vec3, Vec3]]:
    """Full size and middle of deck, walls and feet."""
    wall = HEIGHT - _DECK
    z = _DECK + wall / 2
    yield (LENGTH, WIDTH, _DECK - _FOOT), (0.0, 0.0, (_FOOT + _DECK) / 2)
    for s in (-1.0, 1.0):
        yield (LENGTH, _POST, wall), (0.0, s * (WIDTH - _POST) / 2, z)
        yield (_POST, WIDTH - 2 * _POST, wall), (s * (LENGTH - _POST) / 2, 0.0, z)
        for t in (-1.0, 1.0):
            yield (_POST, _POST, _FOOT), (s * (LENGTH - _POST) / 2, t * (WIDTH - _POST) / 2, _FOOT / 2)


class Stillage(Equipment):
    """A loose steel box with mesh walls, 1240 x 835 x 970 mm (UIC 435-3, DIN 15155)."""

    type: Literal["stillage"] = "stillage"
    stands_for_itself: ClassVar[bool] = True
    mass: Mass = 85.0
    """kg; 85 empty, up to 1500 loaded."""

    meshes = (solids.mesh(MESH, [*(solids.slab(low, high) for low, high in _bars()), *_wires()]),)

    @override
    def footprint(self) -> tuple[float, float]:
        return LENGTH, WIDTH

    @override
    def parts(self) -> Iterable[Part]:
        geoms = (
            mesh(MESH, "stillage_steel"),
            plate("barcode:430871", 0.44, 0.24, (0.0, -WIDTH / 2 + 0.01, 0.74), "y"),
            *(collider(size, at, friction=0.5) for size, at in _colliders()),
        )
        x, y = LENGTH / 2, WIDTH / 2
        keypoints = tuple(
            (f"corner_{front}_{side}", (sx * x, sy * y, HEIGHT))
            for front, sx in (("front", 1), ("back", -1))
            for side, sy in (("left", 1), ("right", -1))
        )
        return [Part(geoms, "stillage", motion=Motion.FREE, mass=self.mass, loose=True, keypoints=keypoints)]
