"""What labels and their audit cost, against the frame they belong to: ``python benchmarks/labels.py [--json]``.

CPU time of the robot's camera at random places of every shipped factory.
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

import factories
import robots
from factories.layout import names
from twin import geometry, rendering
from twin.geometry import FloatArray
from twin.labels import LABELS, LabelInput, audit
from twin.scene import Camera, Pose, Scene

ROUNDS = 5


def views(scene: Scene, bounds: tuple[float, float, float, float], count: int) -> list[FloatArray]:
    """Poses of all bodies with the robot at random places."""
    rng, (x0, y0, x1, y1) = np.random.default_rng(0), bounds
    own = [i for i, body in enumerate(scene.bodies) if body.name.startswith("robot")]
    made = []
    for _ in range(count):
        poses = scene.initial_poses.copy()
        place = geometry.planar_pose(rng.uniform(x0 + 1, x1 - 1), rng.uniform(y0 + 1, y1 - 1), rng.uniform(-3.1, 3.1))
        poses[own] = geometry.compose(place, poses[own])
        made.append(poses)
    return made


def seconds(once: Callable[[], object], count: int) -> float:
    """Median CPU time of one of ``count`` things done by ``once``, after a first round that is not counted."""
    times = []
    for _ in range(ROUNDS + 1):
        begin = time.process_time()
        once()
        times.append((time.process_time() - begin) / count)
    return statistics.median(times[1:])


def measure(layout: str, count: int, size: int, quality: str) -> dict[str, float]:
    """Milliseconds a frame."""
    scene = factories.build(factories.load(layout), robots.load("amr"), Pose.planar(0.0, 0.0))
    camera: Camera = next(c for c in scene.cameras if c.name.startswith("robot/"))
    camera = replace(camera, lens=camera.lens.resized(size, size))
    poses = views(scene, factories.load(layout).bounds, count)
    cheap = [label for label in LABELS.values() if not label.needs]
    with rendering.create(scene, quality=quality) as renderer:
        frames = [renderer.render(p, camera) for p in poses]

        def inputs(**more: object) -> list[LabelInput]:
            return [LabelInput(f, scene, p, camera, **more) for f, p in zip(frames, poses, strict=True)]  # type: ignore[arg-type]

        found = {
            "render": seconds(lambda: [renderer.render(p, camera) for p in poses], count),
            "labels": seconds(lambda: [label(given) for given in inputs() for label in cheap], count),
            "optical_flow": seconds(
                lambda: [LABELS["optical_flow"](replace(g, next_poses=g.poses)) for g in inputs()], count
            ),
            "visib_fract": seconds(lambda: [LABELS["visib_fract"](g) for g in inputs(renderer=renderer)], count),
            "audit": seconds(lambda: [audit.check(given) for given in inputs()], count),
        }
        objects = statistics.mean(len(given.ids) for given in inputs())
    return {name: 1000 * value for name, value in found.items()} | {"objects": objects}


def main() -> None:
    """Print a table, or JSON."""
    flags = argparse.ArgumentParser(description=__doc__)
    flags.add_argument("--views", type=int, default=60)
    flags.add_argument("--size", type=int, default=128)
    flags.add_argument("--quality", default="fast")
    flags.add_argument("--json", action="store_true")
    given = flags.parse_args()
    rows = {layout: measure(layout, given.views, given.size, given.quality) for layout in names()}
    means = {key: statistics.mean(row[key] for row in rows.values()) for key in next(iter(rows.values()))}
    share = means["labels"] / means["render"]
    if given.json:
        print(json.dumps({"ms_per_frame": rows, "labels_of_render": share}, indent=2))
        return
    for layout, row in {**rows, "mean": means}.items():
        print(f"{layout:16s}", "  ".join(f"{key} {value:.3f}" for key, value in row.items()))
    print(f"labels take {share:.0%} of the time that drawing takes")


if __name__ == "__main__":
    main()
