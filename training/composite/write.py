"""``twin composite``: a folder of photos becomes a dataset, a frame an episode; the photos are only read.

Everything that can be wrong with a photo's header, its YAML file and its masks is found before anything is drawn. The
same photo and the same seed make the same frame, whatever else is in the folder.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from training.composite import things
from training.composite.about import About, beside
from training.composite.compose import Backdrop, Composite, backdrop, composite
from training.composite.photos import MASKS, REDACT, Photo, find, load, mask_of
from training.composite.placing import described
from training.composite.view import FAR, NAME, view_of
from training.dataset import DatasetWriter, cameras, marks
from training.dataset.episode_stream import TIME
from training.dataset.reader import Dataset
from training.dataset.schema import POSES, ArraySpec, DatasetMeta, EpisodeRecord, Operation
from training.dataset.world_rows import BODIES_PER_COLUMN
from training.derive.redact import rectangles
from training.derive.redactions import USUAL, named
from training.export._folder import complete_folder
from training.pictures import photo as photo_files
from twin.errors import InputError
from twin.lenses import Lens
from twin.scene import Camera

Done = Callable[[int], None]

LONGEST = 1280
"""px: the longer side of the images unless said."""
QUALITY = "full"
OPERATION = "composite"


@dataclass(frozen=True)
class Compositing:
    """What to make of which photos."""

    photos: Path
    objects: tuple[str, ...] = things.USUAL
    least: int = 1
    most: int = 3
    """Objects in a photo."""
    per_photo: int = 1
    """Frames made of each photo."""
    size: tuple[int, int] | None = None
    """Of the images; by default that of most photos, reduced to ``LONGEST``."""
    about: About = field(default_factory=About)
    """What is said of all photos; the YAML file beside one goes before."""
    redact: str = USUAL
    """How regions that the photos' YAML files and masks name are redacted."""
    skip: bool = False
    """Leave photos out that cannot be used, rather than stop."""
    seed: int = 0
    licence: str = "unspecified"
    """Of the photos, and so of what is made of them."""
    name: str = ""

    def __post_init__(self) -> None:
        """Raise for what no photo can have."""
        if not self.objects:
            raise InputError("--objects: name one kind of object at least")
        things.check(self.objects)
        named(self.redact)
        if not 1 <= self.least <= self.most:
            raise InputError(f"--least {self.least} --most {self.most}: should be 1 or more, and the most no less")


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
    meta = _meta(asked, sorted(paths), size, out.stem, compression)
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
        if not number:
            raise InputError("\n".join(remarks) or f"--photos {asked.photos}: nothing could be put into any photo")
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
        raise InputError("\n".join(remarks))
    return found


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
        yield _Episode(_record(asked, given, about, made, redacted=redacted), made, _values(given, made, redacted))


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


def _values(given: Backdrop, made: Composite, redacted: bool) -> dict[str, Any]:
    """The arrays of one frame."""
    scene, camera = made.scene, given.view.camera
    poses = scene.initial_poses
    frame = cameras.row(made.frame, camera, scene, poses, cameras.class_lookup(scene))
    return {TIME: 0.0, POSES: poses, **frame, **marks.row(contains_real_pixels=True, redacted=redacted)}


def _record(asked: Compositing, given: Backdrop, about: About, made: Composite, *, redacted: bool) -> EpisodeRecord:
    photo, view = given.photo, given.view
    draws: dict[str, Any] = {
        "photo": {"file": photo.name, "sha256": photo.sha256, "size": list(photo.size)},
        "said": about.model_dump(mode="json", exclude_unset=True),
        "camera": {"height": round(view.height, 3), "focal": round(view.lens.fx, 3), **view.sources},
        "look": given.look.described(),
        "objects": list(described(made.places)),
    }
    if redacted:
        draws["redacted"] = asked.redact
    return EpisodeRecord(
        episode=0,
        seed=asked.seed,
        layout=photo.name,
        group=f"photo-{photo.sha256[:16]}",
        draws=draws,
        scenario=OPERATION,
        renderer=made.renderer,
        quality=QUALITY,
    )


def _meta(asked: Compositing, paths: Sequence[Path], size: tuple[int, int], name: str, compression: str) -> DatasetMeta:
    """The root attributes. The sources are known by name and content; where they lie is nobody's business."""
    model = cameras.model(Camera(NAME, lens=Lens(width=size[0], height=size[1], far=FAR)))
    about = "x y z qw qx qy qz of every body of the scene, in its order, world frame"
    arrays = (
        ArraySpec(name=TIME, dtype="float64", unit="s", description="0: a photo is a moment"),
        ArraySpec(name=POSES, dtype="float64", shape=(BODIES_PER_COLUMN, 7), unit="m", description=about, ragged=True),
        *cameras.arrays(model),
        *marks.SPECS,
    )
    sources = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}
    arguments: dict[str, Any] = {
        "photos": sources,
        "objects": list(asked.objects),
        "least": asked.least,
        "most": asked.most,
        "per_photo": asked.per_photo,
        "size": list(size),
        "said": asked.about.model_dump(mode="json", exclude_unset=True),
        "redact": asked.redact,
        "seed": asked.seed,
    }
    return DatasetMeta(
        name=asked.name or name,
        licence=asked.licence,
        description="photographs with synthetic objects put in; labels are of these objects alone",
        seed=asked.seed,
        compression=compression,
        arrays=arrays,
        cameras=(model,),
        operation=Operation(name=OPERATION, arguments=arguments),
    )
