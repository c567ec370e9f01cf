"""Datasets recorded, read and exported: how fast, how large: ``python benchmarks/dataset.py [--json] [--quick]``.

Every figure stands beside a baseline on the same frames in the same run: the ratio is comparable between machines, the
seconds are not. Timed by the clock, because threads are part of what is measured: run it alone. LeRobot's reader needs
its environment, ``make foreign``; without it its rows are left out, with a word.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import recording
import zarr
from PIL import Image
from pycocotools import mask as rle

from training.collection import Collection, collect
from training.dataset import ArraySpec, Dataset, DatasetMeta, DatasetWriter, EpisodeRecord
from training.derive.copying import copy_episode
from training.derive.sources import with_sources
from training.export._run import run as run_export
from training.export._selection import Selection
from training.export._workers import IMAGES_THAT_PAY
from training.workers import fitting

ROOT = Path(__file__).parents[1]
RGB, DEPTH, IDS = (f"cameras/robot_camera/{name}" for name in ("rgb", "depth", "instance_segmentation"))
BATCH = 32
OPEN = """
import re, sys, time
from pathlib import Path
from training.dataset import Dataset
def peak():  # unlike getrusage's, that of this program alone
    return int(re.search("VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) / 1000
before, began = peak(), time.perf_counter()
frames = len(Dataset(sys.argv[1]))
print(time.perf_counter() - began, peak(), before, frames)
"""


@dataclass(frozen=True)
class Case:
    """What is measured on."""

    dataset: Path
    """Labelled 640x480 frames."""
    folder: Path
    """To write into."""
    quick: bool

    @property
    def turns(self) -> int:
        """How often everything is timed."""
        return 2 if self.quick else 5

    @property
    def batches(self) -> int:
        """In each turn."""
        return 2 if self.quick else 8


def row(what: str, goal: str, ratio: float, **figures: float | str) -> dict[str, Any]:
    return {"what": what, "goal": goal, "ratio": ratio, **figures}


def seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def random_batches(case: Case) -> Iterator[dict[str, Any]]:
    """Random batches of 32 frames: ours, ``zarr`` on the same store, LeRobot on the same frames."""
    dataset = Dataset(case.dataset)
    array: Any = zarr.open_group(case.dataset, mode="r")[f"data/{RGB}"]
    rng = np.random.default_rng(0)
    dataset.batch(range(min(BATCH, len(dataset))), [RGB])  # warm up

    def batches() -> list[Any]:
        return [np.sort(rng.choice(len(dataset), BATCH, replace=len(dataset) < BATCH)) for _ in range(case.batches)]

    ours, theirs = [], []
    for _ in range(case.turns):  # in turns, so that what changes in the machine changes for both
        chosen = batches()
        ours.append(seconds(lambda chosen=chosen: [dataset.batch(b, [RGB]) for b in chosen]) / case.batches)
        theirs.append(seconds(lambda chosen=chosen: [array.oindex[b] for b in chosen]) / case.batches)
    mine = median(ours)
    yield row(
        "random batches of 32 frames against zarr oindex",
        ">= 5",
        median(theirs) / mine,
        ms=1e3 * mine,
        baseline_ms=1e3 * median(theirs),
    )
    frames = case.folder / "frames.npy"
    np.save(frames, dataset.batch(range(len(dataset)), [RGB])[RGB])
    for form, goal in (("image", ">= 3"), ("video", ">= 10")):
        lerobot = time_lerobot(case, frames, form)
        if lerobot is not None:
            what = f"random batches of 32 frames against LeRobot's reader, {form} form"
            yield row(what, goal, lerobot / mine, ms=1e3 * mine, baseline_ms=1e3 * lerobot)


def time_lerobot(case: Case, frames: Path, form: str) -> float | None:
    """Seconds of a batch; None where LeRobot is not there or cannot do it, which is told."""
    environment = ROOT / ".foreign/lerobot"
    if not (environment / ".installed").is_file():
        print(f"left out: LeRobot ({form}) is not installed: make foreign", file=sys.stderr)
        return None
    script = ROOT / "tests/foreign/time_lerobot.py"
    arguments = [frames, case.folder / f"lerobot_{form}", form, case.batches, case.turns]
    homes = {"HOME": str(case.folder), "HF_HOME": str(case.folder), "HF_HUB_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1"}
    process = subprocess.run(
        [environment / "bin/python", script, *map(str, arguments)],
        env={**os.environ, **homes},
        capture_output=True,
        text=True,
        check=False,
    )
    if process.returncode:
        last = process.stderr.strip().rpartition("\n")[2]
        print(f"left out: LeRobot ({form}) failed: {last}", file=sys.stderr)
        return None
    return median(json.loads(process.stdout.strip().rpartition("\n")[2])) / case.batches


def opening(case: Case) -> Iterator[dict[str, Any]]:
    """A dataset of 100,000 episodes, opened in a new process."""
    count = 2_000 if case.quick else 100_000
    path = case.folder / "many.zarr"
    meta = DatasetMeta(name="many", arrays=(ArraySpec(name="x", dtype="uint8"),))
    with DatasetWriter.create(path, meta) as writer, writer.episode(EpisodeRecord(episode=0, group="g")) as episode:
        episode.append({"x": np.uint8(0)})
    record = Dataset(path).record(0)
    group: Any = zarr.open_group(path, mode="r+")
    values = {
        "episodes": np.array(
            [record.model_copy(update={"episode": k}).model_dump_json() for k in range(count)], object
        ),
        "episode_numbers": np.arange(count),
        "episode_ends": np.arange(1, count + 1) * 100,
    }
    for name, array in values.items():  # plain Zarr: a hundred thousand commits would take minutes
        group[f"meta/{name}"].resize((count,))
        group[f"meta/{name}"][:] = array
    told = [
        list(
            map(
                float,
                subprocess.run([sys.executable, "-c", OPEN, path], capture_output=True, check=True).stdout.split(),
            )
        )
        for _ in range(case.turns)
    ]
    took, memory, before, _ = (median(column) for column in zip(*told, strict=True))
    yield row(
        f"opening {count} episodes", "< 1 s, < 200 MB", 1 / took, seconds=took, MB=memory, MB_before_opening=before
    )


def coco(case: Case) -> Iterator[dict[str, Any]]:
    """COCO export against the loop that a user would write."""
    dataset = Dataset(case.dataset)
    ours, theirs = [], []
    for turn in range(1 if case.quick else 3):
        theirs.append(seconds(lambda turn=turn: users_loop(case.dataset, case.folder / f"loop{turn}")))
        selection = Selection.of(dataset)
        selection = selection.with_workers(fitting(selection.count(), IMAGES_THAT_PAY))
        ours.append(seconds(lambda turn=turn, s=selection: run_export(s, "coco", case.folder / f"coco{turn}")))
    mine, loop = median(ours) / len(dataset), median(theirs) / len(dataset)
    what = "COCO export against a loop of pycocotools and PNG writing"
    yield row(what, ">= 2", loop / mine, ms_per_image=1e3 * mine, baseline_ms_per_image=1e3 * loop)


def users_loop(dataset: Path, out: Path) -> None:
    """Instances only; no panoptic segments, no card, no calibration."""
    out.mkdir()
    group: Any = zarr.open_group(dataset, mode="r")
    rgb, ids = group[f"data/{RGB}"], group[f"data/{IDS}"]
    record = json.loads(str(group["meta/episodes"][0]))
    images, annotations = [], []
    for i in range(rgb.shape[0]):
        Image.fromarray(rgb[i]).save(out / f"{i:06d}.png")
        images.append({"id": i + 1, "file_name": f"{i:06d}.png", "width": rgb.shape[2], "height": rgb.shape[1]})
        instances = ids[i]
        for value in np.unique(instances[instances > 0]):
            encoded = rle.encode(np.asfortranarray(instances == value, dtype=np.uint8))
            area, box = float(rle.area(encoded)), rle.toBbox(encoded).tolist()
            segmentation = {"size": encoded["size"], "counts": encoded["counts"].decode()}
            annotation = {"id": len(annotations) + 1, "image_id": i + 1, "bbox": box, "area": area, "iscrowd": 0}
            annotations.append(annotation | {"segmentation": segmentation, "category_id": int(value)})
    document = {"images": images, "annotations": annotations, "layout": record["layout"]}
    (out / "instances.json").write_text(json.dumps(document))


def sizes(case: Case) -> Iterator[dict[str, Any]]:
    """Bytes of a labelled frame, stored by us in each profile and as PNG files."""
    dataset = Dataset(case.dataset)
    names = (RGB, DEPTH, IDS)
    chosen = np.linspace(0, len(dataset) - 1, 8 if case.quick else 64).astype(int)
    png = dict.fromkeys(names, 0.0)
    for name, values in dataset.batch(chosen, names).items():
        for k, image in enumerate(values):
            path = case.folder / f"{k}.png"
            Image.fromarray(image).save(path)
            png[name] += path.stat().st_size / len(chosen)
    for profile, goal in (("small", "> 1"), ("quick", "-")):
        copy = stored_as(profile, dataset, case.folder / f"{profile}.zarr")
        mine = dict.fromkeys(names, 0.0)
        for key, size in copy.bytes_by_key():
            for name in names:
                mine[name] += size / len(copy) if f"data/{name}/c/" in key else 0
        figures = {"kB": sum(mine.values()) / 1e3, "baseline_kB": sum(png.values()) / 1e3}
        for name in names:
            kind = name.rpartition("/")[2]
            figures |= {f"kB_{kind}": mine[name] / 1e3, f"baseline_kB_{kind}": png[name] / 1e3}
        what = f"bytes per labelled 640x480 frame, PNG files against ours, compression {profile}"
        yield row(what, goal, figures["baseline_kB"] / figures["kB"], **figures)


def stored_as(profile: str, dataset: Dataset, path: Path) -> Dataset:
    """The same episodes written in another profile."""
    about = {"compression": profile, "arrays": with_sources(dataset.meta.arrays)}
    with DatasetWriter.create(path, dataset.meta.model_copy(update=about)) as writer:
        for k in range(dataset.episodes):
            copy_episode(writer, dataset, k)
    return Dataset(path)


def recording_rates(case: Case) -> Iterator[dict[str, Any]]:
    """What recording takes of the speed of collecting, and of compressing and writing alone."""
    turns, episodes = (1, 1) if case.quick else (5, 6)
    ours, theirs = recording.collection(case.folder, turns, episodes)
    what = "collection with recording against without, 128x128 RGB, depth and ids"
    yield row(what, ">= 0.9", ours / theirs, steps_per_s=ours, baseline_steps_per_s=theirs)
    for dataset, size in ((case.folder / "collected0.zarr", "128x128"), (case.dataset, "640x480")):
        ours, theirs = recording.writing(dataset, case.folder, turns)
        what = f"recorder against writing the same encoded chunks straight to files, {size}"
        yield row(what, ">= 0.85", ours / theirs, frames_per_s=ours, baseline_frames_per_s=theirs)


ROWS = {"record": recording_rates, "read": random_batches, "open": opening, "coco": coco, "size": sizes}


def recorded(folder: Path, *, quick: bool) -> Path:
    """Frames of the expert in two factories."""
    collection = Collection(
        out=folder / "frames.zarr",
        agent="expert",
        env="FactoryTwin/RouteNav-v0",
        options={"layout": ["small_warehouse", "cross_dock"], "camera_size": (640, 480)},
        episodes=1 if quick else 6,
        seed=1,
        every=4 if quick else 2,
    )
    return Path(str(collect(collection).location))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--quick", action="store_true", help="few frames and turns: shows that it runs, nothing more")
    parser.add_argument("--only", nargs="+", choices=ROWS, default=list(ROWS), help="some of the rows")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, open(os.devnull, "w") as quiet:  # noqa: PTH123
        folder = Path(name)
        case = Case(recorded(folder, quick=args.quick), folder, args.quick)
        rows = []
        for key in args.only:
            with redirect_stderr(quiet if key == "coco" else sys.stderr):  # its progress bar
                rows += list(ROWS[key](case))
    if args.json:
        print(json.dumps({"frames": "640x480", "quick": args.quick, "results": rows}, indent=2))
        return
    for one in rows:
        figures = {k: v for k, v in one.items() if k not in ("what", "goal", "ratio")}
        text = ", ".join(f"{k} {v:.3g}" if isinstance(v, float) else f"{k} {v}" for k, v in figures.items())
        print(f"{one['what']}: {one['ratio']:.2f} ({one['goal']}); {text}")


if __name__ == "__main__":
    main()
