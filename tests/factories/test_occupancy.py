import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from factories.equipment.keepout import Keepout
from factories.equipment.pallet import Pallet
from factories.equipment.pillar import Pillar
from factories.layout import Layout
from factories.occupancy import OccupancyGrid, occupancy_of, rasterized
from twin.errors import InputError
from twin.footprints import Footprints, footprints
from twin.geometry import quaternion_from_axis_angle
from twin.scene import Body, Geom, Instance, Mesh, Motion, Pose, Scene, Shape

TETRAHEDRON = Mesh(
    "tetrahedron",
    ((0.0, 0.0, 0.0), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    ((0, 2, 1), (0, 1, 3), (0, 3, 2), (1, 2, 3)),
)


def scene_of(*geoms: Geom) -> Scene:
    return Scene("s", bodies=(Body("b", geoms=geoms),), meshes=(TETRAHEDRON,))


def box(
    x: float, y: float, half_x: float, half_y: float, yaw: float = 0.0, z: float = 0.5, half_z: float = 0.5
) -> Geom:
    return Geom(Shape.BOX, (half_x, half_y, half_z), Pose.planar(x, y, yaw, z))


def blocked_by_shapely(area: shapely.Geometry, grid: OccupancyGrid) -> np.ndarray:
    """Cells whose square shares an area with ``area``: the definition, cell by cell."""
    h = grid.resolution
    x, y = (
        (grid.origin[0] + h * np.arange(grid.blocked.shape[1])),
        (grid.origin[1] + h * np.arange(grid.blocked.shape[0])),
    )
    squares = shapely.box(x[None, :], y[:, None], x[None, :] + h, y[:, None] + h)
    return shapely.area(shapely.intersection(squares, area)) > 1e-9


lengths = st.floats(0.02, 1.2)
places = st.floats(1.5, 3.5)
angles = st.floats(-np.pi, np.pi)


@settings(max_examples=40, deadline=None)
@given(places, places, lengths, lengths, lengths, st.tuples(angles, angles, angles), st.sampled_from([0.1, 0.23]))
def test_a_box_at_any_orientation_blocks_what_its_shadow_covers(x, y, a, b, c, turns, resolution):
    pose = Pose((x, y, 0.5))
    for axis, angle in zip(np.eye(3), turns, strict=True):
        pose = pose @ Pose(quaternion=tuple(quaternion_from_axis_angle(axis, angle)))
    scene = scene_of(Geom(Shape.BOX, (a, b, c), pose))
    grid = OccupancyGrid.of(scene, resolution=resolution, bounds=(0, 0, 5, 5), z_band=(-9, 9))
    slab = footprints(scene, z_band=(-9, 9)).slabs[0]
    signs = np.array(np.meshgrid([-1, 1], [-1, 1], [-1, 1])).reshape(3, -1).T
    shadow = shapely.convex_hull(shapely.MultiPoint(slab[0] + signs @ slab[1:]))
    wrong = grid.blocked != blocked_by_shapely(shadow, grid)
    # Cells that the shadow enters by less than a hair may go either way.
    hair = (
        shapely.area(shapely.intersection(shadow, shapely.box(*_square(grid, wrong)))) if wrong.any() else np.zeros(1)
    )
    assert hair.max() < 1e-6


def _square(grid: OccupancyGrid, mask: np.ndarray) -> tuple[np.ndarray, ...]:
    low = grid.centers(np.argwhere(mask)) - grid.resolution / 2
    return low[:, 0], low[:, 1], low[:, 0] + grid.resolution, low[:, 1] + grid.resolution


@settings(max_examples=30, deadline=None)
@given(places, places, st.floats(0.05, 1.4))
def test_round_things_block_what_their_disc_covers(x, y, radius):
    for geom in (
        Geom(Shape.CYLINDER, (radius, 0.5, 0.0), Pose((x, y, 0.5))),
        Geom(Shape.SPHERE, (radius, 0.0, 0.0), Pose((x, y, 0.5))),
        Geom(Shape.CAPSULE, (radius, 0.5, 0.0), Pose((x, y, 0.5))),
    ):
        grid = OccupancyGrid.of(scene_of(geom), bounds=(0, 0, 5, 5))
        expected = blocked_by_shapely(shapely.Point(x, y).buffer(radius, quad_segs=256), grid)
        assert (grid.blocked != expected).sum() <= 1


def test_lying_round_things_cover_their_length():
    along_x = tuple(quaternion_from_axis_angle((0, 1, 0), np.pi / 2))
    capsule = OccupancyGrid.of(
        scene_of(Geom(Shape.CAPSULE, (0.2, 1.0, 0), Pose((2, 2, 0.2), along_x))), bounds=(0, 0, 4, 4)
    )
    cylinder = OccupancyGrid.of(
        scene_of(Geom(Shape.CYLINDER, (0.2, 1.0, 0), Pose((2, 2, 0.2), along_x))), bounds=(0, 0, 4, 4)
    )
    assert capsule.is_blocked([[0.85, 2.05], [3.15, 2.05], [2.05, 2.15]]).all()
    assert not capsule.is_blocked([[0.75, 2.05], [2.05, 2.35]]).any()
    assert cylinder.is_blocked([1.05, 2.05]) and not cylinder.is_blocked([0.95, 2.05])


def test_a_mesh_covers_the_shadow_of_its_hull():
    grid = OccupancyGrid.of(
        scene_of(Geom(Shape.MESH, (2, 2, 1), Pose((1, 1, 0)), mesh="tetrahedron")), bounds=(0, 0, 4, 4)
    )
    expected = blocked_by_shapely(shapely.Polygon([(1, 1), (3, 1), (1, 3)]), grid)
    assert (grid.blocked == expected).all()


@settings(max_examples=40, deadline=None)
@given(places, places, st.floats(0.0, np.pi), st.floats(0.0005, 0.02), st.sampled_from([0.05, 0.1, 0.5]))
def test_a_wall_thinner_than_a_cell_cannot_be_crossed(x, y, yaw, half, resolution):
    reach = 10.0
    scene = scene_of(box(x, y, reach, half, yaw))
    grid = OccupancyGrid.of(scene, resolution=resolution, bounds=(0, 0, 5, 5))
    side = np.array([-np.sin(yaw), np.cos(yaw)])
    points = np.array([x, y]) + side * [[-1.2], [1.2]]
    from scipy.ndimage import label

    labels, _ = label(~grid.blocked)
    one, other = labels[tuple(np.moveaxis(grid.cells(points), -1, 0))]
    assert one != other


def test_walls_on_cell_borders_block_exactly_their_cells():
    grid = OccupancyGrid.of(scene_of(box(0.3, 0.45, 0.3, 0.05)), bounds=(0, 0, 1, 1))
    assert grid.blocked.sum() == 6
    assert grid.blocked[4, :6].all()


def test_only_what_reaches_into_the_band_counts():
    scene = scene_of(
        box(0.5, 0.5, 0.5, 0.5, z=-0.5),
        box(2.5, 0.5, 0.5, 0.5, z=3.0),
        box(4.5, 0.5, 0.5, 0.5, z=1.9),
        Geom(Shape.PLANE, (9, 9, 1)),
    )
    grid = OccupancyGrid.of(scene, bounds=(0, 0, 5, 1))
    assert list(grid.is_blocked([[0.5, 0.5], [2.5, 0.5], [4.5, 0.5]])) == [False, False, True]


def test_the_known_map_lacks_loose_and_moving_things():
    bodies = (
        Body("rack", Pose((0.5, 0.5, 0)), (box(0, 0, 0.2, 0.2),), instance=1),
        Body("parked", Pose((1.5, 0.5, 0)), (box(0, 0, 0.2, 0.2),), instance=2),
        Body("carton", Pose((2.5, 0.5, 0)), (box(0, 0, 0.2, 0.2),), Motion.FREE, mass=1),
        Body("worker", Pose((3.5, 0.5, 0)), (box(0, 0, 0.2, 0.2),), Motion.KINEMATIC),
        Body("robot", Pose((4.5, 0.5, 0)), (box(0, 0, 0.2, 0.2),), Motion.FREE, mass=1),
        Body("wheel", Pose((1.0, 0.0, 0)), (box(0, 0, 0.2, 0.2),), Motion.STATIC, parent="robot"),
    )
    instances = (
        Instance(1, "rack", "rack", "rack", (0, 0, 0), (1, 1, 1)),
        Instance(2, "parked", "forklift", "parked", (0, 0, 0), (1, 1, 1), loose=True),
    )
    scene = Scene("s", bodies, instances)
    at = [[0.5, 0.5], [1.5, 0.5], [2.5, 0.5], [3.5, 0.5], [4.5, 0.5], [5.5, 0.5]]
    known = rasterized(footprints(scene, known_only=True, without=("robot",)), bounds=(0, 0, 6, 1))
    everything = rasterized(footprints(scene, without=("robot",)), bounds=(0, 0, 6, 1))
    assert list(known.is_blocked(at)) == [True, False, False, False, False, False]
    assert list(everything.is_blocked(at)) == [True, True, True, True, False, False]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0.1, 0.6))
def test_inflating_keeps_a_disc_clear_of_every_blocked_cell(seed, radius):
    blocked = np.random.default_rng(seed).random((20, 30)) < 0.02
    grid = OccupancyGrid(blocked, 0.1, (-1.0, 2.0))
    free = grid.centers(np.argwhere(~grid.inflated(radius).blocked))
    walls = shapely.union_all(shapely.box(*_square(grid, blocked))) if blocked.any() else shapely.Point(99, 99)
    assert all(walls.distance(shapely.Point(p)) > radius - 1e-9 for p in free)
    x0, y0, x1, y1 = grid.bounds
    assert all(min(x - x0, y - y0, x1 - x, y1 - y) > radius - 1e-9 for x, y in free)


@given(st.floats(-5, 5), st.floats(-5, 5))
def test_cells_and_points_are_inverse(x, y):
    grid = OccupancyGrid(np.zeros((7, 9), dtype=bool), 0.3, (-2.0, 1.0))
    cell = grid.cells([x, y])
    assert np.abs(grid.centers(cell) - [x, y]).max() <= 0.15 + 1e-9
    assert (grid.cells(grid.centers(cell)) == cell).all()


def test_outside_the_grid_is_blocked():
    grid = OccupancyGrid(np.zeros((4, 4), dtype=bool), 1.0)
    assert list(grid.is_blocked([[-0.1, 1], [1, 4.1], [3.9, 3.9]])) == [True, True, False]


def test_the_largest_free_part_is_found():
    blocked = np.zeros((5, 9), dtype=bool)
    blocked[:, 3] = True
    part = OccupancyGrid(blocked, 1.0).largest_free()
    assert part[:, 4:].all() and not part[:, :4].any()
    assert not OccupancyGrid(np.ones((3, 3), dtype=bool), 1.0).largest_free().any()


def test_zones_can_be_added():
    grid = OccupancyGrid(np.zeros((10, 10), dtype=bool), 0.1)
    zone = Footprints(np.zeros((0, 4, 2)), np.array([[0.5, 0.5, 0.2]]))
    assert grid.with_blocked(zone).is_blocked([0.45, 0.45])
    assert not grid.is_blocked([0.45, 0.45])


def test_a_turned_frame_sees_the_same_shapes():
    solids = footprints(scene_of(box(2.0, 1.0, 0.5, 0.25, yaw=0.4)))
    seen = rasterized(solids.seen_from(1.0, 0.5, 0.4), bounds=(0, -1, 3, 1))
    straight = OccupancyGrid.of(scene_of(box(*_turn(1.0, 0.5, -0.4), 0.5, 0.25)), bounds=(0, -1, 3, 1))
    assert (seen.blocked == straight.blocked).all()


def _turn(x: float, y: float, angle: float) -> tuple[float, float]:
    return x * np.cos(angle) - y * np.sin(angle), x * np.sin(angle) + y * np.cos(angle)


def test_a_layouts_map_holds_its_solids_and_zones_but_nothing_loose():
    layout = Layout(
        name="hall",
        size=(10, 8),
        origin=(-2, 1),
        equipment=(
            Pillar(at=(0, 3)),
            Pallet(at=(4, 3)),
            Keepout(at=(6, 7), boxes=((-0.5, -0.5, 1.0, 1.0),), yaw_deg=45),
        ),
    )
    at = [[0, 3], [4, 3], [6, 7], [6, 7.65], [6.45, 7.45], [2, 6]]
    assert list(occupancy_of(layout, known_only=True).is_blocked(at)) == [True, False, True, True, False, False]
    assert list(occupancy_of(layout).is_blocked(at)) == [True, True, True, True, False, False]
    assert occupancy_of(layout).bounds == pytest.approx((-2, 1, 8, 9))


def test_bad_arguments_are_named():
    with pytest.raises(InputError, match="nothing solid stands in this scene"):
        OccupancyGrid.of(Scene("empty"))
    with pytest.raises(InputError, match="resolution must be a length above 0 m, not nan"):
        OccupancyGrid.of(scene_of(box(0, 0, 1, 1)), resolution=float("nan"))
    with pytest.raises(InputError, match="bounds must be x0 < x1"):
        OccupancyGrid.of(scene_of(box(0, 0, 1, 1)), bounds=(1, 0, 0, 1))
    with pytest.raises(InputError, match="too large; at most 100000000"):
        OccupancyGrid.of(scene_of(box(0, 0, 1, 1)), resolution=1e-5)
