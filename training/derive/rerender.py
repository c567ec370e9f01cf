"""``twin rerender``: the same episodes with other eyes, drawn from the scenes and poses in the log.

Unless others are asked for, lenses, camera poses, renderer and quality are those of the dataset: then it gives the
images that are there byte for byte, or those that were left out when poses alone were recorded.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from training.dataset import DatasetWriter, cameras, files, marks
from training.dataset.episode_stream import TIME
from training.dataset.reader import Dataset
from training.dataset.schema import POSES, Ancestor, AnyArray, CameraModel, DatasetMeta
from training.dataset.storage import Storage
from training.derive.copying import Change, copy_episode
from training.derive.eyes import Eye, carried, check_names
from training.derive.lineage import derived
from training.derive.restaging import Before, Restaged, drawn_over, recorded, scenario_for_pictures
from training.derive.sources import with_sources
from training.workers import share
from twin import rendering
from twin.errors import DatasetError, InputError, one_of
from twin.rendering.last_used import LastUsed
from twin.rendering.quality import quality_of
from twin.scene import Scene
from twin.studio import Studio

Done = Callable[[int], None]
IMAGES = "cameras/"
RERENDER = "rerender"


@dataclass(frozen=True, slots=True)
class Rerendering:
    """What to draw again, and how."""

    parent: str | Path
    out: Path
    cameras: tuple[str, ...] = ()
    """See ``Eye.parse``; by default those of the parent, or all that move with a body."""
    size: tuple[int, int] | None = None
    fov: float | None = None
    renderer: str = ""
    """That of the parent by default."""
    quality: str = ""
    """That of each episode by default."""
    compression: str = ""
    """That of the parent by default."""
    randomize: str = ""
    """A scenario, by name or file, to draw over the episodes."""

    def __post_init__(self) -> None:
        """Raise ``InputError`` for a field of view that no lens has."""
        if self.fov is not None and not 0 < self.fov < math.pi:
            raise InputError(f"--fov {self.fov:g}: should be more than 0 and less than pi (3.1416) rad")

    def eyes(self, parent: Dataset) -> tuple[Eye, ...]:
        """The cameras that are asked for."""
        names = self.cameras or tuple(parent.cameras) or tuple(carried(parent.scene(0)))
        eyes = tuple(Eye.parse(name, self.size, self.fov).of(parent) for name in names)
        if self.randomize:  # which may move cameras from where they were recorded
            eyes = tuple(eye.of_the_scene(parent) for eye in eyes)
        check_names(eyes)
        return eyes

    def renderer_for(self, parent: Dataset) -> str:
        """The one asked for, or that of the parent."""
        renderer = self.renderer or str(drawn_with(parent.meta).get("renderer") or rendering.AUTO)
        return one_of("renderer", renderer, [rendering.AUTO, *rendering.RENDERERS])

    def qualities(self, parent: Dataset) -> list[str]:
        """Of each episode: the one asked for, or that of its images, or what they would have been drawn with."""
        unsaid = str(drawn_with(parent.meta).get("quality") or rendering.STANDARD.name)
        return [quality_of(self.quality or r.quality or unsaid).name for r in parent.records_as_written()]


def drawn_with(meta: DatasetMeta) -> Mapping[str, Any]:
    """What is said of the images of a dataset: by the last rerendering, or else by the recording."""
    node: DatasetMeta | Ancestor | None = meta
    while node is not None:
        if node.operation is not None and node.operation.name == RERENDER:
            return node.operation.arguments
        node = node.ancestry[0] if node.ancestry else None
    return meta.env_arguments


def rerender(asked: Rerendering, *, workers: int = 1, resume: bool = False, done: Done = lambda _: None) -> Dataset:
    """Write every episode anew with other images; ``done(frames)`` is called as episodes end.

    ``workers`` processes write a part each; the digest is the same for any number of them. Interrupted, it leaves the
    episodes that are complete, if any, and ``resume`` goes on. Raises for what cannot be drawn, in whichever episode,
    before it makes anything.
    """
    parent = Dataset(asked.parent)
    meta = meta_of(asked, parent)
    check_all(asked, parent)
    if resume and Storage(asked.out, read_only=True).exists():
        _check_resumable(asked.out, meta)
        return _complete(asked, parent, workers, done)
    with files.gone_if_empty(asked.out):
        DatasetWriter.create(asked.out, meta).close()
        return _complete(asked, parent, workers, done)


def _complete(asked: Rerendering, parent: Dataset, workers: int, done: Done) -> Dataset:
    there = set(Dataset(asked.out).numbers.tolist())
    todo = [number for number in parent.numbers.tolist() if number not in there]
    died = share(partial(_drawing, asked), todo, min(workers, max(1, len(todo))), done)
    result = Dataset(asked.out)
    if died or result.episodes < parent.episodes:
        count = f"{result.episodes} of {parent.episodes} episodes are in {asked.out}"
        how = f"{count}; the same command with --resume goes on" if result.episodes else "nothing was written"
        raise DatasetError(f"{'; '.join(died)}: {how}")
    return result


def meta_of(asked: Rerendering, parent: Dataset) -> DatasetMeta:
    """The root attributes of the result; raises for what cannot be drawn."""
    if not parent.episodes:
        raise DatasetError(f"{parent.label} has no episodes to render")
    if POSES not in parent.arrays:
        raise DatasetError(f"{parent.label} has no poses, so nothing can be rendered from it")
    models = _models(asked.eyes(parent), parent, 0)
    if not models:
        raise InputError(f"{parent.label}: nothing in its scene '{parent.scene(0).name}' carries a camera; name one")
    names = list(asked.cameras or [model.name for model in models])
    quality = ",".join(dict.fromkeys(asked.qualities(parent)))
    arguments: dict[str, Any] = {"cameras": names, "renderer": asked.renderer_for(parent), "quality": quality}
    arguments |= {"size": list(asked.size)} if asked.size else {}
    arguments |= {"fov": asked.fov} if asked.fov else {}
    if asked.randomize:
        arguments["scenario"] = scenario_for_pictures(asked.randomize).data()
    meta = derived([parent], asked.out.stem, RERENDER, arguments, asked.compression)
    kept = [spec for spec in meta.arrays if not spec.name.startswith(IMAGES)]
    arrays = [*kept, *(spec for model in models for spec in cameras.arrays(model))]
    return meta.model_copy(update={"arrays": with_sources(arrays), "cameras": models})


def check_all(asked: Rerendering, parent: Dataset) -> None:
    """Raise where a scene lacks a camera or a body, or its camera is not that of the first episode."""
    eyes, scenes = asked.eyes(parent), dict[str, int]()
    for k, record in enumerate(parent.records_as_written()):
        scenes.setdefault(record.scene, k)
    first = _models(eyes, parent, 0)
    for k in scenes.values():
        for one, other in zip(first, _models(eyes, parent, k), strict=True):
            if one != other:
                raise DatasetError(f"{parent.label}: {_difference(parent, k, one, other)}")


def _models(eyes: tuple[Eye, ...], parent: Dataset, k: int) -> tuple[CameraModel, ...]:
    """The cameras in the k-th episode."""
    scene, rows = parent.scene(k), parent.rows(k, 0, 1)
    return tuple(cameras.model(eye.camera(scene, {name: rows[name][0] for name in eye.reads})) for eye in eyes)


def _difference(parent: Dataset, k: int, one: CameraModel, other: CameraModel) -> str:
    """Between a camera in the first episode and in the k-th, and what to do."""
    begin, end = int(parent.numbers[0]), int(parent.numbers[k])
    if other.model_copy(update={"width": one.width, "height": one.height}) == one:
        sizes = f"{one.width}x{one.height} in episode {begin}, {other.width}x{other.height} in episode {end}"
        return f"camera '{one.name}' is {sizes}; give a --size"
    records = list(parent.records_as_written())
    ours, theirs = records[0].layout, records[k].layout
    choice = f"--layout {ours}" if ours and ours != theirs else f"--episode {begin}"
    text = f"camera '{one.name}' has another lens or range in episode {end} than in episode {begin}"
    return f"{text}; choose episodes in which it is the same first, such as those of twin select {choice}"


def _check_resumable(out: Path, meta: DatasetMeta) -> None:
    there = files.read_meta(Storage(out, read_only=True))
    if there.parents != meta.parents or there.operation != meta.operation:
        raise DatasetError(f"{out} cannot be resumed: it was not made from the same dataset by the same command")


@contextmanager
def _drawing(asked: Rerendering, part: int) -> Iterator[Callable[[int], int]]:
    """Draws the episodes whose numbers it is called with, into a part of its own."""
    parent = Dataset(asked.parent)
    meta = meta_of(asked, parent)
    with _Drawer(asked, parent) as drawer, DatasetWriter.resume(asked.out, meta, part) as writer:
        images = {spec.name for spec in meta.arrays if spec.name.startswith(IMAGES)}

        def do(number: int) -> int:
            k = int(np.searchsorted(parent.numbers, number))
            restaged = drawer.restaged(k)
            change, about = drawer.begin(k, restaged), {**drawer.about(), **restaged.about}
            made = images - drawer.reads
            copy_episode(writer, parent, k, change=change, made=made, about=about, scene=restaged.scene)
            return int(parent.index.lengths[k])

        yield do


class _Drawer:
    """The renderer of the scene drawn last, and the cameras."""

    def __init__(self, asked: Rerendering, parent: Dataset) -> None:
        self._parent, self._eyes = parent, asked.eyes(parent)
        self._drawing, self._qualities = LastUsed(asked.renderer_for(parent)), asked.qualities(parent)
        self._studio: Studio | None = None
        self._scenario = scenario_for_pictures(asked.randomize) if asked.randomize else None
        self.reads = frozenset[str]().union(*(eye.reads for eye in self._eyes))
        """Stored values that are needed."""

    def restaged(self, k: int) -> Restaged:
        """How the k-th episode shall look."""
        if self._scenario is None:
            return recorded(self._parent, k)
        return drawn_over(self._parent, k, self._scenario)

    def begin(self, k: int, restaged: Restaged) -> Change:
        """What draws the frames of the k-th episode."""
        studio = self._ready(restaged.scene, self._qualities[k])
        before = Before()
        return partial(_images, studio, restaged, self._eyes, cameras.class_lookup(restaged.scene), before)

    def about(self) -> dict[str, str]:
        """What draws, for the episode's record."""
        renderer = self._drawing.renderer
        return {"renderer": renderer.describe(), "quality": renderer.quality.name} if renderer is not None else {}

    def _ready(self, scene: Scene, quality: str) -> Studio:
        renderer = self._drawing.of(scene, quality)
        if self._studio is None or self._studio.renderer is not renderer:
            self._studio = Studio(renderer)
        return self._studio

    def __enter__(self) -> "_Drawer":
        return self

    def __exit__(self, *_: object) -> None:
        self._drawing.close()


def _images(
    studio: Studio,
    restaged: Restaged,
    eyes: tuple[Eye, ...],
    classes: AnyArray,
    before: Before,
    _episode: int,
    _frame: int,
    values: Mapping[str, AnyArray],
) -> dict[str, AnyArray]:
    """The arrays of all cameras for one frame."""
    scene, poses, time = restaged.scene, restaged.poses(values[POSES]), float(values.get(TIME, 0.0))
    images = marks.drawn_anew(values) | {POSES: poses}
    moments = before.until(poses, time)
    for eye in eyes:
        camera = eye.camera(scene, {**values, POSES: poses})
        frame = studio.take(moments, camera, restaged.look(time), time)
        images |= cameras.row(frame, camera, scene, poses, classes)
    return images
