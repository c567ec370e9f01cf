"""YOLO detection: a label file an image, a line an object. https://docs.ultralytics.com/datasets/detect

A box is drawn around what is seen of an object, as in COCO.
"""

from collections.abc import Iterator
from pathlib import Path

from training.export import Done
from training.export._objects import Shown
from training.export._selection import Image, Selection
from training.export._yolo import share, write

LOAD = """
```python
import supervision

dataset = supervision.DetectionDataset.from_yolo("images/{split}", "labels/{split}", "data.yaml")
```
"""


def export(selection: Selection, folder: Path, done: Done) -> None:
    """Class, then the box's centre, width and height."""
    write(_box, selection, folder, done)


def _box(item: Shown, image: Image) -> Iterator[str]:
    x, y, width, height = item.mask.box
    camera = image.camera
    numbers = (
        share(x + width / 2, camera.width),
        share(y + height / 2, camera.height),
        share(width, camera.width),
        share(height, camera.height),
    )
    yield " ".join(numbers)
