"""Pictures that are files: photos in a folder, or what ``twin export`` and others wrote for COCO, YOLO and the like.

Beside the images of an export lie masks and depth. Where ``images.csv`` names the images (as in exports of ours), those
count; else those in the folder ``images`` where there is one; else all below the folder.
"""

import csv
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from training.pictures import photo
from training.pictures._kinds import Image, Objects, Pictures
from training.pictures.boxes import Labelled, labels_beside
from twin.errors import InputError, UnsafeFileError, one_of

TABLE = "images.csv"
IMAGES = "images"
MOST_FILES = 1_000_000
MOST_TABLE_BYTES = 500_000_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One file."""

    path: Path
    group: str
    camera: str = ""


class Files(Pictures):
    """In the order of their names, numbers in them counted as numbers."""

    def __init__(self, folder: Path, cameras: Sequence[str] = ()) -> None:
        self.folder, self.label = folder, str(folder)
        if folder.is_file():
            raise InputError(f"{folder}: is a file; name the folder that the images are in, or a dataset")
        if not folder.is_dir():
            raise InputError(f"{folder}: there is no such folder")
        table = folder / TABLE
        self.grouped_by = "episode" if table.is_file() else "folder"
        self._entries = _of_table(table, cameras) if table.is_file() else _of_folder(folder, cameras)
        if not self._entries:
            wanted = ", ".join(photo.SUFFIXES)
            raise InputError(f"{folder}: holds no images ({wanted}), and is no dataset")

    def __len__(self) -> int:
        return len(self._entries)

    def path(self, i: int) -> Path:
        """Of the i-th one."""
        return self._entries[i].path

    def title(self, i: int) -> str:
        """Its path below the folder."""
        return self.path(i).relative_to(self.folder).as_posix()

    def group(self, i: int) -> str:
        """Episode in an export of ours, folder elsewhere."""
        return self._entries[i].group

    def size(self, i: int) -> tuple[int, int]:
        """From the file's header."""
        return photo.size(self.path(i))

    def rgb(self, i: int, side: int | None = None) -> Image:
        """Read when asked for."""
        return photo.read(self.path(i), side)

    def objects(self, i: int) -> Objects | None:
        """From COCO's or YOLO's files beside the images."""
        return self._labels(self.path(i))

    def digest(self) -> str:
        """Of names and contents."""
        whole = hashlib.sha256()
        for i in range(len(self)):
            with self.path(i).open("rb") as file:
                content = hashlib.file_digest(file, "sha256").hexdigest()
            whole.update(f"{self.title(i)}\0{content}\n".encode())
        return whole.hexdigest()

    @cached_property
    def _labels(self) -> Labelled:
        return labels_beside(self.folder)


def _of_folder(folder: Path, cameras: Sequence[str]) -> list[Entry]:
    if cameras:
        raise InputError(f"{folder}: is no dataset and has no {TABLE}, so nobody knows which camera saw which image")
    root = folder / IMAGES if (folder / IMAGES).is_dir() else folder
    paths = []
    for path in root.rglob("*"):
        below = path.relative_to(root).parts
        if path.suffix.lower() in photo.SUFFIXES and not any(part.startswith(".") for part in below) and path.is_file():
            paths.append(path)
        if len(paths) > MOST_FILES:
            raise UnsafeFileError(f"{folder}: at most {MOST_FILES:,} images are looked at")
    return [Entry(path, path.parent.relative_to(root).as_posix()) for path in sorted(paths, key=_in_order)]


def _in_order(path: Path) -> list[tuple[int, str]]:
    """``9.jpg`` before ``10.jpg``."""
    parts = re.split(r"(\d+)", path.as_posix())
    return [(int(part) if part.isdecimal() and len(part) < 20 else -1, part) for part in parts]


def _of_table(table: Path, cameras: Sequence[str]) -> list[Entry]:
    folder = table.parent
    if table.stat().st_size > MOST_TABLE_BYTES:
        raise UnsafeFileError(f"{table}: at most {MOST_TABLE_BYTES // 1_000_000} MB are read of it")
    try:
        with table.open(encoding="utf-8", newline="") as file:
            rows = [(row["file"], row["episode"], row["camera"]) for row in csv.DictReader(file)]
    except (KeyError, TypeError, UnicodeDecodeError, csv.Error):
        raise InputError(f"{table}: should be a table with the columns file, episode and camera") from None
    known = {camera for _, _, camera in rows}
    for name in cameras:
        one_of("camera", name, known, str(table))
    root = folder.resolve()
    for file_name, _, _ in rows:
        if "\0" in file_name or not (root / file_name).resolve().is_relative_to(root):
            raise UnsafeFileError(f"{table}: {file_name} leads out of the folder")
    return [Entry(folder / name, episode, camera) for name, episode, camera in rows if not cameras or camera in cameras]
