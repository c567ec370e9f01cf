"""From a configuration to the images it names."""

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from training.dataset import Dataset
from training.derive.lineage import origins
from training.perception.config import PerceptionConfig, Source, Start
from training.perception.frames import PerceptionFrames
from training.perception.model import Model
from twin.errors import DatasetError, InputError

VALIDATION_FRAMES = 200
"""Looked at for each row of the learning curve, at most."""


def source(location: str, share: float | None = None) -> Source:
    """What a configuration says of a dataset."""
    dataset = Dataset(location)
    meta = dataset.meta
    about = {"name": meta.name, "licence": meta.licence, "frames": dataset.frames, "made_of": [*origins(meta)]}
    path = location if "://" in location else str(Path(location).resolve())
    return Source(path=path, digest=dataset.digest(), share=share, about=about)


def start(path: Path) -> Start:
    """What a configuration says of a network to begin with: a file, or the folder of a run."""
    file = path / "model.safetensors" if path.is_dir() else path
    if not file.is_file():
        raise InputError(f"--from {path}: there is no such network")
    about = Model.load(file).facts["lineage"]
    return Start(path=str(file.resolve()), digest=sha256(file.read_bytes()).hexdigest(), about=about)


def learned_from(config: PerceptionConfig) -> PerceptionFrames:
    """The images of the split that is learned from; ``DatasetError`` where a dataset changed or has none."""
    datasets = [_opened(given) for given in config.data]
    return _frames(config, [of_split(dataset, config.split) for dataset in datasets])


def validated_on(config: PerceptionConfig) -> PerceptionFrames | None:
    """Images of the validation split, some of them where there are many; None where there are none."""
    datasets = [Dataset(given.path) for given in config.data]
    chosen = [d.filter(split=config.val_split) for d in datasets if _has(d, config.val_split)]
    frames = sum(dataset.frames for dataset in chosen)
    every = max(1, -(-frames // VALIDATION_FRAMES))
    return _frames(config, [d.filter(every=every) for d in chosen]) if frames else None


def _opened(given: Source) -> Dataset:
    dataset = Dataset(given.path)
    if dataset.digest() != given.digest:
        raise DatasetError(f"{dataset.label} is not what the run began with: its digest is another; train anew")
    return dataset


def of_split(dataset: Dataset, split: str) -> Dataset:
    """The frames of a split, all where it is empty; ``DatasetError`` where there are none."""
    if not split:
        return dataset
    if not _has(dataset, split):
        there = sorted({record.split for record in dataset.records_as_written()})
        raise DatasetError(f"{dataset.label} has no frames of split '{split}'; it has {', '.join(there) or 'none'}")
    return dataset.filter(split=split)


def _has(dataset: Dataset, split: str) -> bool:
    return bool(split) and any(record.split == split for record in dataset.records_as_written())


def _frames(config: PerceptionConfig, datasets: Sequence[Dataset]) -> PerceptionFrames:
    return PerceptionFrames(datasets, config.size, config.classes, config.min_pixels)
