"""WebDataset: tar files to be read in a row, for training on many machines. https://github.com/webdataset/webdataset

A sample is ``rgb.png`` (or ``rgb.jpg``), ``depth.png`` (uint16, mm), ``instance.png`` and ``semantic.png`` (uint16) and
``json``: calibration, origin, ``caption`` (what the image shows), ``instruction`` (what the robot was asked to do), and
of each object its class, ``bbox`` (x, y, width, height, px), ``area`` (px), ``box_3d`` (centre, orientation w x y z,
size; world, m), ``pose_camera`` (position, orientation) and ``truncation``.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from typing import Any

from training.dataset.schema import DEPTH, INSTANCE, RGB, SEMANTIC
from training.export import Done
from training.export._optional import required
from training.export._pictures import encode_gray, encode_rgb
from training.export._samples import described
from training.export._selection import Image, Piece, Selection
from training.export._workers import over_pieces

LOAD = """
```python
import webdataset

dataset = webdataset.WebDataset("{split}/000000.tar", shardshuffle=False).decode("pil", only=["png", "jpg", "json"])
```

`depth.png`, `instance.png` and `semantic.png` have 16 bits: take their bytes, and decode them with
`cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)`.
"""
SHARD_BYTES = 256 << 20
"""A tar file that is this long is closed, and the next one begun."""
Sample = dict[str, Any]


def export(selection: Selection, folder: Path, done: Done) -> None:
    """``<split>/000000.tar`` and so on."""
    selection.check_cameras()
    required("webdataset", "export")
    work = over_pieces(_samples, selection, done)
    for split, pieces in groupby(work, key=lambda pair: pair[0].split):
        (folder / split).mkdir()
        with _shards(folder / split) as shards:
            for _, samples in pieces:
                for sample in samples:
                    shards.write(sample)


@contextmanager
def _shards(folder: Path) -> Iterator[Any]:
    """The same samples make the same bytes: no date, no user's name."""
    from webdataset import ShardWriter

    with ShardWriter(str(folder / "%06d.tar"), maxsize=SHARD_BYTES, verbose=0, mtime=0.0, user="", group="") as shards:
        yield shards


def _samples(selection: Selection, piece: Piece) -> list[Sample]:
    return [_sample(selection, image) for image in selection.images_of(piece)]


def _sample(selection: Selection, image: Image) -> Sample:
    return {
        "__key__": image.stem,
        f"rgb.{selection.image_format}": encode_rgb(f".{selection.image_format}", image[RGB]),
        "depth.png": encode_gray(image[DEPTH]),
        "instance.png": encode_gray(image[INSTANCE]),
        "semantic.png": encode_gray(image[SEMANTIC]),
        "json": described(selection, image),
    }
