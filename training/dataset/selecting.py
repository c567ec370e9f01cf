"""Chooses frames of a dataset by the filters of ``training.dataset.filters``."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from training.dataset import cameras as camera_arrays
from training.dataset.filters import EpisodeFilter, Filter, FrameFilter, ImageFilter, ObjectFilter, filters
from training.dataset.filters._kinds import Mask, Terms
from training.dataset.frame_index import Int64Array
from training.dataset.frames import Rows
from training.dataset.schema import EXTRINSICS, INSTANCE, INTRINSICS, POSES, AnyArray, CameraModel, EpisodeRecord
from twin.errors import DatasetError, one_of
from twin.rendering.base import Frame, Renderer
from twin.rendering.last_used import LastUsed
from twin.scene import Scene

if TYPE_CHECKING:
    from training.dataset.reader import Dataset
    from twin.labels import LabelInput

BLOCK = 64
"""Frames looked at in one go."""


def select(
    dataset: "Dataset",
    terms: Mapping[str, object],
    cameras: Sequence[str] = (),
    done: Callable[[int], None] = lambda _: None,
) -> "Dataset":
    """The frames that meet all terms (filter name -> one or several), and these cameras only, all by default.

    A filter of objects keeps a frame when one image of the cameras shows an object that passes all of them.
    ``done(frames)`` is called as it goes on. Raises ``UnknownNameError`` and ``InputError`` for terms that cannot be.
    """
    seen = dataset.selected(dataset.index, cameras)
    chooser = _Chooser.of(seen, {name: normalized(value) for name, value in terms.items()})
    episodes, frames = [], []
    try:
        for k in range(seen.episodes):
            chosen = chooser.frames(k)
            if chosen is not None:
                episodes.append(k)
                frames.append(chosen)
            done(int(seen.index.lengths[k]))
    finally:
        chooser.drawn.close()
    whole = all(len(at) == seen.index.lengths[k] for k, at in zip(episodes, frames, strict=True))
    return seen.selected(seen.index.select(episodes, None if whole else frames))


def normalized(value: object) -> Terms:
    """What was given for a filter, in Python or on the command line, as texts."""
    if isinstance(value, Iterable) and not isinstance(value, str):
        return tuple(text for one in value for text in normalized(one))
    return (str(value).lower() if isinstance(value, bool) else str(value),)


@dataclass
class _Chooser:
    """The terms, checked against a dataset."""

    dataset: "Dataset"
    episode: list[Callable[[EpisodeRecord], bool]]
    frame: list[Callable[[Rows], Mask]]
    object: "list[Callable[[LabelInput], Mask]]"
    drawing: "list[Callable[[LabelInput], Mask]]"
    """The filters of objects that need a renderer."""
    image: list[Callable[[int], bool]]
    drawn: LastUsed = field(default_factory=LastUsed)

    @classmethod
    def of(cls, dataset: "Dataset", terms: Mapping[str, Terms]) -> "_Chooser":
        chooser = cls(dataset, [], [], [], [], [])
        for name, texts in terms.items():
            one_of("filter", name, filters())
            if texts:
                chooser._add(filters()[name], texts)
        if chooser.looks and not dataset.cameras:
            raise DatasetError(f"{dataset.label} has no cameras, so frames cannot be chosen by what they show")
        return chooser

    def _add(self, filter_: Filter, terms: Terms) -> None:
        match filter_:
            case EpisodeFilter():
                self.episode.append(filter_.prepare(terms, self.dataset))
            case FrameFilter():
                self.frame.append(filter_.prepare(terms, self.dataset))
            case ObjectFilter():
                masks = self.drawing if filter_.draws else self.object
                masks.append(filter_.prepare(terms, self.dataset))
                self.episode.append(lambda record: filter_.possible(terms, record))
            case ImageFilter():
                self.image.append(filter_.prepare(terms, self.dataset))

    @property
    def looks(self) -> bool:
        """Whether images have to be looked at."""
        return bool(self.object or self.drawing or self.image)

    def frames(self, k: int) -> Int64Array | None:
        """Which frames of the k-th episode are kept; None where none is."""
        if not all(keep(self.dataset.record(k)) for keep in self.episode):
            return None
        rows = self.dataset.episode(k)
        kept = np.ones(rows.frames, bool)
        for mask in self.frame:
            kept &= mask(rows)
        chosen = np.flatnonzero(kept)
        if self.looks and len(chosen):
            chosen = chosen[self._shown(k, rows, chosen)]
        return chosen if len(chosen) else None

    def _shown(self, k: int, rows: Rows, frames: Int64Array) -> Mask:
        """Of these frames, those of which an image shows what is asked for."""
        scene = self.dataset.scene(k)
        shown: list[bool] = []
        for start in range(0, len(frames), BLOCK):
            block = rows.at(frames[start : start + BLOCK])
            shown += [any(map(self._passes, images)) for images in self._images(block, scene)]
        return np.array(shown, bool)

    def _passes(self, image: "LabelInput") -> bool:
        passing = np.ones(len(image.objects), bool)
        for mask in [*self.object, *self.drawing]:
            if passing.any():
                passing &= mask(image)
        count = int(passing.sum())
        return all(judge(count) for judge in self.image) if self.image else count > 0

    def _images(self, rows: Rows, scene: Scene) -> "Iterator[Iterator[LabelInput]]":
        """Of each frame its images, one a camera; without colours and depth, which no filter looks at."""
        models = tuple(self.dataset.cameras.values())
        names = [POSES, *(m.array(a) for m in models for a in (INSTANCE, INTRINSICS, EXTRINSICS))]
        read = {name: rows[name] for name in names}
        for t in range(rows.frames):
            values = {name: array[t] for name, array in read.items()}
            yield (self._image(values, model, scene) for model in models)

    def _image(self, values: Mapping[str, AnyArray], model: CameraModel, scene: Scene) -> "LabelInput":
        from twin.labels import LabelInput

        ids = values[model.array(INSTANCE)]
        frame = Frame(np.zeros((*ids.shape, 3), np.uint8), np.zeros(ids.shape, np.float32), ids)
        camera = camera_arrays.stored_camera(values, model)
        return LabelInput(frame, scene, values[POSES], camera, self._renderer(scene))

    def _renderer(self, scene: Scene) -> Renderer | None:
        return self.drawn.of(scene) if self.drawing else None
