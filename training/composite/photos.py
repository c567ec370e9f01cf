"""Photographs to put objects into: found in a folder, upright, with what their cameras wrote about the lens."""

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from training.pictures import photo
from twin.errors import InputError

if TYPE_CHECKING:
    from PIL.Image import Image

Rgb = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.float32]
"""(height, width), 0 to 1."""

MASKS, REDACT = "masks", "redact"
"""Folders beside the photos: what stands before the objects, and what nobody shall recognise."""
BESIDE = (".yaml", ".yml")
"""What may lie beside photos and is none."""
LEAST = 64
"""px each way."""
_EXIF, _FOCAL_35MM, _FOCAL, _PLANE_X, _PLANE_UNIT = 0x8769, 0xA405, 0x920A, 0xA20E, 0xA210
_MILLIMETRES = {2: 25.4, 3: 10.0, 4: 1.0}
"""Of EXIF's units of resolution: inch, centimetre, millimetre."""
_DIAGONAL_35MM = math.hypot(36.0, 24.0)


@dataclass(frozen=True)
class Photo:
    """One photograph, turned upright."""

    path: Path
    sha256: str
    """Of the file."""
    rgb: Rgb
    focal: float | None = None
    """Focal length in px, where the camera wrote one."""

    @property
    def name(self) -> str:
        """Its file name."""
        return self.path.name

    def showing(self, rgb: Rgb) -> "Photo":
        """The same with other pixels."""
        return replace(self, rgb=rgb)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height, px."""
        return self.rgb.shape[1], self.rgb.shape[0]


def find(folder: Path) -> tuple[list[Path], list[str]]:
    """Photos of a folder by name, and the names of what else is in it, which is left out.

    Raises ``InputError`` where there is no folder, no photo in it, or a mask or YAML file of no photo.
    """
    if not folder.is_dir():
        raise InputError(f"--photos {folder}: there is no such folder")
    there = _visible(folder)
    photos = [path for path in there if path.is_file() and path.suffix.lower() in photo.SUFFIXES]
    if not photos:
        raise InputError(f"--photos {folder}: there is no photo in it; photos are {', '.join(photo.SUFFIXES)} files")
    stems = [path.stem for path in photos]
    for path in photos:
        if stems.count(path.stem) > 1:
            raise InputError(f"{path}: two photos are called '{path.stem}', and so would be their masks; rename one")
    about = [path for path in there if path.suffix.lower() in BESIDE]
    _check_about(about, stems)
    _check_masks([path for path in there if path.is_dir() or path.name in (MASKS, REDACT)], stems)
    known = {*photos, *about, folder / MASKS, folder / REDACT}
    return photos, [path.name for path in there if path not in known]


def _visible(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if not path.name.startswith("."))


def _check_about(files: Sequence[Path], stems: Sequence[str]) -> None:
    """Each is that of a photo, and the only one."""
    for path in files:
        _check_name(path, [f"{stem}{suffix}" for stem in stems for suffix in BESIDE])
        _check_file(path)
        if path.suffix != BESIDE[0] and path.with_suffix(BESIDE[0]) in files:
            raise InputError(f"{path}: {path.with_suffix(BESIDE[0]).name} is about the same photo; keep one of them")


def _check_masks(folders: Sequence[Path], stems: Sequence[str]) -> None:
    """What was named to be redacted and is passed over would leave a face to be seen."""
    for folder in folders:
        if folder.name in (MASKS, REDACT):
            if not folder.is_dir():
                raise InputError(f"{folder}: should be a folder with a mask NAME.png for a photo NAME.jpg")
            for path in _visible(folder):
                _check_name(path, [f"{stem}.png" for stem in stems])
                _check_file(path)
        elif near := get_close_matches(folder.name.lower(), (MASKS, REDACT), n=1, cutoff=0.8):
            raise InputError(f"{folder}: such a folder is called '{near[0]}'; rename it")


def _check_file(path: Path) -> None:
    """Raise ``InputError`` for a folder, and for a link that leads nowhere: it would be passed over."""
    if not path.is_file():
        raise InputError(f"{path}: is not a file, or a link to one that is not there")


def _check_name(path: Path, allowed: Sequence[str]) -> None:
    """Raise ``InputError`` for what lies beside the photos and is named like none of them."""
    if path.name in allowed:
        return
    lower = {name.lower(): name for name in allowed}
    near = get_close_matches(path.name.lower(), lower, n=1)
    hint = f"did you mean '{lower[near[0]]}'? " if near else ""
    named = f"NAME{Path(allowed[0]).suffix}"
    raise InputError(f"{path}: belongs to no photo; {hint}beside a photo NAME.jpg it is called {named}")


def load(path: Path) -> Photo:
    """Decode a photo and turn it upright as its EXIF says. The file is not changed.

    Raises ``InputError`` and ``UnsafeFileError`` as ``training.pictures.photo.read`` does.
    """
    rgb = np.ascontiguousarray(photo.read(path))
    if min(rgb.shape[:2]) < LEAST:
        raise InputError(f"{path}: {rgb.shape[1]}x{rgb.shape[0]} pixels; {LEAST} each way are the fewest to draw into")
    with photo.opened(path) as image:
        focal = _focal(image)
    return Photo(path, hashlib.sha256(path.read_bytes()).hexdigest(), rgb, focal)


def mask_of(of: Path, size: tuple[int, int], kind: str) -> Mask | None:
    """``KIND/NAME.png`` beside a photo of that size (upright), white where it says so; None where there is none.

    Raises ``InputError`` for a mask of another size, or that cannot be read.
    """
    path = of.parent / kind / f"{of.stem}.png"
    if not path.is_file():
        return None
    width, height = photo.size(path)
    if (width, height) != size:
        sizes = f"it is {width}x{height}, {of.name} is {size[0]}x{size[1]}"
        raise InputError(f"{path}: a mask is as large as its photo turned upright; {sizes}")
    return np.ascontiguousarray(photo.read(path)[..., 1], np.float32) / np.float32(255)


def _focal(image: "Image") -> float | None:
    """In px, from EXIF's focal length as of 35 mm film, or from that and the sensor's resolution."""
    exif = image.getexif().get_ifd(_EXIF)
    try:
        if (film := float(exif.get(_FOCAL_35MM, 0))) > 0:
            return _believed(film * math.hypot(*image.size) / _DIAGONAL_35MM, image)
        unit = _MILLIMETRES.get(int(exif.get(_PLANE_UNIT, 2)), 25.4)
        return _believed(float(exif.get(_FOCAL, 0)) * float(exif.get(_PLANE_X, 0)) / unit, image)
    except (TypeError, ValueError, ZeroDivisionError):
        return None


def _believed(focal: float, image: "Image") -> float | None:
    """None for what no lens has: cameras write zeros and nonsense."""
    return focal if math.isfinite(focal) and 0.2 < focal / max(image.size) < 20 else None
