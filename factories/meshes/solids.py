"""Closed surfaces to make meshes of. Faces that share vertices and meet gently are shaded as one round surface."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from twin.scene import Mesh, Vec3

Face: TypeAlias = tuple[int, int, int]
Point2: TypeAlias = tuple[float, float]
Ring: TypeAlias = Sequence[Vec3]


@dataclass(frozen=True, slots=True)
class Solid:
    """Triangles, counter-clockwise seen from outside."""

    vertices: tuple[Vec3, ...]
    faces: tuple[Face, ...]

    def moved(self, by: Vec3) -> "Solid":
        """The same, elsewhere."""
        x, y, z = by
        return Solid(tuple((a + x, b + y, c + z) for a, b, c in self.vertices), self.faces)

    def mirrored(self) -> "Solid":
        """The other side: y becomes -y."""
        return Solid(tuple((a, -b, c) for a, b, c in self.vertices), tuple((a, c, b) for a, b, c in self.faces))


def mesh(name: str, solids: Iterable[Solid]) -> Mesh:
    """All of them as one mesh, to the tenth of a millimetre."""
    vertices: list[Vec3] = []
    faces: list[Face] = []
    for solid in solids:
        first = len(vertices)
        vertices += [(round(x, 4), round(y, 4), round(z, 4)) for x, y, z in solid.vertices]
        faces += [(first + a, first + b, first + c) for a, b, c in solid.faces]
    return Mesh(name, tuple(vertices), tuple(faces))


def both(*solids: Solid) -> list[Solid]:
    """Each of them and its mirror image on the other side."""
    return [side for solid in solids for side in (solid, solid.mirrored())]


def slab(low: Vec3, high: Vec3) -> Solid:
    """A box by two corners."""
    return loft([rectangle_ring((low[0], low[1]), (high[0], high[1]), z) for z in (low[2], high[2])])


def rectangle_ring(low: Point2, high: Point2, z: float) -> list[Vec3]:
    """A level rectangle."""
    (x0, y0), (x1, y1) = low, high
    return [(x0, y0, z), (x1, y0, z), (x1, y1, z), (x0, y1, z)]


def profile(outline: Sequence[Point2], half_width: float, bevel: float = 0.0, middle: float = 0.0) -> Solid:
    """A convex outline of (x, z) drawn out along y, its edges bevelled."""
    cx = sum(x for x, _ in outline) / len(outline)
    cz = sum(z for _, z in outline) / len(outline)
    reach = max(math.hypot(x - cx, z - cz) for x, z in outline)
    small = 1 - bevel / reach

    def ring(y: float, scale: float) -> list[Vec3]:
        return [(cx + scale * (x - cx), middle + y, cz + scale * (z - cz)) for x, z in outline]

    inner = [ring(-half_width + bevel, 1.0), ring(half_width - bevel, 1.0)]
    return loft([ring(-half_width, small), *inner, ring(half_width, small)] if bevel else inner)


def ellipse(center: Vec3, radius_x: float, radius_y: float, sides: int) -> list[Vec3]:
    """A level ellipse."""
    x, y, z = center
    angles = [2 * math.pi * (i + 0.5) / sides for i in range(sides)]
    return [(x + radius_x * math.cos(a), y + radius_y * math.sin(a), z) for a in angles]


def tube(points: Sequence[Vec3], radii: Sequence[float], sides: int = 6) -> Solid:
    """A rod through ``points``, of another thickness at each."""
    rings = []
    for i, (point, radius) in enumerate(zip(points, radii, strict=True)):
        before, after = points[max(i - 1, 0)], points[min(i + 1, len(points) - 1)]
        across, up = _plane((after[0] - before[0], after[1] - before[1], after[2] - before[2]))
        turns = [2 * math.pi * (j + 0.5) / sides for j in range(sides)]
        rings.append([_at(point, across, up, radius * math.cos(t), radius * math.sin(t)) for t in turns])
    return loft(rings)


def wheel(center: Vec3, radius: float, width: float, sides: int = 14, bevel: float = 0.02) -> Solid:
    """A wheel about y with rounded shoulders."""
    x, y, z = center
    rings = []
    for at, r in (
        (-0.5, radius - bevel),
        (-0.5 + bevel / width, radius),
        (0.5 - bevel / width, radius),
        (0.5, radius - bevel),
    ):
        turns = [2 * math.pi * i / sides for i in range(sides)]
        rings.append([(x + r * math.sin(t), y + at * width, z + r * math.cos(t)) for t in turns])
    return loft(rings)


def loft(rings: Sequence[Ring]) -> Solid:
    """A skin over rings of equally many points, closed by flat ends; which way they turn does not matter."""
    sides = len(rings[0])
    vertices = [point for ring in rings for point in ring]
    faces: list[Face] = []
    for low in range(0, sides * (len(rings) - 1), sides):
        for i in range(sides):
            a, b = low + i, low + (i + 1) % sides
            faces += [(a, b, b + sides), (a, b + sides, a + sides)]
    last = sides * (len(rings) - 1)
    faces += [(0, i + 1, i) for i in range(1, sides - 1)]
    faces += [(last, last + i, last + i + 1) for i in range(1, sides - 1)]
    return Solid(tuple(vertices), _outward(vertices, faces))


def _outward(vertices: Sequence[Vec3], faces: Sequence[Face]) -> tuple[Face, ...]:
    """Faces turned so that the volume they enclose is positive."""
    volume = sum(_triple(vertices[a], vertices[b], vertices[c]) for a, b, c in faces)
    return tuple(faces) if volume > 0 else tuple((a, c, b) for a, b, c in faces)


def _triple(a: Vec3, b: Vec3, c: Vec3) -> float:
    return a[0] * (b[1] * c[2] - b[2] * c[1]) + a[1] * (b[2] * c[0] - b[0] * c[2]) + a[2] * (b[0] * c[1] - b[1] * c[0])


def _plane(along: Vec3) -> tuple[Vec3, Vec3]:
    """Two unit vectors across a direction; the first one level."""
    x, y, z = along
    flat = math.hypot(x, y)
    across = (-y / flat, x / flat, 0.0) if flat > 1e-9 else (0.0, 1.0, 0.0)
    up = (y * across[2] - z * across[1], z * across[0] - x * across[2], x * across[1] - y * across[0])
    length = math.hypot(*up)
    return across, (up[0] / length, up[1] / length, up[2] / length)


def _at(point: Vec3, across: Vec3, up: Vec3, u: float, v: float) -> Vec3:
    return (
        point[0] + u * across[0] + v * up[0],
        point[1] + u * across[1] + v * up[1],
        point[2] + u * across[2] + v * up[2],
    )
