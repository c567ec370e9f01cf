"""Images of recorded datasets with what is to be learned of them, as a map-style dataset of PyTorch.

>>> frames = PerceptionFrames([Dataset("D.zarr").filter(split="train")])  # doctest: +SKIP
>>> loader = DataLoader(frames, batch_size=16, collate_fn=collate)  # doctest: +SKIP
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt
import torch
from torch.utils import data

from training.dataset import CameraModel, Dataset
from training.dataset.schema import INSTANCE, RGB, SEMANTIC, AnyArray
from training.perception import classes as learned
from training.perception.objects import Objects, objects
from twin.errors import InputError

CACHE_BYTES = 1_500_000_000
"""Of prepared images that are kept; those beyond are read again each time."""
MIN_PIXELS = 12
"""At the network's resolution, from which an object's box is asked for."""


class Sample(NamedTuple):
    """One image at the network's resolution."""

    image: npt.NDArray[np.uint8]  # (h, w, 3) sRGB
    semantic: npt.NDArray[np.uint8]  # (h, w) numbers of learned classes, 0 = background
    objects: Objects


class PerceptionFrames(data.Dataset[Sample]):
    """Every image of every camera of several datasets, one after the other, scaled to one size."""

    def __init__(
        self,
        datasets: Sequence[Dataset],
        size: tuple[int, int] = (128, 128),
        classes: Sequence[str] = learned.DEFAULT,
        min_pixels: int = MIN_PIXELS,
    ) -> None:
        """``size``: width and height. ``InputError`` for a dataset without cameras or their arrays."""
        self.datasets, self.size, self.classes = tuple(datasets), size, learned.checked(classes)
        self._min_pixels = min_pixels
        self._cameras: list[tuple[int, CameraModel]] = []
        self._lookups = [learned.lookup(dataset.meta.taxonomy, classes) for dataset in datasets]
        places, self.lengths = [], []
        for number, dataset in enumerate(datasets):
            if not dataset.cameras:
                raise InputError(f"{dataset.label} has no cameras, so there are no images to learn from")
            self.lengths.append(dataset.frames * len(dataset.cameras))
            for camera in dataset.cameras.values():
                for name in (RGB, SEMANTIC, INSTANCE):
                    if camera.array(name) not in dataset.arrays:
                        raise InputError(f"{dataset.label} has no {camera.array(name)}, and that is learned from")
                frames = np.arange(dataset.frames)
                places.append(np.stack([np.full_like(frames, len(self._cameras)), frames], axis=1))
                self._cameras.append((number, camera))
        self._places = np.concatenate([np.zeros((0, 2), np.int64), *places])
        self._kept: dict[int, Sample] = {}
        self._room = CACHE_BYTES // (size[0] * size[1] * 4)

    def __len__(self) -> int:
        return len(self._places)

    def __getitem__(self, index: int) -> Sample:
        return self.__getitems__([index])[0]

    def __getitems__(self, indices: Sequence[int]) -> list[Sample]:
        """What a loader asks for a whole batch: read at once."""
        fresh = dict(self._read([i for i in indices if i not in self._kept]))
        room = self._room - len(self._kept)
        found = [fresh[i] if i in fresh else self._kept[i] for i in indices]
        self._kept |= dict(list(fresh.items())[: max(0, room)])
        return found

    def where(self, index: int) -> tuple[int, str, int]:
        """Dataset, camera and frame of an image."""
        camera, frame = self._places[index].tolist()
        number, model = self._cameras[camera]
        return number, model.name, frame

    def _read(self, indices: Sequence[int]) -> list[tuple[int, Sample]]:
        wanted: dict[int, list[int]] = defaultdict(list)
        for index in dict.fromkeys(indices):
            wanted[int(self._places[index, 0])].append(index)
        found = []
        for camera, group in wanted.items():
            number, model = self._cameras[camera]
            names = [model.array(name) for name in (RGB, SEMANTIC, INSTANCE)]
            values = self.datasets[number].batch(self._places[group, 1], names)
            images = zip(*(values[name] for name in names), strict=True)
            lookup = self._lookups[number]
            found += [
                (i, self._sample(rgb, semantic, instance, lookup))
                for i, (rgb, semantic, instance) in zip(group, images, strict=True)
            ]
        return found

    def _sample(self, rgb: AnyArray, semantic: AnyArray, instance: AnyArray, lookup: learned.Lookup) -> Sample:
        known = np.where(semantic < len(lookup), semantic, 0)
        classes = _nearest(lookup[known], self.size)
        small = self.size[0] < rgb.shape[1] or self.size[1] < rgb.shape[0]
        image = cv2.resize(rgb, self.size, interpolation=cv2.INTER_AREA if small else cv2.INTER_LINEAR)
        return Sample(
            np.asarray(image, np.uint8), classes, objects(_nearest(instance, self.size), classes, self._min_pixels)
        )


def _nearest(ids: AnyArray, size: tuple[int, int]) -> AnyArray:
    """Ids at another size: each one that of the pixel whose centre is nearest. Means of ids would be other ids."""
    height, width = ids.shape
    rows = ((np.arange(size[1]) + 0.5) * height / size[1]).astype(np.intp)
    columns = ((np.arange(size[0]) + 0.5) * width / size[0]).astype(np.intp)
    return ids[rows[:, None], columns]


class Batch(NamedTuple):
    """Images stacked."""

    images: torch.Tensor  # (n, 3, h, w) float, about zero
    semantic: torch.Tensor  # (n, h, w) int64
    objects: list[Objects]


def collate(samples: Sequence[Sample]) -> Batch:
    """Samples as a batch; channels are stored last, as convolutions on processors want them."""
    pixels = torch.from_numpy(np.stack([sample.image for sample in samples]))
    semantic = torch.from_numpy(np.stack([sample.semantic for sample in samples])).long()
    return Batch(normalised(pixels), semantic, [sample.objects for sample in samples])


def normalised(pixels: torch.Tensor) -> torch.Tensor:
    """Images (n, h, w, 3) uint8 as a network takes them, (n, 3, h, w): each channel of each about 0, its spread 1.

    Image by image, so that neither exposure nor the colour of the light matters. What is nearly one colour stays so.
    """
    values = pixels.permute(0, 3, 1, 2).float()
    middle, spread = values.mean(dim=(2, 3), keepdim=True), values.std(dim=(2, 3), keepdim=True)
    return (values - middle) / (spread + 8.0)
