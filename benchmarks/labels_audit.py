"""How often the audit of frames finds planted faults: ``python benchmarks/labels_audit.py [--json] [--views 60]``.

At random places of every shipped factory, robot's camera at 128x128, ``standard``, depth in whole millimetres.
"""

import argparse
import json
from collections.abc import Callable
from dataclasses import replace

import labels as labels_benchmark
import numpy as np

import factories
import robots
from twin import rendering
from twin.labels import LabelInput
from twin.labels.audit import check
from twin.rendering.base import Frame
from twin.scene import Pose

Plant = Callable[[LabelInput], LabelInput]
_MIRRORED = (slice(None), slice(None, None, -1))
_UPSIDE_DOWN = (slice(None, None, -1),)
_ALL = ("rgb", "depth", "instance")


def _turned(images: tuple[str, ...], by: tuple[slice, ...]) -> Plant:
    return _framed(lambda f: replace(f, **{name: np.ascontiguousarray(getattr(f, name)[by]) for name in images}))


def _framed(change: Callable[[Frame], Frame]) -> Plant:
    return lambda seen: replace(seen, frame=change(seen.frame))


def _lens(change: Callable[[LabelInput], dict[str, float]]) -> Plant:
    def plant(seen: LabelInput) -> LabelInput:
        lens = replace(seen.camera.lens, **change(seen))  # type: ignore[arg-type]
        return replace(seen, camera=replace(seen.camera, lens=lens))

    return plant


def _merged(frame: Frame) -> Frame:
    """The two largest objects as one."""
    second, first = np.argsort(np.bincount(frame.instance.ravel(), minlength=3)[1:])[-2:] + 1
    return replace(frame, instance=np.where(frame.instance == second, first, frame.instance).astype(np.uint16))


FAULTS: dict[str, Plant] = {
    "nothing": lambda seen: seen,
    "frame mirrored": _turned(_ALL, _MIRRORED),
    "frame upside down": _turned(_ALL, _UPSIDE_DOWN),
    "picture mirrored": _turned(("rgb",), _MIRRORED),
    "picture upside down": _turned(("rgb",), _UPSIDE_DOWN),
    "red and blue exchanged": _framed(lambda f: replace(f, rgb=f.rgb[..., ::-1].copy())),
    "depth in millimetres": _framed(lambda f: replace(f, depth=f.depth * 1000)),
    "depth 2 % off": _framed(lambda f: replace(f, depth=f.depth * np.float32(1.02))),
    "focal length 5 % off": _lens(lambda s: {"fx": 1.05 * s.camera.lens.fx, "fy": 1.05 * s.camera.lens.fy}),
    "optical axis 2 px off": _lens(lambda s: {"cx": s.camera.lens.cx + 2}),
    "the two largest masks merged": _framed(_merged),
}


def measure(layout: str, count: int) -> dict[str, int]:
    """In how many of ``count`` random views something was found, for each fault."""
    plan = factories.load(layout)
    scene = factories.build(plan, robots.load("amr"), Pose.planar(0.0, 0.0))
    camera = next(c for c in scene.cameras if c.name.startswith("robot/"))
    camera = replace(camera, lens=camera.lens.resized(128, 128))
    found = dict.fromkeys(FAULTS, 0)
    with rendering.create(scene, "raster", "standard") as renderer:
        for poses in labels_benchmark.views(scene, plan.bounds, count):
            frame = renderer.render(poses, camera)
            frame = replace(frame, depth=(np.rint(frame.depth * 1000) / 1000).astype(np.float32))
            seen = LabelInput(frame, scene, poses, camera)
            for name, plant in FAULTS.items():
                found[name] += bool(check(plant(seen)))
    return found


def main() -> None:
    """Measure and print shares."""
    flags = argparse.ArgumentParser(description=__doc__)
    flags.add_argument("--json", action="store_true")
    flags.add_argument("--views", type=int, default=60, help="of each factory")
    given = flags.parse_args()
    names = factories.names()
    found = [measure(name, given.views) for name in names]
    shares = {fault: sum(f[fault] for f in found) / (given.views * len(names)) for fault in FAULTS}
    if given.json:
        print(json.dumps({"views": given.views * len(names), "found": shares}, indent=2))
        return
    print("\n".join(f"{fault:32s} {100 * share:6.1f} %" for fault, share in shares.items()))


if __name__ == "__main__":
    main()
