"""``twin augment``: the same frames with other pixels. Depth, ids and everything else stay what they are."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

import numpy as np

from training.complete_folder import complete_folder
from training.dataset import DatasetWriter
from training.dataset.reader import Dataset
from training.dataset.schema import RGB, AnyArray
from training.derive.bridging import Bridging
from training.derive.copying import check_has, copy_episode
from training.derive.lineage import derived
from training.derive.sources import with_sources
from twin.effects import parsed
from twin.errors import DatasetError

Step: TypeAlias = Callable[[AnyArray, np.random.Generator], AnyArray]


def augment(
    dataset: Dataset,
    out: Path,
    operations: Sequence[str],
    seed: int = 0,
    done: Callable[[int], None] = lambda _: None,
    *,
    compression: str = "",
    bridging: Bridging | None = None,
) -> Dataset:
    """Write ``dataset`` with its colour images changed by ``bridging`` first, then by ``operations`` one by one.

    An operation is an effect and its parameters, such as ``noise:read=8`` or ``exposure:stops=-1..1``.
    Draws depend on seed, episode, frame, camera and operation alone. Every frame names the frame it was made of in
    ``source/*``. ``compression`` is that of ``dataset`` by default.
    ``Bridging("fda:beta=0.03", "photos/")`` makes them look more like a target's; see ``training.derive.bridges``.
    """
    if not dataset.cameras:
        raise DatasetError(f"{dataset.label} has no cameras, so there are no images to change")
    check_has(dataset, RGB)
    steps: list[Step] = [*([bridging] if bridging else []), *(parsed(text) for text in operations)]
    images = [camera.array(RGB) for camera in dataset.cameras.values()]
    arguments = {"apply": list(operations), "seed": seed, **(bridging.lineage() if bridging else {})}
    meta = derived([dataset], out.stem, "augment", arguments, compression)

    def change(k: int, t: int, values: Mapping[str, AnyArray]) -> dict[str, AnyArray]:
        place = (seed, int(dataset.numbers[k]), t)
        return {name: _changed(values[name], steps, (*place, c)) for c, name in enumerate(images)}

    meta = meta.model_copy(update={"arrays": with_sources(meta.arrays)})
    with complete_folder(out) as folder, DatasetWriter.create(folder, meta) as writer:
        for k in range(dataset.episodes):
            copy_episode(writer, dataset, k, change=change)
            done(int(dataset.index.lengths[k]))
    return Dataset(out)


def _changed(rgb: AnyArray, steps: Sequence[Step], place: tuple[int, ...]) -> AnyArray:
    for number, step in enumerate(steps):
        rgb = step(rgb, np.random.default_rng((*place, number)))
    return rgb
