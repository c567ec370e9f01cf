"""What formats of whole episodes share."""

import numpy as np

from training.dataset import Dataset, marks
from training.dataset.episode_stream import TIME
from training.dataset.schema import EpisodeRecord
from training.export._selection import Selection
from twin.errors import DatasetError

WHOLE = 1 << 62
"""Frames: more than an episode has."""
STEP_ARRAYS = ("actions", "reward", "terminated", "truncated", "observations", *marks.NAMES)
"""Arrays of an environment's steps, those below them, and what is said of its pixels."""
BOX_LABELS = ("instance_id", "class_id", "bounding_box_2d_tight", "visible_pixels")
"""What the boxes of an image are made of."""
UNEVEN = 0.01
"""Share of a step by which one may differ from the others."""


def has(selection: Selection, name: str) -> bool:
    """Whether an array, or any below it, was recorded."""
    return any(spec.name == name or spec.name.startswith(f"{name}/") for spec in selection.dataset.meta.arrays)


def check_arrays(selection: Selection, *names: str) -> None:
    """Raise ``DatasetError`` where one of them was not recorded, as in a sweep of a camera."""
    for name in names:
        if not has(selection, name):
            raise DatasetError(f"{selection.dataset.label} has no array '{name}': it holds no episodes of an agent")


def check_steps(selection: Selection) -> None:
    """Raise ``DatasetError`` where frames between others are left out: what was done and earned there would be lost."""
    dataset = selection.dataset
    for split in selection.splits:
        for k, _ in selection.episodes(split):
            if dataset.record(k).left_out == "between":
                raise DatasetError(
                    f"{dataset.label}: frames in the middle of episode {dataset.numbers[k]} are left out; this format "
                    "needs every step, its action and its reward: select whole episodes, such as --outcome is_success"
                )


def instruction(dataset: Dataset, record: EpisodeRecord) -> str:
    """The sentence that says what was to be done; where none was recorded, the environment's name."""
    return record.instruction or dataset.meta.env_id or dataset.meta.name


def rate(selection: Selection) -> float:
    """Frames a second. The terminal frame does not count: it comes when the episode ends.

    Raises ``DatasetError`` where frames are not evenly spaced.
    """
    found = set[float]()
    for split in selection.splits:
        for k, rows in selection.episodes(split):
            times = rows[TIME][:-1]
            if len(times) < 2:
                continue
            step = float(times[-1] - times[0]) / (len(times) - 1)
            found.add(round(1 / step, 3) if step > 0 else 0.0)
            if len(found) > 1 or step <= 0 or np.abs(np.diff(times) - step).max() > UNEVEN * step:
                raise DatasetError(
                    f"{selection.dataset.label}: the frames of episode {selection.dataset.numbers[k]} are not evenly "
                    "spaced in time as those before; this format needs one rate"
                )
    return found.pop() if found else 1.0
