"""What the study of perception compares, and how one training of it goes."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from perception_data import Recipe

from training.dataset import Dataset
from training.derive.augment import augment
from training.derive.bridging import Bridging
from training.derive.select import select
from training.perception import sources
from training.perception.config import PerceptionConfig, Source
from training.perception.evaluate import evaluate
from training.perception.frames import PerceptionFrames
from training.perception.model import Model
from training.perception.run import Run
from training.perception.train import train

SCENARIO = Path(__file__).with_name("perception_randomized.yaml")
TARGETS = {"classic": ("classic", "full"), "tiny": ("tiny", "standard")}
"""Renderers of the other plant, and their quality."""
BRIDGE, BRIDGED = "histogram", 200
"""What brings colours nearer to the target's, and of how many of the randomized halls."""
FEW = 20
"""Labelled frames of the target."""


@dataclass(frozen=True)
class Arm:
    """One thing to learn from."""

    name: str
    words: str
    after: bool = False
    """Whether it waits until all that start from nothing are done."""
    goes_on: bool = False
    """Whether it goes on from (b)'s network of the same seed."""
    each: bool = False
    """Whether each target has a training of its own."""


ARMS = (
    Arm("a", "plain synthetic"),
    Arm("b", "randomized"),
    Arm("b2", "randomized, as many steps more as (c) and (d)", after=True, goes_on=True),
    Arm("c", "randomized, bridged to the target's colours", after=True, goes_on=True, each=True),
    Arm("d", f"randomized, and {FEW} frames of the target", after=True, goes_on=True, each=True),
    Arm("e", f"the {FEW} frames of the target alone", after=True, each=True),
)


@dataclass(frozen=True)
class Study:
    """How much of everything."""

    seeds: int = 5
    steps: int = 2200
    """Of a training from nothing."""
    further: int = 300
    """Steps that go on from (b), and those of the few frames alone."""
    halls: int = 600
    views: int = 3
    """Of each hall: many halls with few stills teach more than few halls with many, for each has one look."""
    pool: int = 5
    """Halls that each seed's few frames are from."""
    tests: int = 25
    """Halls that are tested on."""
    size: int = 64
    batch: int = 16
    rate: float = 4e-3

    @classmethod
    def quick(cls) -> "Study":
        """Small enough to see in a minute or two that everything runs."""
        return cls(seeds=1, steps=20, further=5, halls=4, tests=2)

    def recipes(self) -> list[Recipe]:
        """Every dataset; the slow ones first, so that workers end together."""
        plant = [
            Recipe(f"{name}_{part}", seed, halls, views, self.size, renderer, (quality,), plant=True)
            for name, (renderer, quality) in TARGETS.items()
            for part, seed, halls, views in (
                ("test", 900_000, self.tests, 8),
                ("pool", 950_000, self.pool * self.seeds, FEW // self.pool),
            )
        ]
        plain = Recipe("plain", 1_000, self.halls, self.views, self.size)
        randomized = replace(plain, name="randomized", scenario=str(SCENARIO), qualities=("fast", "standard", "full"))
        return [randomized, *plant[:2], plain, *plant[2:]]


@dataclass(frozen=True)
class Task:
    """One training: an arm, a seed, and the target where the arm has one for each."""

    arm: Arm
    seed: int
    target: str = ""

    def folder(self, out: Path) -> Path:
        """Of its run."""
        return out / "runs" / "-".join([self.arm.name, *([self.target] if self.target else []), str(self.seed)])

    def scores(self, out: Path) -> Path:
        """What it ends with: a list with a row for each target."""
        return self.folder(out) / "targets.json"

    def steps(self, study: Study) -> int:
        """How many."""
        return study.further if self.arm.after else study.steps


def tasks(study: Study) -> list[Task]:
    """All trainings."""
    return [
        Task(arm, seed, target)
        for seed in range(study.seeds)
        for arm in ARMS
        for target in (TARGETS if arm.each else ("",))
    ]


class _Quiet:
    """A progress bar that nobody sees: the study shows one for all trainings."""

    def begin(self, completed: float) -> None:
        """Nothing."""

    def update(self, completed: float, note: str | None = None) -> None:
        """Nothing."""


def work(study: Study, task: Task, out: Path) -> int:
    """Train and test; returns the steps."""
    folder = task.folder(out)
    folder.parent.mkdir(exist_ok=True)
    run = Run.open(folder) if (folder / "config.json").exists() else Run.create(folder, config_of(study, task, out))
    model = train(run, _Quiet())  # type: ignore[arg-type]
    rows = [_tested(model, task, target, out) for target in ([task.target] if task.target else TARGETS)]
    task.scores(out).write_text(json.dumps(rows))
    return task.steps(study)


def config_of(study: Study, task: Task, out: Path) -> PerceptionConfig:
    """What its run is made of."""
    size = (study.size, study.size)
    start = out / "runs" / f"b-{task.seed}" if task.arm.goes_on else None
    return PerceptionConfig(
        data=tuple(_data(task, out)),
        split="",
        val_split="",
        size=size,
        steps=task.steps(study),
        batch=study.batch,
        rate=study.rate / 2 if start else study.rate,
        seed=task.seed,
        threads=1,
        start=sources.start(start) if start else None,
    )


def _data(task: Task, out: Path) -> Iterator[Source]:
    data, own = out / "data", Sample(task.target, task.seed)
    match task.arm.name:
        case "a":
            yield sources.source(str(data / "plain.zarr"))
        case "b" | "b2":
            yield sources.source(str(data / "randomized.zarr"))
        case "c":
            yield sources.source(str(own.bridged(out)))
        case "d":
            yield sources.source(str(data / "randomized.zarr"), 0.5)
            yield sources.source(str(own.few(out)), 0.5)
        case "e":
            yield sources.source(str(own.few(out)))


@dataclass(frozen=True)
class Sample:
    """What one seed knows of one target. Made before any training, by one process: several arms learn from it."""

    target: str
    seed: int

    def few(self, out: Path) -> Path:
        """The seed's own frames of the target: a view."""
        return out / "data" / f"{self.target}_few_{self.seed}.zarr"

    def bridged(self, out: Path) -> Path:
        """Randomized stills with the colours of these frames, whose labels are not used."""
        return out / "data" / f"{self.target}_bridged_{self.seed}.zarr"


def samples(study: Study) -> list[Sample]:
    """All of them."""
    return [Sample(target, seed) for seed in range(study.seeds) for target in TARGETS]


def derive(study: Study, sample: Sample, out: Path) -> int:
    """Make what is not there yet; returns 1: one sample is done."""
    few, bridged = sample.few(out), sample.bridged(out)
    if not few.exists():
        pool = Dataset(out / "data" / f"{sample.target}_pool.zarr")
        first = sample.seed * study.pool
        select(pool, few, {"episode": [f"{first}:{first + study.pool - 1}"]})
    if not bridged.exists():
        halls = Dataset(out / "data" / "randomized.zarr").filter(episode=f":{BRIDGED - 1}")
        augment(halls, bridged, (), sample.seed, bridging=Bridging(BRIDGE, few))
    return 1


def _tested(model: Model, task: Task, target: str, out: Path) -> dict[str, Any]:
    test = Dataset(out / "data" / f"{target}_test.zarr")
    scores = evaluate(model, PerceptionFrames([test], model.size, model.classes)).as_json()
    kept = {key: scores[key] for key in ("miou", "map", "map50", "pixel_accuracy", "iou", "ap50")}
    return {"arm": task.arm.name, "target": target, "seed": task.seed, **kept}
