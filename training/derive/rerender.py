"""``twin rerender``: the same episodes with other eyes, drawn from the scenes and poses in the log.

With the cameras, size, renderer and quality of the recording it gives the recorded images byte for byte, or those that
were left out when poses alone were recorded.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from training.dataset import DatasetMeta, DatasetWriter, cameras, files
from training.dataset.reader import Dataset
from training.dataset.schema import POSES, AnyArray
from training.dataset.storage import Storage
from training.derive.copying import copy_episode
from training.derive.eyes import Eye, carried, check_names
from training.derive.lineage import derived
from training.derive.sources import with_sources
from training.workers import share
from twin import rendering
from twin.errors import DatasetError, InputError, UnknownNameError
from twin.rendering.base import Renderer
from twin.rendering.quality import quality_of
from twin.scene import Camera, Scene

Done = Callable[[int], None]
IMAGES = "cameras/"


@dataclass(frozen=True, slots=True)
class Rerendering:
    """What to draw again, and how."""

    parent: str | Path
    out: Path
    cameras: tuple[str, ...] = ()
    """See ``Eye.parse``; by default those recorded, or all that move with a body."""
    size: tuple[int, int] | None = None
    fov: float | None = None
    renderer: str = ""
    """As recorded by default."""
    quality: str = ""
    compression: str = ""
    """That of the parent by default."""

    def eyes(self, parent: Dataset) -> tuple[Eye, ...]:
        """The cameras that are asked for."""
        names = self.cameras or tuple(parent.cameras) or tuple(carried(parent.scene(0)))
        eyes = tuple(Eye.parse(name, self.size, self.fov) for name in names)
        check_names(eyes)
        return eyes

    def drawing(self, meta: DatasetMeta) -> tuple[str, str]:
        """Renderer and quality: those asked for, or those of the recording."""
        recorded = meta.env_arguments
        renderer = self.renderer or str(recorded.get("renderer") or rendering.AUTO)
        if renderer not in (names := [rendering.AUTO, *rendering.RENDERERS]):
            raise UnknownNameError("renderer", renderer, names)
        quality = self.quality or str(recorded.get("quality") or rendering.STANDARD.name)
        return renderer, quality_of(quality).name


def rerender(asked: Rerendering, *, workers: int = 1, resume: bool = False, done: Done = lambda _: None) -> Dataset:
    """Write every episode anew with other images; ``done(frames)`` is called as episodes end.

    ``workers`` processes write a part each; the digest is the same for any number of them. Interrupted, it leaves the
    episodes that are complete, and ``resume`` goes on. Raises ``DatasetError`` for a parent without scenes or poses.
    """
    parent = Dataset(asked.parent)
    meta = meta_of(asked, parent)
    if not (resume and Storage(asked.out, read_only=True).exists()):
        DatasetWriter.create(asked.out, meta).close()
    _check_resumable(asked.out, meta)
    there = set(Dataset(asked.out).numbers.tolist())
    todo = [number for number in parent.numbers.tolist() if number not in there]
    died = share(partial(_drawing, asked), todo, min(workers, max(1, len(todo))), done)
    result = Dataset(asked.out)
    if died or result.episodes < parent.episodes:
        count = f"{result.episodes} of {parent.episodes} episodes are in {asked.out}"
        raise DatasetError(f"{'; '.join(died)}: {count}; the same command with --resume goes on")
    return result


def meta_of(asked: Rerendering, parent: Dataset) -> DatasetMeta:
    """The root attributes of the result; raises for what cannot be drawn."""
    if not parent.episodes:
        raise DatasetError(f"{parent.label} has no episodes to render")
    if POSES not in parent.arrays:
        raise DatasetError(f"{parent.label} has no poses, so nothing can be rendered from it")
    scene = parent.scene(0)
    models = tuple(cameras.model(eye.camera(scene)) for eye in asked.eyes(parent))
    if not models:
        raise InputError(f"{parent.label}: nothing in its scene '{scene.name}' carries a camera; name one")
    renderer, quality = asked.drawing(parent.meta)
    names = list(asked.cameras or [model.name for model in models])
    arguments: dict[str, Any] = {"cameras": names, "renderer": renderer, "quality": quality}
    arguments |= {"size": list(asked.size)} if asked.size else {}
    arguments |= {"fov": asked.fov} if asked.fov else {}
    meta = derived([parent], asked.out.stem, "rerender", arguments, asked.compression)
    kept = [spec for spec in meta.arrays if not spec.name.startswith(IMAGES)]
    arrays = [*kept, *(spec for model in models for spec in cameras.arrays(model))]
    return meta.model_copy(update={"arrays": with_sources(arrays), "cameras": models})


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

        def do(number: int) -> int:
            k = int(np.searchsorted(parent.numbers, number))
            change = drawer.begin(k)
            copy_episode(writer, parent, k, change=change, renderer=drawer.describe())
            return int(parent.index.lengths[k])

        yield do


class _Drawer:
    """The renderer of the scene drawn last, and its cameras."""

    def __init__(self, asked: Rerendering, parent: Dataset) -> None:
        self._parent, self._eyes = parent, asked.eyes(parent)
        self._renderer_name, self._quality = asked.drawing(parent.meta)
        self._models = [cameras.model(eye.camera(parent.scene(0))) for eye in self._eyes]
        self._renderer: Renderer | None = None

    def begin(self, k: int) -> Callable[[int, int, Mapping[str, AnyArray]], Mapping[str, AnyArray]]:
        """What draws the frames of the k-th episode."""
        scene = self._parent.scene(k)
        seen = [eye.camera(scene) for eye in self._eyes]
        for camera, model in zip(seen, self._models, strict=True):
            if cameras.model(camera) != model:
                text = f"episode {self._parent.numbers[k]} has another lens or size than the first one; give a --size"
                raise DatasetError(f"{self._parent.label}: camera '{camera.name}' of {text}")
        renderer = self._ready(scene)
        return partial(_images, renderer, scene, seen, cameras.class_lookup(scene))

    def describe(self) -> str:
        """What draws."""
        return self._renderer.describe() if self._renderer is not None else ""

    def _ready(self, scene: Scene) -> Renderer:
        if self._renderer is None or self._renderer.scene is not scene:
            self._close()
            self._renderer = rendering.create(scene, self._renderer_name, self._quality)
        return self._renderer

    def _close(self) -> None:
        if self._renderer is not None:
            self._renderer.close()
            self._renderer = None

    def __enter__(self) -> "_Drawer":
        return self

    def __exit__(self, *_: object) -> None:
        self._close()


def _images(
    renderer: Renderer,
    scene: Scene,
    seen: list[Camera],
    classes: AnyArray,
    _episode: int,
    _frame: int,
    values: Mapping[str, AnyArray],
) -> dict[str, AnyArray]:
    """The arrays of all cameras for one frame."""
    poses = values[POSES]
    images: dict[str, AnyArray] = {}
    for camera in seen:
        images |= cameras.row(renderer.render(poses, camera), camera, scene, poses, classes)
    return images
