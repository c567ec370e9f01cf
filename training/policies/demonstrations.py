"""What another agent saw, did and earned, from a dataset recorded by ``twin collect``."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import gymnasium
import numpy as np
import numpy.typing as npt
from gymnasium import spaces

from training.dataset import Dataset
from training.dataset.schema import EpisodeRecord
from twin.errors import InputError

Arrays = dict[str, npt.NDArray[Any]]
VALIDATION = "val"
"""The split that shows how well is learned what was not seen."""


@dataclass(frozen=True)
class Demonstrations:
    """Steps (n, ...) of any episodes, terminal frames left out."""

    observations: Arrays
    actions: npt.NDArray[np.float32]
    returns: npt.NDArray[np.float32]
    """Discounted sum of the scaled rewards from each step to its episode's end."""

    def __len__(self) -> int:
        return len(self.actions)

    def take(self, rows: npt.NDArray[np.int64]) -> "Demonstrations":
        """Some of the steps."""
        return Demonstrations(
            {name: value[rows] for name, value in self.observations.items()}, self.actions[rows], self.returns[rows]
        )


def joined(parts: Sequence[Demonstrations]) -> Demonstrations:
    """All steps of all parts, of which there is one at least."""
    names = parts[0].observations
    return Demonstrations(
        {name: np.concatenate([part.observations[name] for part in parts]) for name in names},
        np.concatenate([part.actions for part in parts]),
        np.concatenate([part.returns for part in parts]),
    )


def returns_of(rewards: npt.ArrayLike, gamma: float) -> npt.NDArray[np.float32]:
    """Discounted sums of rewards (n,) from each step on."""
    total, found = 0.0, []
    for reward in np.asarray(rewards, dtype=np.float64)[::-1]:
        total = float(reward) + gamma * total
        found.append(total)
    return np.array(found[::-1], dtype=np.float32)


def read(
    path: str,
    env: "gymnasium.Env[Any, Any]",
    *,
    gamma: float,
    reward_scale: float,
    successes: bool = True,
    splits: Sequence[str] = ("train",),
    megabytes: float = 2048,
) -> tuple[Demonstrations, Demonstrations | None]:
    """To learn from, and to validate with where the dataset has that split.

    ``successes``: only episodes that arrived. ``splits``: to learn from. Raises ``InputError`` where the dataset does
    not fit the environment, holds nothing to learn from, or would take more than ``megabytes``.
    """
    dataset = Dataset(path)
    names = _check(dataset, env)
    learned: list[Demonstrations] = []
    validated: list[Demonstrations] = []
    room = megabytes * 1e6
    for k, record in enumerate(dataset.records()):
        if (successes and not arrived(record)) or record.split not in (*splits, VALIDATION):
            continue
        if record.left_out:
            raise InputError(
                f"{path}: frames of episode {record.episode} are left out, and with them rewards that belong to the "
                "returns; learn from whole episodes, such as those of `twin select --outcome is_success`"
            )
        part = _episode(dataset, k, names, gamma**dataset.meta.stride, reward_scale)
        room -= sum(value.nbytes for value in part.observations.values())
        if room < 0:
            raise InputError(f"{path}: more than data_megabytes {megabytes:g}; choose episodes with `twin select`")
        (learned if record.split in splits else validated).append(part)
    if not learned:
        there = Counter(record.split for record in dataset.records() if arrived(record) or not successes)
        counted = ", ".join(f"{count} in {split or 'no split'}" for split, count in sorted(there.items())) or "none"
        raise InputError(
            f"{path}: no episode {'that succeeded ' if successes else ''}in the split {' or '.join(splits)} to learn "
            f"from; there are {counted}: a preset's `splits` names others"
        )
    return joined(learned), joined(validated) if validated else None


def about(path: str) -> tuple[str, dict[str, Any]]:
    """Digest of a dataset, and what a policy that learned from it says about it."""
    dataset = Dataset(path)
    agents = sorted({record.agent for record in dataset.records()})
    facts = {
        "name": dataset.meta.name,
        "env": dataset.meta.env_id,
        "agents": agents,
        "licence": dataset.meta.licence,
        "episodes": dataset.episodes,
        "frames": dataset.frames,
    }
    return dataset.digest(), facts


def arrived(record: EpisodeRecord) -> bool:
    """Whether an episode reached its goal."""
    return bool(record.outcome.get("is_success", record.outcome.get("success", False)))


def _episode(dataset: Dataset, k: int, names: Mapping[str, str], gamma: float, scale: float) -> Demonstrations:
    rows = dataset.episode(k)
    observations = {name: np.asarray(rows[array])[:-1] for name, array in names.items()}
    actions = np.clip(np.asarray(rows["actions"], dtype=np.float32)[:-1], -1.0, 1.0)
    rewards = np.asarray(rows["reward"], dtype=np.float64)[:-1] * scale
    return Demonstrations(observations, actions, returns_of(rewards, gamma))


def _check(dataset: Dataset, env: "gymnasium.Env[Any, Any]") -> dict[str, str]:
    """Array of each observation; raises ``InputError`` where the dataset was recorded with other spaces."""
    seen, acted = env.observation_space, env.action_space
    assert isinstance(seen, spaces.Dict)
    wanted = {f"observations/{name}": space for name, space in seen.spaces.items()} | {"actions": acted}
    there = {spec.name: spec for spec in dataset.meta.arrays}
    for name, space in wanted.items():
        where = f"{dataset.label}: recorded in {dataset.meta.env_id or 'another environment'}"
        if name not in there:
            raise InputError(
                f"{where} without {name}, which this environment has; record it again, or choose its --env"
            )
        if there[name].shape != space.shape or np.dtype(there[name].dtype) != space.dtype:
            found, need = there[name], f"{space.shape} {space.dtype}"
            raise InputError(f"{where}, where {name} is {found.shape} {found.dtype}; this environment's is {need}")
    return {name: f"observations/{name}" for name in seen.spaces}
