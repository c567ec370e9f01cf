"""Every figure of the renderer beside its goal: ``python benchmarks/rendering.py [--json] [--quick]``.

On ``small_warehouse`` with a robot's camera at random places. Baselines are measured in the same run, in turns, so
ratios hold on other machines; times are of the processor, which is the clock's on an idle machine. Run it alone.
"""

import argparse
import cProfile
import json
import pstats
import resource
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import labels as labels_benchmark
import numpy as np
import rendering_agreement as agreement
import rendering_baselines as baselines

import factories
import robots
from factories.layout import names
from twin import rendering
from twin.geometry import FloatArray
from twin.labels import LABELS, LabelInput
from twin.rendering import Renderer
from twin.scene import Camera, Pose, Scene, pose_world_camera

LAYOUT = "small_warehouse"
SIZE = 128
RANGE = 20.0
"""m"""


@dataclass(frozen=True)
class Row:
    """A figure and its goal."""

    what: str
    value: float
    unit: str = ""
    at_least: float | None = None
    at_most: float | None = None

    @property
    def reached(self) -> bool:
        """Always, for figures without a goal."""
        high_enough = self.at_least is None or self.value >= self.at_least
        return high_enough and (self.at_most is None or self.value <= self.at_most)

    def text(self) -> str:
        """One line."""
        goal = f">= {self.at_least:g}" if self.at_least is not None else ""
        goal = f"<= {self.at_most:g}" if self.at_most is not None else goal
        mark = "" if not goal else "ok" if self.reached else "MISSED"
        return f"{self.what:62s} {self.value:12.5g} {self.unit:8s} {goal:10s} {mark}"


@dataclass(frozen=True)
class Stage:
    """A scene with a robot, and places to see it from."""

    scene: Scene
    camera: Camera
    poses: list[FloatArray]

    @classmethod
    def of(cls, views: int) -> "Stage":
        """The robot at random places of the hall."""
        layout = factories.load(LAYOUT)
        scene = factories.build(layout, robots.load("amr"), Pose.planar(0.0, 0.0))
        camera = next(c for c in scene.cameras if c.name.startswith("robot/"))
        lens = replace(camera.lens.resized(SIZE, SIZE), far=RANGE)
        return cls(scene, replace(camera, lens=lens), labels_benchmark.views(scene, layout.bounds, views))

    def eyes(self) -> list[FloatArray]:
        """Poses of the camera."""
        return [pose_world_camera(self.scene, self.camera, poses) for poses in self.poses]


def in_turns(things: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Least CPU seconds of each of ``things``, done in turns after one round that is not counted."""
    found: dict[str, list[float]] = {name: [] for name in things}
    for _ in range(rounds + 1):
        for name, thing in things.items():
            began = time.process_time()
            thing()
            found[name].append(time.process_time() - began)
    return {name: min(times[1:]) for name, times in found.items()}


def speed(stage: Stage, rounds: int) -> list[Row]:
    """RGB, depth, instance and semantic images of one robot camera, against the baselines."""
    semantic = LABELS["semantic_segmentation"]
    renderers = {
        f"{name} {quality}": rendering.create(stage.scene, name, quality)
        for name, quality in (
            ("raster", "fast"),
            ("raster", "standard"),
            ("raster", "full"),
            ("classic", "fast"),
            ("rays", "fast"),
        )
    }

    def with_labels(renderer: Renderer) -> Callable[[], object]:
        def draw() -> None:
            for poses in stage.poses:
                frame = renderer.render(poses, stage.camera)
                semantic(LabelInput(frame, stage.scene, poses, stage.camera))

        return draw

    few = stage.eyes()[: max(2, len(stage.poses) // 10)]
    stock = baselines.stock(stage.scene, stage.camera.lens)
    tiny = baselines.tiny(stage.scene, stage.camera.lens)
    drawing = {name: with_labels(renderer) for name, renderer in renderers.items()}
    alone = renderers["raster fast"]
    drawing["raster fast, without semantic"] = lambda: [alone.render(poses, stage.camera) for poses in stage.poses]
    seconds = in_turns(drawing, rounds)
    kinder = baselines.stock(stage.scene, stage.camera.lens, one_shadow=True)
    slow = in_turns(
        {
            "mujoco.Renderer in three passes": lambda: [stock(e) for e in few],
            "mujoco.Renderer, only one light casting": lambda: [kinder(e) for e in few],
            "PyBullet's TinyRenderer": lambda: [tiny(e) for e in few],
        },
        2,
    )
    ms = {name: 1000 * value / len(stage.poses) for name, value in seconds.items()}
    ms |= {name: 1000 * value / len(few) for name, value in slow.items()}
    share = gl_share(alone, stage, rounds)
    for renderer in renderers.values():
        renderer.close()
    fast, standard = ms["raster fast"], ms["raster standard"]
    return [
        *(Row(f"frame: {name}", value, "ms") for name, value in ms.items()),
        Row("fast against mujoco.Renderer in three passes", ms["mujoco.Renderer in three passes"] / fast, "x", 100),
        Row("fast against tuned two-pass mjr (classic)", ms["classic fast"] / fast, "x", 3),
        Row("fast against PyBullet's TinyRenderer", ms["PyBullet's TinyRenderer"] / fast, "x", 6),
        Row(
            "standard against mujoco.Renderer in three passes",
            ms["mujoco.Renderer in three passes"] / standard,
            "x",
            40,
        ),
        Row("share of time in OpenGL, fast", share, "", 0.7),
    ]


def gl_share(renderer: Renderer, stage: Stage, rounds: int) -> float:
    """Time inside moderngl's calls against the frame's without the profiler, which slows down the rest alone."""

    def draw() -> None:
        for poses in stage.poses:
            renderer.render(poses, stage.camera)

    inside = []
    for _ in range(rounds):
        profile = cProfile.Profile(time.process_time)
        profile.runcall(draw)
        stats = pstats.Stats(profile).stats  # type: ignore[attr-defined]
        inside.append(sum(row[2] for key, row in stats.items() if "mgl." in key[2]))
    return float(min(inside) / in_turns({"draw": draw}, rounds)["draw"])


def growth(views: int, rounds: int, halls: dict[int, tuple[int, int]]) -> list[Row]:
    """Time of a frame in halls that grow with their number of geoms."""
    layout = factories.load(LAYOUT)
    x0, y0, x1, y1 = layout.bounds
    one = factories.build(layout)
    camera = replace(Stage.of(1).camera, body="")
    rng, draws, counts = np.random.default_rng(1), {}, {}
    for wanted, (columns, rows) in halls.items():
        scene = agreement.tiled(one, columns, rows, (x1 - x0 + 1, y1 - y0 + 1))
        renderer = rendering.create(scene, "raster", "fast")
        movers = [i for i, body in enumerate(scene.bodies) if body.motion == "kinematic"][:8]
        hall = rng.integers(0, columns * rows, views)
        eyes = [_eye(rng, (x0, y0, x1, y1), (int(k) % columns, int(k) // columns)) for k in hall]
        draws[f"{wanted}"] = _walk(renderer, camera, eyes, scene.initial_poses.copy(), movers)
        counts[wanted] = sum(len(body.geoms) for body in scene.bodies)
    seconds = in_turns(draws, rounds)
    ms = {name: 1000 * value / views for name, value in seconds.items()}
    first, *_, last = ms.values()
    middle = list(ms.values())[-2]
    return [
        *(Row(f"frame in a hall of {counts[int(name)]} geoms", value, "ms") for name, value in ms.items()),
        # The smallest hall ends before the camera's range does: there is less to see in it.
        Row("largest hall against the smallest", last / first, "x"),
        Row("largest hall against the middle one", last / middle, "x", at_most=1.25),
    ]


def _eye(rng: np.random.Generator, bounds: tuple[float, float, float, float], cell: tuple[int, int]) -> Pose:
    x0, y0, x1, y1 = bounds
    x = rng.uniform(x0 + 1, x1 - 1) + cell[0] * (x1 - x0 + 1)
    y = rng.uniform(y0 + 1, y1 - 1) + cell[1] * (y1 - y0 + 1)
    ahead = Pose((0.0, 0.0, 0.5), (0.5, -0.5, 0.5, -0.5))
    return Pose.planar(x, y, rng.uniform(-np.pi, np.pi)) @ ahead


def _walk(
    renderer: Renderer, camera: Camera, eyes: list[Pose], poses: FloatArray, movers: list[int]
) -> Callable[[], None]:
    def draw() -> None:
        for eye in eyes:
            poses[movers, 0] += 1e-3
            renderer.render(poses, replace(camera, pose=eye))

    return draw


def memory(stage: Stage, cycles: int, frames: int) -> list[Row]:
    """Growth of resident memory, after a warm-up of a tenth; and whether the same poses give the same bytes."""

    def cycle() -> None:
        with rendering.create(stage.scene, "raster", "standard") as renderer:
            renderer.render(stage.poses[0], stage.camera)

    cycled = _growth(cycle, cycles)
    with rendering.create(stage.scene, "raster", "standard") as renderer:
        turn = iter(range(10**9))
        first = renderer.render(stage.poses[0], stage.camera)
        drawn = _growth(lambda: renderer.render(stage.poses[next(turn) % len(stage.poses)], stage.camera), frames)
        again = renderer.render(stage.poses[0], stage.camera)
    same = all(getattr(first, n).tobytes() == getattr(again, n).tobytes() for n in ("rgb", "depth", "instance"))
    return [
        Row(f"memory that {cycles} create/close cycles leave behind", cycled, "MB", at_most=8),
        Row(f"memory that {frames} frames leave behind", drawn, "MB", at_most=8),
        Row("first and last frame equal byte for byte", float(same), "", 1),
    ]


def _growth(once: Callable[[], object], count: int) -> float:
    for _ in range(max(1, count // 10)):
        once()
    before = _resident()
    for _ in range(count):
        once()
    return _resident() - before


def _resident() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


def agreements(views: int) -> list[Row]:
    """Ids and depths against MuJoCo's at 320x240, over every shipped factory."""
    rows = []
    for layout in names():
        found = asdict(agreement.measure(layout, views))
        goals = {
            "same_ids": {"at_least": 0.998},
            "worst_same_ids": {"at_least": 0.99},
            "depth_median_mm": {"at_most": 1.0},
            "depth_p99_mm": {"at_most": 5.0},
        }
        rows += [Row(f"{layout}: {name} over {views} views", found[name], "", **goals[name]) for name in goals]
    return rows


def labels_share(views: int) -> Row:
    """Extra time of all labels that need nothing but the frame."""
    found = [labels_benchmark.measure(layout, views, SIZE, "fast") for layout in names()]
    share = statistics.mean(f["labels"] for f in found) / statistics.mean(f["render"] for f in found)
    return Row("all labels but visib_fract, share of the drawing", share, "", at_most=0.25)


def main() -> None:
    """Measure and print."""
    flags = argparse.ArgumentParser(description=__doc__)
    flags.add_argument("--json", action="store_true")
    flags.add_argument("--quick", action="store_true", help="only whether everything runs; the figures mean nothing")
    given = flags.parse_args()
    quick = given.quick
    stage = Stage.of(4 if quick else 100)
    halls = {400: (1, 1), 1200: (2, 1)} if quick else {400: (1, 1), 4000: (4, 2), 20000: (7, 5)}
    rows = [
        *speed(stage, 1 if quick else 5),
        labels_share(2 if quick else 60),
        *agreements(1 if quick else 200),
        *growth(2 if quick else 60, 1 if quick else 5, halls),
        *memory(stage, 2 if quick else 1000, 5 if quick else 100_000),
    ]
    if given.json:
        print(
            json.dumps({"layout": LAYOUT, "rows": [asdict(row) | {"reached": row.reached} for row in rows]}, indent=2)
        )
        return
    print("\n".join(row.text() for row in rows))


if __name__ == "__main__":
    main()
