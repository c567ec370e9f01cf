"""LeRobot v3.0: episodes for imitation learning, as Parquet. https://huggingface.co/docs/lerobot/lerobot-dataset-v3

A frame is what was observed, what was done there, and what came of it (``next.reward``, ``next.terminated``); the
terminal observation, at which nothing was done, is left out. Pictures are stored in the Parquet files, PNG or JPEG.
"""

import json
from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np

from training.dataset.episode_stream import ACTIONS, REWARD, TERMINATED, TIME, TRUNCATED
from training.dataset.schema import RGB
from training.export import Done
from training.export import _lerobot_stats as statistics
from training.export._lerobot_features import describe, features, picture_key
from training.export._lerobot_files import DATA, FILES_PER_CHUNK, MEGABYTES_PER_FILE, Files, Pictures, joined
from training.export._pictures import encode_rgb
from training.export._selection import Piece, Selection
from training.export._sequences import check_arrays, check_steps, instruction, rate
from training.export._workers import over_pieces
from twin.errors import DatasetError

LOAD = """
```python
from lerobot.datasets.lerobot_dataset import LeRobotDataset

dataset = LeRobotDataset("NAME", root="PATH/OF/THIS/FOLDER")
```

`meta/info.json` says under `splits` which episodes belong to which split.
"""
VERSION = "v3.0"


def export(selection: Selection, folder: Path, done: Done) -> None:
    """``meta/info.json``, ``meta/stats.json``, ``meta/tasks.parquet``, ``meta/episodes/``, ``data/``."""
    check_arrays(selection, ACTIONS, REWARD, TERMINATED, TRUNCATED, TIME)
    check_steps(selection)
    fps = rate(selection)
    files = Files(folder, features(selection), fps)
    splits, robots = dict[str, list[int]](), set[str]()
    work = over_pieces(_pictures, selection, done)
    for (split, k), pieces in groupby(work, key=lambda pair: (pair[0].split, pair[0].episode)):
        rows, pictures = selection.dataset.episode(k), joined([found for _, found in pieces])
        if rows.frames > 1:
            splits.setdefault(split, []).append(files.episodes)
            robots.add(rows.record.robot)
            files.add(rows, pictures, instruction(selection.dataset, rows.record))
    if not files.episodes:
        raise DatasetError(f"{selection.dataset.label} has no episode with a step, so there is nothing to export")
    files.close()
    _write_json(folder / "meta/info.json", _info(selection, files, fps) | _who(splits, robots))
    _write_json(folder / "meta/stats.json", {key: statistics.plain(stats) for key, stats in files.stats.items()})


def _pictures(selection: Selection, piece: Piece) -> dict[str, Pictures]:
    """Encoded pictures and their histograms, by feature; the episode's last frame is left out."""
    last = selection.dataset.record(piece.episode).frames - 1
    found = {picture_key(camera): Pictures([], np.zeros((3, 256), np.int64)) for camera in selection.cameras}
    for image in selection.images_of(piece):
        if image.step < last:
            pictures, rgb = found[picture_key(image.camera)], image[RGB]
            pictures.files.append(encode_rgb(f".{selection.image_format}", rgb))
            np.add(pictures.counts, statistics.histogram(rgb), out=pictures.counts)
    return found


def _info(selection: Selection, files: Files, fps: float) -> dict[str, Any]:
    return {
        "codebase_version": VERSION,
        "total_episodes": files.episodes,
        "total_frames": files.frames,
        "total_tasks": len(files.tasks),
        "chunks_size": FILES_PER_CHUNK,
        "data_files_size_in_mb": MEGABYTES_PER_FILE,
        "video_files_size_in_mb": 0,
        "fps": int(fps) if fps == int(fps) else fps,
        "data_path": DATA,
        "video_path": None,
        "features": describe(files.features, selection.cameras),
        "licence": selection.dataset.meta.licence,
        "dataset_digest": selection.dataset.digest(),
    }


def _who(splits: Mapping[str, Sequence[int]], robots: set[str]) -> dict[str, Any]:
    return {
        "robot_type": ", ".join(sorted(robots - {""})) or None,
        "splits": {split: f"{numbers[0]}:{numbers[-1] + 1}" for split, numbers in splits.items()},
    }


def _write_json(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, indent=1) + "\n", encoding="utf-8")
