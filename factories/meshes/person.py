"""A person in mid stride, facing x: helmet, hi-vis jacket with reflective bands, trousers, safety shoes."""

from itertools import pairwise

from factories.meshes.solids import Solid, both, ellipse, loft, mesh, profile, slab, tube
from twin.scene import Mesh, Vec3

HEIGHT = 1.75
HEAD: Vec3 = (0.02, 0.0, 1.58)
SHOULDER: Vec3 = (0.0, 0.205, 1.38)
HAND_AHEAD, HAND_BEHIND = (0.17, 0.225, 0.83), (-0.13, 0.225, 0.83)
"""The right hand is ahead where the left foot is; y is that of a left limb."""
FOOT_AHEAD, FOOT_BEHIND = (0.16, 0.095, 0.05), (-0.09, 0.095, 0.05)

_TORSO = ((0.84, 0.125, 0.165), (1.02, 0.12, 0.155), (1.22, 0.135, 0.185), (1.36, 0.12, 0.195), (1.44, 0.07, 0.11))
"""Height, and half depth and half width there."""


def _torso() -> Solid:
    return loft([ellipse((0.0, 0.0, z), rx, ry, 12) for z, rx, ry in _TORSO])


def _band(low: float, high: float) -> Solid:
    """A reflective band around the jacket."""
    rings = []
    for z in (low, high):
        for (z0, x0, y0), (z1, x1, y1) in pairwise(_TORSO):
            if z0 <= z <= z1:
                share = (z - z0) / (z1 - z0)
                rx, ry = x0 + share * (x1 - x0) + 0.006, y0 + share * (y1 - y0) + 0.006
                rings.append(ellipse((0.0, 0.0, z), rx, ry, 12))
    return loft(rings)


def _arm(ahead: float, side: float) -> Solid:
    """``ahead`` is where its hand swings to, m along x."""
    shoulder, elbow = (0.0, side * 0.205, 1.39), (0.25 * ahead - 0.03, side * 0.235, 1.12)
    top = (0.0, side * 0.165, 1.425)
    return tube((top, shoulder, elbow, (ahead, side * 0.225, 0.90)), (0.03, 0.06, 0.05, 0.04), 8)


def _leg(knee: Vec3, ankle: Vec3) -> Solid:
    return tube(((0.0, 0.082, 0.86), knee, ankle), (0.08, 0.07, 0.058), 8)


def _shoe(x: float, y: float, raised: float) -> Solid:
    """A shoe whose heel is at ``x``; ``raised`` is the heel's height in the air."""
    outline = ((x, raised), (x + 0.26, 0.0), (x + 0.27, 0.045), (x + 0.12, 0.11 + raised / 2), (x, 0.11 + raised))
    return profile(outline, 0.05, 0.015, y)


def _head() -> Solid:
    x, y, _ = HEAD
    rings = ((1.43, 0.055, 0.055), (1.49, 0.06, 0.06), (1.52, 0.095, 0.075), (1.60, 0.105, 0.08), (1.68, 0.09, 0.075))
    return loft([ellipse((x, y, z), rx, ry, 10) for z, rx, ry in rings])


def _helmet() -> list[Solid]:
    x, y, _ = HEAD
    rings = ((1.635, 0.128, 0.105), (1.68, 0.122, 0.10), (1.725, 0.085, 0.07), (HEIGHT, 0.03, 0.025))
    dome = loft([ellipse((x, y, z), rx, ry, 10) for z, rx, ry in rings])
    brim = loft([ellipse((x + 0.05, y, z), 0.13, 0.10, 10) for z in (1.625, 1.638)])
    return [dome, brim]


def meshes() -> tuple[Mesh, ...]:
    """One for each material."""
    ahead, behind = 0.17, -0.13
    left_leg = _leg((0.10, 0.095, 0.50), (0.06, 0.095, 0.09))
    right_leg = _leg((0.03, 0.09, 0.48), (-0.135, 0.095, 0.13)).mirrored()
    braces = both(slab((-0.128, 0.075, 1.16), (0.134, 0.125, 1.385)))
    hands = [
        tube(((x, side * 0.225, 0.91), (x + 0.02, side * 0.225, 0.80)), (0.035, 0.03))
        for x, side in ((ahead, -1), (behind, 1))
    ]
    return (
        mesh("person_jacket", [_torso(), _arm(ahead, -1), _arm(behind, 1)]),
        mesh("person_bands", [_band(0.93, 0.985), _band(1.09, 1.145), *braces]),
        mesh("person_trousers", [left_leg, right_leg]),
        mesh("person_shoes", [_shoe(-0.02, 0.095, 0.0), _shoe(-0.185, -0.095, 0.05)]),
        mesh("person_skin", [_head(), *hands]),
        mesh("person_helmet", _helmet()),
    )
