"""Frames of a dataset that show much, with their labels drawn over them."""

from dataclasses import dataclass

import numpy as np

from training.dataset import CameraModel, Dataset
from training.dataset.schema import SEMANTIC
from training.report.figures import jpeg
from twin.rendering import overlay
from twin.taxonomy import CLASSES

CANDIDATES = 10
"""Frames looked at for each one shown."""
MARGIN = 0.15
"""Share of a stretch left out at either end: neighbours would show the same."""
VISIBLE = 30
"""Pixels from which a class counts as shown."""
OVERLAY_WIDTH = 640
"""Pixels that labelled pictures have at least, so that their names can be read."""


@dataclass(frozen=True, slots=True)
class LabelledFrame:
    """Three pictures of one frame, as data URIs."""

    title: str
    image: str
    labels: str
    depth: str


def labelled_frames(dataset: Dataset, camera: str, count: int) -> list[LabelledFrame]:
    """``count`` frames from start to end of the dataset: of each stretch the one that shows most classes."""
    stretches = np.array_split(np.arange(dataset.frames), min(count, dataset.frames))
    return [_drawn(dataset, camera, _richest(dataset, dataset.cameras[camera], stretch)) for stretch in stretches]


def _richest(dataset: Dataset, camera: CameraModel, stretch: "np.ndarray[tuple[int], np.dtype[np.intp]]") -> int:
    inside = np.linspace(MARGIN, 1 - MARGIN, CANDIDATES) * (len(stretch) - 1)
    candidates = np.unique(stretch[inside.round().astype(np.intp)])
    return max((int(frame) for frame in candidates), key=lambda frame: _classes_shown(dataset, camera, frame))


def _classes_shown(dataset: Dataset, camera: CameraModel, frame: int) -> int:
    ids, pixels = np.unique(dataset[frame][camera.array(SEMANTIC)], return_counts=True)
    seen = {int(i) for i in ids[pixels >= VISIBLE]}
    return sum(c.id in seen for c in CLASSES if c.supercategory != "building")


def _drawn(dataset: Dataset, camera: str, frame: int) -> LabelledFrame:
    given = dataset.label_input(frame, camera)
    episode, step = dataset.locate(frame)
    return LabelledFrame(
        title=f"episode {dataset.numbers[episode]}, frame {step}",
        image=jpeg(given.frame.rgb),
        labels=jpeg(overlay.draw(given, overlay.Style(scale=max(1, -(-OVERLAY_WIDTH // given.frame.rgb.shape[1]))))),
        depth=jpeg(overlay.depth_colors(given.frame.depth)),
    )
