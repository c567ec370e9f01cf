"""Every frame of a LeRobot dataset as arrays, by LeRobot's own reader: load_lerobot.py FOLDER OUT.npz"""

import json
import sys
from pathlib import Path

import numpy as np
import torchvision_without_operators  # noqa: F401 (before LeRobot, which imports torchvision)
from lerobot.datasets.compute_stats import get_feature_stats
from lerobot.datasets.lerobot_dataset import LeRobotDataset

dataset = LeRobotDataset("someone/exported", root=Path(sys.argv[1]))
frames = [dataset[i] for i in range(len(dataset))]
arrays = {key: np.stack([np.asarray(f[key]) for f in frames]) for key in frames[0] if key != "task"}
np.savez(sys.argv[2], **arrays)

# What LeRobot's own code finds in the first episode.
first = dataset.meta.episodes[0]
action = arrays["action"][first["dataset_from_index"] : first["dataset_to_index"]]
again = LeRobotDataset("someone/exported", root=Path(sys.argv[1]), episodes=[0])
window = LeRobotDataset(
    "someone/exported", root=Path(sys.argv[1]), delta_timestamps={"action": [-1 / dataset.fps, 0.0, 1 / dataset.fps]}
)
print(
    json.dumps(
        {
            "fps": dataset.fps,
            "episodes": dataset.num_episodes,
            "frames": len(dataset),
            "tasks": [frame["task"] for frame in frames],
            "splits": dataset.meta.info["splits"],
            "robot": dataset.meta.robot_type,
            "names": {key: value for key, value in dataset.meta.names.items() if value},
            "frames_of_first": len(again),
            "window": np.asarray(window[1]["action"]).tolist(),
            "stats": {k: {n: np.asarray(v).tolist() for n, v in s.items()} for k, s in dataset.meta.stats.items()},
            "own_action_stats": {
                name: np.asarray(value).tolist()
                for name, value in get_feature_stats(action, axis=0, keepdims=False).items()
            },
        }
    )
)
