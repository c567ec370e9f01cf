"""An electric counterbalance forklift, its forks along x; the carriage with the forks rides at their height."""

from factories.meshes.solids import Solid, both, mesh, profile, slab, tube, wheel
from twin.scene import Mesh

BACK, FACE, ROOF = -1.65, 0.50, 2.15
"""x of its tail and of the fork's face; height of the overhead guard; m."""
FORK_LENGTH = 1.15
REAR_WHEEL, FRONT_WHEEL = (BACK + 0.42, 0.22), (FACE - 0.35, 0.28)
"""x and radius."""
_WHEEL_Y, _WHEEL_WIDTH = 0.488, 0.16


def _body() -> list[Solid]:
    tail = BACK
    counterweight = (
        (tail + 0.06, 0.30),
        (tail, 0.42),
        (tail, 0.82),
        (tail + 0.10, 1.02),
        (tail + 0.42, 1.04),
        (tail + 0.58, 0.92),
        (tail + 0.58, 0.46),
        (tail + 0.20, 0.30),
    )
    hood = ((tail + 0.56, 0.46), (tail + 0.56, 0.93), (tail + 1.10, 0.88), (tail + 1.24, 0.46))
    cowl = ((FACE - 0.62, 0.50), (FACE - 0.50, 1.02), (FACE - 0.38, 1.06), (FACE - 0.22, 0.62), (FACE - 0.22, 0.50))
    fender = ((-0.20, 0.36), (-0.14, 0.58), (0.02, 0.63), (0.26, 0.63), (0.34, 0.50), (0.34, 0.36))
    return [
        profile(counterweight, 0.55, 0.06),
        profile(hood, 0.50, 0.03),
        profile(cowl, 0.46, 0.03),
        *both(profile(fender, 0.085, 0.015, 0.485)),
    ]


def _frame() -> list[Solid]:
    """Chassis, overhead guard and mast."""
    roof, back = ROOF, BACK
    posts = both(
        tube(((back + 0.34, 0.46, 0.95), (back + 0.50, 0.45, roof - 0.03)), (0.035, 0.035), 4),
        tube(((FACE - 0.40, 0.43, 1.0), (FACE - 0.62, 0.45, roof - 0.03)), (0.035, 0.035), 4),
        slab((back + 0.40, 0.43, roof - 0.06), (FACE - 0.55, 0.49, roof)),
    )
    slats = [
        slab((x, -0.45, roof - 0.05), (x + 0.045, 0.45, roof - 0.005))
        for x in (back + 0.42 + 0.19 * i for i in range(7))
    ]
    rails = both(
        slab((FACE - 0.20, 0.31, 0.06), (FACE - 0.09, 0.40, roof - 0.08)),
        slab((FACE - 0.17, 0.23, 0.08), (FACE - 0.10, 0.29, roof - 0.12)),
    )
    ties = [slab((FACE - 0.20, -0.40, z), (FACE - 0.13, 0.40, z + 0.08)) for z in (0.30, 1.15, roof - 0.16)]
    return [
        slab((back + 0.30, -0.40, 0.14), (FACE - 0.20, 0.40, 0.50)),
        *both(slab((back + 1.18, 0.38, 0.30), (FACE - 0.66, 0.54, 0.36))),  # steps
        *posts,
        *slats,
        *rails,
        *ties,
        tube(((FACE - 0.45, 0.0, 1.0), (FACE - 0.62, 0.0, 1.14)), (0.03, 0.03), 5),
    ]


def _carriage() -> list[Solid]:
    """Relative to the top of the forks."""
    x = FACE - 0.05
    plates = [slab((x - 0.04, -0.475, z), (x + 0.01, 0.475, z + 0.07)) for z in (0.06, 0.38)]
    guard = [slab((x - 0.03, -0.475, z), (x, 0.475, z + 0.03)) for z in (0.65, 0.90)]
    bars = [slab((x - 0.025, y - 0.015, 0.38), (x, y + 0.015, 0.92)) for y in (-0.46, -0.23, 0.0, 0.23, 0.46)]
    return [*plates, *guard, *bars]


def _fork() -> Solid:
    tip = FACE + FORK_LENGTH
    blade = ((FACE - 0.02, -0.045), (FACE - 0.02, 0.0), (tip, 0.0), (tip, -0.012), (tip - 0.35, -0.040))
    return profile(blade, 0.06, 0.0, 0.28)


def meshes() -> tuple[Mesh, ...]:
    """One for each material; those of carriage and forks start at the forks' upper side."""
    seat = [
        profile(((-1.05, 0.90), (-1.05, 1.04), (-0.58, 1.06), (-0.55, 0.92)), 0.25, 0.03),
        profile(((-1.08, 1.00), (-1.20, 1.50), (-1.11, 1.52), (-0.98, 1.02)), 0.24, 0.03),
    ]
    ring = tube([(-0.17 + 0.06 * c, 0.17 * s, 1.15 + 0.13 * c) for c, s in _CIRCLE], [0.018] * len(_CIRCLE), 4)
    spots = [(x, y * _WHEEL_Y, r) for x, r in (REAR_WHEEL, FRONT_WHEEL) for y in (-1, 1)]
    tyres = [wheel((x, y, r), r, _WHEEL_WIDTH, 12, 0.03) for x, y, r in spots]
    rims = [wheel((x, y, r), 0.55 * r, _WHEEL_WIDTH + 0.012, 8, 0.01) for x, y, r in spots]
    shank = slab((FACE - 0.03, 0.22, -0.04), (FACE + 0.015, 0.34, 0.46))
    cylinder = tube(((FACE - 0.16, 0.0, 0.2), (FACE - 0.16, 0.0, 1.7)), (0.04, 0.04), 8)
    lamps = both(slab((FACE - 0.36, 0.36, ROOF - 0.20), (FACE - 0.32, 0.44, ROOF - 0.12)))
    return (
        mesh("forklift_body", _body()),
        mesh("forklift_frame", _frame()),
        mesh("forklift_carriage", _carriage()),
        mesh("forklift_forks", [*both(_fork()), *both(shank)]),
        mesh("forklift_seat", [*seat, ring]),
        mesh("forklift_tyres", tyres),
        mesh("forklift_rims", [*rims, cylinder]),
        mesh("forklift_lamps", lamps),
    )


_CIRCLE = tuple(
    (c, s) for c, s in ((1, 0), (0.5, 0.866), (-0.5, 0.866), (-1, 0), (-0.5, -0.866), (0.5, -0.866), (0.99, -0.01))
)
"""Corners of the steering wheel."""
