"""Minari: what the agent observed and did, for offline reinforcement learning. https://minari.farama.org

Each split that has episodes is a Minari dataset named ``<split>-v0``. Images are left out unless the agent observed
them.
"""

import copy
import warnings
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
from gymnasium import spaces

from training.dataset import marks
from training.dataset.episode_stream import ACTIONS, REWARD, TERMINATED, TIME, TRUNCATED
from training.dataset.frames import Rows
from training.dataset.schema import AnyArray, ArraySpec, DatasetMeta
from training.dataset.spaces import PLAIN
from training.export import Done
from training.export._optional import required
from training.export._selection import Selection
from training.export._sequences import check_arrays, check_steps
from twin.errors import TwinError

OBSERVATIONS = "observations"
LOAD = """
```python
import os

os.environ["MINARI_DATASETS_PATH"] = "."  # this folder
import minari

dataset = minari.load_dataset("{split}-v0")
```

`dataset[i]` is an episode of T steps: `observations` has T + 1 entries, the last one of them terminal.
"""


def export(selection: Selection, folder: Path, done: Done) -> None:
    """``<split>-v0/data/main_data.hdf5`` and ``metadata.json``."""
    buffers = required("minari.data_collector.episode_buffer", "export")
    check_arrays(selection, ACTIONS, REWARD, TERMINATED, TRUNCATED)
    check_steps(selection)
    source = _Source.of(selection.dataset.meta)
    for split in selection.splits:
        storage = None
        for _, rows in selection.episodes(split):
            if rows.frames > 1:
                storage = storage or _storage(selection, source, folder, split)
                storage.update_episodes([buffers.EpisodeBuffer(**_episode(source, rows))])
                storage.update_episode_metadata([_about(rows)], [storage.total_episodes - 1])
            done(rows.frames)


@dataclass(frozen=True, slots=True)
class _Source:
    """Where the episodes come from."""

    observation: spaces.Space[Any]
    action: spaces.Space[Any]
    environment: gymnasium.envs.registration.EnvSpec | None
    times: bool

    @classmethod
    def of(cls, meta: DatasetMeta) -> "_Source":
        """The environment's own spaces where it can be made here; unbounded ones of the recorded shapes elsewhere."""
        arrays = {spec.name: spec for spec in meta.arrays}
        action, observation = _space(arrays, ACTIONS), _space(arrays, OBSERVATIONS)
        if isinstance(observation, spaces.Dict) and list(observation.spaces) == [PLAIN]:
            observation = observation[PLAIN]
        spec = _environment(meta)
        if spec is not None:
            with suppress(TwinError, OSError, TypeError, gymnasium.error.Error):
                made = gymnasium.make(spec)
                made.close()
                if _alike(made.observation_space, observation) and _alike(made.action_space, action):
                    return cls(made.observation_space, made.action_space, spec, TIME in arrays)
        return cls(observation, action, None, TIME in arrays)


def _environment(meta: DatasetMeta) -> gymnasium.envs.registration.EnvSpec | None:
    import envs  # noqa: F401 (registers)

    if meta.env_id not in gymnasium.registry:
        return None
    spec = copy.deepcopy(gymnasium.spec(meta.env_id))
    spec.kwargs |= meta.env_arguments
    return spec


def _space(arrays: dict[str, ArraySpec], name: str) -> spaces.Space[Any]:
    """What holds the samples of an array, or of all arrays below a group."""
    if name in arrays:
        spec = arrays[name]
        kind = np.dtype(spec.dtype)
        if kind.kind == "b":
            return spaces.MultiBinary(spec.shape)
        limit = np.iinfo(kind) if kind.kind in "iu" else None
        low, high = (limit.min, limit.max) if limit else (-np.inf, np.inf)
        return spaces.Box(low, high, spec.shape, kind.type)
    keys = {other.removeprefix(f"{name}/").partition("/")[0] for other in arrays if other.startswith(f"{name}/")}
    return spaces.Dict({key: _space(arrays, f"{name}/{key}") for key in sorted(keys)})


def _alike(one: spaces.Space[Any], other: spaces.Space[Any]) -> bool:
    if isinstance(one, spaces.Dict) and isinstance(other, spaces.Dict):
        return one.keys() == other.keys() and all(_alike(one[key], other[key]) for key in one)
    return type(one) is type(other) and one.shape == other.shape and one.dtype == other.dtype


def _storage(selection: Selection, source: _Source, folder: Path, split: str) -> Any:
    """An empty Minari dataset."""
    minari = required("minari", "export")
    meta = selection.dataset.meta
    storages = required("minari.dataset.minari_storage", "export")
    path = folder / f"{split}-v0" / "data"
    path.mkdir(parents=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        storage = storages.MinariStorage.new(
            path, source.observation, source.action, source.environment, "hdf5", jpeg_encoding=False
        )
    about = (
        f"{meta.name}, {split}. Licence: {meta.licence}. Made by {meta.generator}; digest {selection.dataset.digest()}."
    )
    agents = sorted({rows.record.agent for _, rows in selection.episodes(split)} - {""})
    storage.update_metadata(
        {
            "dataset_id": f"{split}-v0",
            "minari_version": minari.__version__,
            "description": f"{meta.description} {about}".strip(),
            "algorithm_name": ", ".join(agents),
            "author": {meta.generator},
        }
    )
    return storage


def _episode(source: _Source, rows: Rows) -> dict[str, Any]:
    """Fields of an ``EpisodeBuffer``. Where the last frames were not recorded, the episode counts as cut off there."""
    terminated, truncated = rows[TERMINATED][:-1], rows[TRUNCATED][:-1].copy()
    truncated[-1] |= not terminated[-1]
    return {
        "seed": rows.record.seed,
        "observations": _values(source.observation, rows, OBSERVATIONS),
        "actions": _values(source.action, rows, ACTIONS, last=-1),
        "rewards": rows[REWARD][:-1],
        "terminations": terminated,
        "truncations": truncated,
        "infos": {TIME: rows[TIME]} if source.times else None,
    }


def _values(space: spaces.Space[Any], rows: Rows, name: str, last: int | None = None) -> Any:
    if isinstance(space, spaces.Dict):
        return {key: _values(child, rows, f"{name}/{key}", last) for key, child in space.spaces.items()}
    found: AnyArray = rows[name if name in rows else f"{name}/{PLAIN}"][:last]
    return found


def _about(rows: Rows) -> dict[str, Any]:
    """Attributes of an episode."""
    record = rows.record
    texts = {
        name: getattr(record, name) for name in ("episode", "layout", "robot", "agent", "split", "group", "digest")
    }
    texts |= marks.any_of(rows)
    return texts | {f"outcome/{name}": value for name, value in record.outcome.items()}
