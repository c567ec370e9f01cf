"""Hugging Face datasets: Parquet files with images and typed labels. https://huggingface.co/docs/datasets

``depth`` is uint16 mm, ``instance_segmentation`` and ``semantic_segmentation`` are uint16 ids. Of an object, ``bbox``
is x, y, width, height in px, ``box_3d`` centre, orientation w x y z and size in the world, ``pose_camera`` position and
orientation in the camera's frame; lengths are metres. ``caption`` says what the image shows, ``instruction`` what the
robot was asked to do.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from typing import Any

from training.dataset import marks
from training.dataset.schema import DEPTH, INSTANCE, RGB, SEMANTIC
from training.export import Done
from training.export._optional import required
from training.export._pictures import encode_gray, encode_rgb
from training.export._samples import described
from training.export._selection import Image, Piece, Selection
from training.export._workers import over_pieces

LOAD = """
```python
from pathlib import Path

from datasets import load_dataset

dataset = load_dataset(str(Path.cwd()), split="{split}")  # this folder
```
"""
FILE_BYTES = 400 << 20
"""A Parquet file that is this long is closed, and the next one begun."""
Sample = dict[str, Any]


def front_matter(selection: Selection) -> dict[str, Any]:
    """Which files are which split."""
    files = [{"split": split, "path": f"data/{split}-*.parquet"} for split in selection.splits_there()]
    return {"configs": [{"config_name": "default", "data_files": files}]}


def export(selection: Selection, folder: Path, done: Done) -> None:
    """``data/<split>-00000.parquet`` and so on."""
    selection.check_cameras()
    required("datasets", "export")
    schema = _features(selection).arrow_schema
    (folder / "data").mkdir()
    work = over_pieces(_samples, selection, done)
    for split, pieces in groupby(work, key=lambda pair: pair[0].split):
        with _Files(folder / "data", split, schema).open() as files:
            for _, samples in pieces:
                files.write(samples)


class _Files:
    """The Parquet files of one split. Each piece is a row group, so that readers need no more memory than that."""

    def __init__(self, folder: Path, split: str, schema: Any) -> None:
        self._folder, self._split, self._schema = folder, split, schema
        self._number, self._bytes = 0, 0
        self._writer: Any = None

    @contextmanager
    def open(self) -> Iterator["_Files"]:
        """Closed when the block ends."""
        try:
            yield self
        finally:
            self._close()

    def write(self, samples: list[Sample]) -> None:
        """A row each."""
        import pyarrow
        from pyarrow import parquet

        if self._writer is None:
            path = self._folder / f"{self._split}-{self._number:05d}.parquet"
            self._writer, self._bytes = parquet.ParquetWriter(path, self._schema, compression="zstd"), 0
        table = pyarrow.Table.from_pylist(samples, schema=self._schema)
        self._writer.write_table(table)
        self._bytes += table.nbytes
        if self._bytes > FILE_BYTES:
            self._close()

    def _close(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer, self._number = None, self._number + 1


def _samples(selection: Selection, piece: Piece) -> list[Sample]:
    return [_sample(selection, image) for image in selection.images_of(piece)]


def _sample(selection: Selection, image: Image) -> Sample:
    names = {entry.name: k for k, entry in enumerate(selection.classes)}
    sample = described(selection, image)
    sample["objects"] = [{**item, "class": names[item["class"]]} for item in sample["objects"]]
    ending = f".{selection.image_format}"
    pictures = {
        "image": (encode_rgb(ending, image[RGB]), ending),
        "depth": (encode_gray(image[DEPTH]), ".png"),
        "instance_segmentation": (encode_gray(image[INSTANCE]), ".png"),
        "semantic_segmentation": (encode_gray(image[SEMANTIC]), ".png"),
    }
    return {
        **{name: {"bytes": data, "path": f"{image.stem}_{name}{end}"} for name, (data, end) in pictures.items()},
        **sample,
    }


def _features(selection: Selection) -> Any:
    from datasets import ClassLabel, Features, Image, List, Value

    whole, number, text = Value("int64"), Value("float64"), Value("string")
    return Features(
        {
            **dict.fromkeys(("image", "depth", "instance_segmentation", "semantic_segmentation"), Image()),
            **dict.fromkeys(("split", "layout", "group", "camera", "caption", "instruction"), text),
            **dict.fromkeys(("episode", "frame"), whole),
            **dict.fromkeys(marks.NAMES, Value("bool")),
            "K": List(number, length=9),
            "pose_world_camera": List(number, length=7),
            "objects": List(
                {
                    "id": whole,
                    "name": text,
                    "class": ClassLabel(names=[entry.name for entry in selection.classes]),
                    "class_id": whole,
                    "bbox": List(number, length=4),
                    "area": whole,
                    "box_3d": List(number, length=10),
                    "pose_camera": List(number, length=7),
                    "truncation": number,
                }
            ),
        }
    )
