"""The three renderers see the same thing in the same pixel."""

from collections.abc import Iterator

import numpy as np
import pytest

import factories
from twin import rendering
from twin.geometry import quaternion_from_matrix
from twin.lenses import Lens
from twin.rendering.base import Frame
from twin.scene import Body, Camera, Geom, Pose, Scene, Shape
from twin.testing.rendering_stage import WEDGE, stage, thing

NAMES = ("raster", "classic", "rays")
SHAPES = {
    Shape.BOX: (0.4, 0.3, 0.25),
    Shape.SPHERE: (0.35, 0.0, 0.0),
    Shape.CYLINDER: (0.3, 0.4, 0.0),
    Shape.CAPSULE: (0.2, 0.35, 0.0),
    Shape.MESH: (0.6, 0.4, 0.2),
}


def hall(seed: int) -> Scene:
    """Sixty things of every shape strewn over a floor between walls."""
    rng = np.random.default_rng(seed)
    floor = Body("floor", geoms=(Geom(Shape.PLANE, (12.0, 9.0, 1.0)),))
    walls = [
        thing(1000 + k, Shape.BOX, half, position)
        for k, (half, position) in enumerate(
            [((12, 0.1, 1.5), (0, 9, 1.5)), ((12, 0.1, 1.5), (0, -9, 1.5)), ((0.1, 9, 1.5), (12, 0, 1.5))]
        )
    ]
    things = []
    for k in range(60):
        shape = list(SHAPES)[k % len(SHAPES)]
        quaternion = rng.normal(size=4)
        w, x, y, z = (float(c) for c in quaternion / np.linalg.norm(quaternion))
        position = (rng.uniform(-10, 11), rng.uniform(-8, 8), rng.uniform(0.3, 2.0))
        things.append(thing(k + 1, shape, SHAPES[shape], position, (w, x, y, z)))
    return stage(floor, *walls, *things)


def look(eye: tuple[float, float, float], target: tuple[float, float, float]) -> Camera:
    """A camera at ``eye`` that looks at ``target``, upright."""
    ahead = np.subtract(target, eye) / np.linalg.norm(np.subtract(target, eye))
    right = np.cross(ahead, [0.0, 0.0, 1.0])
    right /= np.linalg.norm(right)
    rotation = np.stack([right, np.cross(ahead, right), ahead], axis=1)
    pose = Pose.of([*eye, *quaternion_from_matrix(rotation)])
    return Camera("look", pose=pose, lens=Lens(320, 240, 290.0, 270.0, 150.0, 130.0, 0.05, 40.0))


VIEWS = [
    look((-11.0, 0.0, 1.2), (0.0, 1.0, 0.8)),
    look((-9.0, -7.0, 6.0), (2.0, 1.0, 0.0)),
    look((0.0, 0.5, 0.6), (8.0, -3.0, 1.0)),
]


@pytest.fixture(scope="module")
def frames() -> Iterator[dict[str, list[Frame]]]:
    scene = hall(seed=4)
    drawn = {}
    for name in NAMES:
        with rendering.create(scene, name, "fast") as renderer:
            drawn[name] = [renderer.render(scene.initial_poses, camera) for camera in VIEWS]
    yield drawn


@pytest.mark.parametrize("view", range(len(VIEWS)))
@pytest.mark.parametrize("other", ["classic", "rays"])
def test_ids_agree(frames: dict[str, list[Frame]], other: str, view: int) -> None:
    first, second = frames["raster"][view], frames[other][view]
    assert len(np.unique(first.instance)) >= 10
    assert np.mean(first.instance == second.instance) >= 0.995


@pytest.mark.parametrize("view", range(len(VIEWS)))
@pytest.mark.parametrize("other", ["classic", "rays"])
def test_depths_agree(frames: dict[str, list[Frame]], other: str, view: int) -> None:
    first, second = frames["raster"][view], frames[other][view]
    seen = (first.instance == second.instance) & (first.depth > 0) & (second.depth > 0)
    difference = np.abs(first.depth - second.depth)[seen]
    assert np.median(difference) < 1e-3
    assert np.quantile(difference, 0.95) < 1e-2


@pytest.mark.parametrize("view", range(len(VIEWS)))
def test_colours_of_raster_and_rays_agree(frames: dict[str, list[Frame]], view: int) -> None:
    first, second = frames["raster"][view], frames["rays"][view]
    same = first.instance == second.instance
    assert np.median(np.abs(first.rgb.astype(int) - second.rgb)[same]) <= 2


def test_every_thing_has_the_same_colour_in_raster_and_rays(frames: dict[str, list[Frame]]) -> None:
    """So their normals agree, also those of stretched shapes."""
    first, second = frames["raster"][1], frames["rays"][1]
    same = first.instance == second.instance
    for ident in np.unique(first.instance):
        mask = same & (first.instance == ident)
        if mask.sum() > 50:
            difference = first.rgb[mask].astype(float) - second.rgb[mask]
            assert np.abs(difference).mean() < 3, ident


def test_the_mesh_of_the_stage_is_closed() -> None:
    """MuJoCo would mend what is not; then agreement would mean nothing."""
    edges = [tuple(face[i : i + 2]) if i < 2 else (face[2], face[0]) for face in WEDGE.faces for i in range(3)]
    assert len(set(edges)) == len(edges)
    assert all((b, a) in edges for a, b in edges)


@pytest.mark.parametrize("name", ["raster", "classic"])
def test_qualities_change_colours_alone(name: str) -> None:
    """In a factory with lamps, signs and shadows: not one depth or id differs."""
    scene = factories.build(factories.load("narrow_aisles"))
    view = look((6.2, 6.9, 0.5), (12.0, 6.3, 0.8))
    frames = {}
    for quality in rendering.QUALITIES:
        with rendering.create(scene, name, quality) as renderer:
            frames[quality] = renderer.render(scene.initial_poses, view)
    fast = frames.pop("fast")
    for frame in frames.values():
        assert frame.depth.tobytes() == fast.depth.tobytes()
        assert frame.instance.tobytes() == fast.instance.tobytes()
    assert np.abs(frames["full"].rgb.astype(int) - fast.rgb).mean() > 5
