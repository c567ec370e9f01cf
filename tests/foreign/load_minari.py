"""Every episode of a Minari dataset as arrays: load_minari.py ID OUT.npz"""

import json
import sys

import minari
import numpy as np


def leaves(name, value):
    if isinstance(value, dict):
        for key, child in value.items():
            yield from leaves(f"{name}/{key}", child)
    else:
        yield name, value


dataset = minari.load_dataset(sys.argv[1])
arrays = {}
for episode in dataset.iterate_episodes():
    for group in ("observations", "actions", "rewards", "terminations", "truncations", "infos"):
        arrays |= {f"{episode.id}/{name}": value for name, value in leaves(group, getattr(episode, group))}
np.savez(sys.argv[2], **arrays)
print(
    json.dumps(
        {
            "episodes": dataset.total_episodes,
            "steps": dataset.total_steps,
            "description": dataset.storage.metadata["description"],
            "environment": dataset.env_spec and dataset.env_spec.id,
            "attributes": [
                {k: str(v) for k, v in m.items()}
                for m in dataset.storage.get_episode_metadata(range(dataset.total_episodes))
            ],
            "sampled": [e.total_steps if hasattr(e, "total_steps") else len(e) for e in dataset.sample_episodes(1)],
            "action_low": np.asarray(dataset.action_space.low).tolist(),
        }
    )
)
