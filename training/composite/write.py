"""``twin composite``: a folder of photos becomes a dataset, a frame an episode; the photos are only read.

Everything that can be wrong with a photo's header, its YAML file and its masks is found before anything is drawn. The
same photo, the same seed and the same size of the images make the same frame, whatever else is in the folder; where no
size is asked for, it is that of most photos.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from training.complete_folder import complete_folder
from training.composite.about import About, beside
from training.composite.asked import Compositing
from training.composite.compose import Backdrop, Composite, backdrop, composite
from training.composite.photos import MASKS, REDACT, Photo, find, load, mask_of
from training.composite.records import assumed, meta_of, record_of, values_of
from training.composite.view import view_of
from training.dataset import DatasetWriter
from training.dataset.reader import Dataset
from training.dataset.schema import EpisodeRecord
from training.derive.redact import rectangles
from training.derive.redactions import named
from training.pictures import photo as photo_files
from twin.errors import InputError

Done = Callable[[int], None]

LONGEST = 1280
"""px: the longer side of the images unless said."""


@dataclass(frozen=True)
class Made:
    """What came of it."""

    dataset: Dataset
    remarks: tuple[str, ...]


def write(asked: Compositing, out: Path, done: Done = lambda _: None, *, compression: str = "quick") -> Made:
    """Make the dataset; ``done(photos)`` is called as it goes on. Nothing is at ``out`` before all of it is there.

    Raises ``InputError`` for a photo, a mask or a YAML file that cannot be used, unless photos may be skipped;
    ``InputError`` also where nothing could be put into any photo.
    """
    remarks: list[str] = []
    paths = _checked(asked, remarks)
    size = asked.size or _usual_size(list(paths.values()))
    if cuts := sum(not _alike(one, size) for one in paths.values()):
        remarks.append(f"{cuts} of {len(paths)} photos have another shape than {size[0]}x{size[1]}: cut at their edges")
    meta = meta_of(asked, sorted(paths), size, out.stem, compression)
    number = 0
    with complete_folder(out) as folder:
        with DatasetWriter.create(folder, meta) as writer:
            for path in paths:
                for one in _photo(asked, path, size, remarks):
                    record = one.record.model_copy(update={"episode": number})
                    with writer.episode(record, one.made.scene) as episode:
                        episode.append(one.values)
                    number += 1
                done(1)
        remarks += assumed(folder) if number else []
        if not number:
            raise InputError(_in_a_line(remarks))
    return Made(Dataset(out), tuple(remarks))


def _checked(asked: Compositing, remarks: list[str]) -> dict[Path, tuple[int, int]]:
    """Size of each photo that can be used as far as headers tell."""
    paths, others = find(asked.photos)
    if others:
        more = f" and {len(others) - 3} more" if len(others) > 3 else ""
        remarks.append(f"{asked.photos}: left out, as they are no photos: {', '.join(others[:3])}{more}")
    found: dict[Path, tuple[int, int]] = {}
    for path in paths:
        with _skipping(asked, remarks):
            size = photo_files.size(path)
            beside(path)
            for kind in (MASKS, REDACT):
                mask_of(path, size, kind)
            found[path] = size
    if not found:
        raise InputError(_in_a_line(remarks))
    return found


def _in_a_line(remarks: Sequence[str]) -> str:
    """Why there is nothing at all: the last reason stands for those of all photos."""
    more = f" (and {len(remarks) - 1} more remarks of this kind)" if len(remarks) > 1 else ""
    return f"nothing could be put into any photo: {''.join(remarks[-1:])}{more}"


@contextmanager
def _skipping(asked: Compositing, remarks: list[str]) -> Iterator[None]:
    """What is wrong with one photo becomes a remark, where photos may be skipped."""
    try:
        yield
    except InputError as error:
        if not asked.skip:
            raise
        remarks.append(f"skipped: {error}")


def _usual_size(sizes: Sequence[tuple[int, int]]) -> tuple[int, int]:
    width, height = Counter(sizes).most_common(1)[0][0]
    scale = min(1.0, LONGEST / max(width, height))
    return round(width * scale), round(height * scale)


def _alike(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether nothing but a pixel is cut off."""
    return abs(one[0] * other[1] / one[1] - other[0]) <= 1 + other[0] / one[0]


@dataclass(frozen=True)
class _Episode:
    record: EpisodeRecord
    made: Composite
    values: dict[str, Any]


def _photo(asked: Compositing, path: Path, size: tuple[int, int], remarks: list[str]) -> Iterator[_Episode]:
    """The frames made of one photo."""
    ready: tuple[Backdrop, About, bool] | None = None
    with _skipping(asked, remarks):
        ready = _ready(asked, path, size)
    if ready is None:
        return
    given, about, redacted = ready
    for k in range(asked.per_photo):
        rng = np.random.default_rng((asked.seed, int(given.photo.sha256[:12], 16), k))
        count = int(rng.integers(asked.least, asked.most + 1))
        made = composite(given, asked.objects, count, rng)
        if made is None:
            remarks.append(
                f"{path}: no room was found for any object; say where the floor is free: "
                f"'floor: [[x, y], ...]' (corners, shares of width and height) in {path.stem}.yaml beside it"
            )
            return
        yield _Episode(record_of(asked, given, about, made, redacted=redacted), made, values_of(given, made, redacted))


def _ready(asked: Compositing, path: Path, size: tuple[int, int]) -> tuple[Backdrop, About, bool]:
    """A photo as objects are put into it, what is said of it, and whether anything in it was redacted."""
    about = beside(path).over(asked.about)
    photo, redacted = _redacted(load(path), about, asked.redact)
    before = mask_of(path, photo.size, MASKS)
    return backdrop(photo, about, view_of(photo, about), before, size), about, redacted


def _redacted(photo: Photo, about: About, method: str) -> tuple[Photo, bool]:
    """The photo in memory, with what its YAML file and its mask name made unrecognisable; the file is not changed."""
    region = rectangles(about.redact, *photo.size)
    mask = mask_of(photo.path, photo.size, REDACT)
    region |= mask > 0 if mask is not None else False
    if not region.any():
        return photo, False
    return photo.showing(named(method)(photo.rgb, region)), True
