"""LeRobot's own writer and reader on given frames: time_lerobot.py FRAMES.npy FOLDER FORM BATCHES TURNS

FORM is image or video. Prints the seconds of each turn: BATCHES random batches of 32 frames, stacked. LeRobot decodes
videos through ``torchvision.io.VideoReader``, which torchvision has dropped: where it is missing, PyAV does as it did.
"""

import json
import sys
import time
from pathlib import Path

import av
import numpy as np
import torch
import torchvision_without_operators  # noqa: F401 (before torchvision is imported)

# isort: split
import torchvision.io
from lerobot.datasets.lerobot_dataset import LeRobotDataset

FRAMES, FOLDER, FORM = np.load(sys.argv[1], mmap_mode="r"), Path(sys.argv[2]), sys.argv[3]
BATCHES, TURNS = int(sys.argv[4]), int(sys.argv[5])
KEY, PER_EPISODE = "observation.images.camera", 100


class VideoReader:
    """What torchvision had, with its PyAV backend."""

    def __init__(self, path, stream):
        self.container = av.open(path)
        self.stream = self.container.streams.video[0]

    def seek(self, seconds, keyframes_only):
        """To the key frame before."""
        self.container.seek(int(seconds / self.stream.time_base), stream=self.stream, any_frame=not keyframes_only)

    def __iter__(self):
        for frame in self.container.decode(self.stream):
            yield {"data": torch.from_numpy(frame.to_rgb().to_ndarray()).permute(2, 0, 1), "pts": frame.time}


if not hasattr(torchvision.io, "VideoReader"):
    torchvision.io.VideoReader = VideoReader

shape = {"dtype": FORM, "shape": FRAMES.shape[1:], "names": ["height", "width", "channels"]}
writer = LeRobotDataset.create(
    "someone/frames", fps=10, features={KEY: shape}, root=FOLDER, use_videos=FORM == "video", video_backend="pyav"
)
for first in range(0, len(FRAMES), PER_EPISODE):
    for frame in FRAMES[first : first + PER_EPISODE]:
        writer.add_frame({KEY: np.ascontiguousarray(frame), "task": "drive"})
    writer.save_episode()
writer.finalize()
dataset = LeRobotDataset("someone/frames", root=FOLDER, video_backend="pyav")
torch.stack([dataset[i][KEY] for i in range(2)])  # warm up
rng = np.random.default_rng(0)
turns = []
for _ in range(TURNS):
    began = time.perf_counter()
    for _ in range(BATCHES):
        torch.stack([dataset[int(i)][KEY] for i in rng.integers(len(FRAMES), size=32)])
    turns.append(time.perf_counter() - began)
print(json.dumps(turns))
