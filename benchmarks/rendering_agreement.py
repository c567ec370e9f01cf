"""How far ``raster`` agrees with MuJoCo's own renderer, pixel by pixel, at random places of a factory."""

import math
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import maximum_filter, minimum_filter

import factories
from factories.cameras import look_at
from twin import rendering
from twin.lenses import Lens
from twin.rendering.frame import Frame
from twin.scene import Camera, Scene

EDGE = 0.1
"""Share of the depth by which depths within three pixels may differ before it counts as an edge."""


@dataclass(frozen=True)
class Agreement:
    """Over all views of one factory."""

    same_ids: float
    worst_same_ids: float
    depth_median_mm: float
    depth_p99_mm: float


def measure(layout: str, views: int) -> Agreement:
    """``views`` random ones at 320x240; depths where both see the same thing, away from edges."""
    loaded = factories.load(layout)
    scene = factories.build(loaded)
    rng = np.random.default_rng(0)
    shares, differences = [], []
    with rendering.create(scene, "raster", "fast") as ours, rendering.create(scene, "classic", "fast") as mujocos:
        for _ in range(views):
            camera = _camera(rng, loaded.bounds)
            a, b = (renderer.render(scene.initial_poses, camera) for renderer in (ours, mujocos))
            shares.append(float(np.mean(a.instance == b.instance)))
            inside = _inside(a) & _inside(b) & (a.instance == b.instance)
            differences.append(np.abs(a.depth - b.depth)[inside])
    together = 1000 * np.concatenate(differences)
    return Agreement(
        float(np.mean(shares)), min(shares), float(np.median(together)), float(np.quantile(together, 0.99))
    )


def _camera(rng: np.random.Generator, bounds: tuple[float, float, float, float]) -> Camera:
    x0, y0, x1, y1 = bounds
    eye = (rng.uniform(x0 + 0.5, x1 - 0.5), rng.uniform(y0 + 0.5, y1 - 0.5), rng.uniform(0.3, 4.0))
    yaw, slope = rng.uniform(-math.pi, math.pi), rng.uniform(-0.5, 0.2)
    target = (eye[0] + math.cos(yaw), eye[1] + math.sin(yaw), eye[2] + slope)
    return Camera("random", pose=look_at(eye, target), lens=Lens.from_fov(320, 240, 1.0, far=50.0))


def _inside(frame: Frame) -> "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]":
    same = maximum_filter(frame.instance, 3) == minimum_filter(frame.instance, 3)
    step = maximum_filter(frame.depth, 3) - minimum_filter(frame.depth, 3)
    return np.asarray(same & (step < EDGE * frame.depth) & (frame.depth > 0))


def tiled(scene: Scene, columns: int, rows: int, size: tuple[float, float]) -> Scene:
    """The same hall many times over, side by side."""
    from dataclasses import replace

    from twin.geometry import compose, planar_pose
    from twin.scene import Pose, merge

    parts = []
    for k in range(columns * rows):
        shift = planar_pose(k % columns * size[0], k // columns * size[1])
        name = {body.name: f"{body.name}@{k}" for body in scene.bodies}
        bodies = tuple(
            replace(
                b,
                name=name[b.name],
                parent=name.get(b.parent, ""),
                pose=b.pose if b.parent else Pose.of(compose(shift, b.pose.array())),
            )
            for b in scene.bodies
        )
        instances = tuple(replace(i, name=f"{i.name}@{k}", body=name[i.body]) for i in scene.instances)
        parts.append(
            replace(
                scene,
                bodies=bodies,
                instances=instances,
                cameras=(),
                actuators=(),
                patrols=(),
                lights=scene.lights if k == 0 else (),
            )
        )
    return merge(*parts)
