"""A hand pallet truck, its forks along x."""

from factories.meshes.solids import Solid, both, mesh, profile, slab, tube, wheel
from twin.scene import Mesh

BACK, FACE, TIP = -0.775, -0.375, 0.775
"""x of its tail, of the fork's heel and of the tips, m."""
FORK_TOP, HANDLE = 0.085, 1.19
"""Heights, m."""


def _fork() -> list[Solid]:
    blade = ((FACE - 0.05, 0.03), (FACE - 0.05, FORK_TOP), (TIP - 0.06, FORK_TOP), (TIP, 0.06), (TIP - 0.02, 0.035))
    skirt = ((FACE - 0.05, 0.02), (FACE - 0.05, 0.07), (TIP - 0.32, 0.07), (TIP - 0.38, 0.02))
    return [profile(blade, 0.08, 0.0, 0.19), profile(skirt, 0.008, 0.0, 0.262), profile(skirt, 0.008, 0.0, 0.118)]


def _body() -> list[Solid]:
    head = (
        (FACE - 0.02, 0.07),
        (FACE - 0.02, 0.36),
        (FACE - 0.10, 0.44),
        (FACE - 0.24, 0.30),
        (FACE - 0.24, 0.16),
        (FACE - 0.10, 0.07),
    )
    return [*both(*_fork()), profile(head, 0.24, 0.04), slab((FACE - 0.12, -0.26, 0.05), (FACE - 0.02, 0.26, FORK_TOP))]


def meshes() -> tuple[Mesh, ...]:
    """One for each material."""
    pump, end = FACE - 0.17, BACK + 0.05
    foot, neck = (pump, 0.0, 0.42), (end + 0.10, 0.0, HANDLE - 0.24)
    grip = [
        (end + 0.10, 0.03, HANDLE - 0.24),
        (end + 0.02, 0.15, HANDLE - 0.10),
        (end, 0.17, HANDLE - 0.02),
        (end, 0.06, HANDLE),
    ]
    bar = tube(((end, -0.15, HANDLE), (end, 0.15, HANDLE)), (0.018, 0.018), 6)
    dark = [
        tube(((pump, 0.0, 0.14), (pump, 0.0, 0.46)), (0.065, 0.055), 8),
        tube((foot, neck), (0.032, 0.024), 6),
        *both(tube(grip, (0.016,) * 4, 5)),
        tube(((end + 0.04, 0.0, HANDLE - 0.10), (end, 0.06, HANDLE - 0.06)), (0.012, 0.012), 4),
    ]
    tyres = [
        bar,
        *both(wheel((pump, 0.075, 0.09), 0.09, 0.055, 12, 0.012)),
        *both(wheel((TIP - 0.16, 0.19, 0.036), 0.036, 0.08, 8, 0.006)),
    ]
    rims = [
        *both(wheel((pump, 0.075, 0.09), 0.055, 0.066, 8, 0.006)),
        tube(((pump, 0.0, 0.40), (pump, 0.0, 0.56)), (0.022, 0.022), 6),
    ]
    return (
        mesh("pallet_truck_body", _body()),
        mesh("pallet_truck_drawbar", dark),
        mesh("pallet_truck_wheels", tyres),
        mesh("pallet_truck_steel", rims),
    )
