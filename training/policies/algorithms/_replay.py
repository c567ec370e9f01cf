"""What algorithms share that learn from a memory of steps."""

from typing import Any

import numpy as np
from gymnasium import spaces
from pydantic import Field, NonNegativeInt, PositiveFloat, PositiveInt

from training.policies.algorithms._base import Settings
from twin.errors import InputError


class ReplaySettings(Settings):
    """Named as in Stable-Baselines3."""

    learning_rate: PositiveFloat = 3e-4
    final_learning_rate: PositiveFloat = 1e-4
    n_envs: PositiveInt = 16
    batch_size: PositiveInt = 256
    buffer_size: PositiveInt = 300_000
    """Steps that are remembered, of all environments together ..."""
    buffer_megabytes: PositiveFloat = 512
    """... or as many as fit into this much memory, where those are fewer."""
    learning_starts: NonNegativeInt = 5_000
    """Steps before the first update; as many, which do not count, fill the memory after a resume: it is not kept."""
    train_freq: PositiveInt = 1
    """Steps of each environment between updates."""
    gradient_steps: PositiveInt = 4
    """Updates each time."""
    tau: float = Field(default=0.005, gt=0, le=1)
    """Share of the critic that its slow copy takes over at each update."""


def remembered(settings: ReplaySettings, observation: spaces.Space[Any], action: spaces.Space[Any]) -> int:
    """How many steps the memory holds; ``InputError`` where not even a batch fits in."""
    row = 2 * _bytes(observation) + _bytes(action) + 3 * 4  # before and after; reward, end, cut off
    count = min(settings.buffer_size, int(settings.buffer_megabytes * 1e6 / row))
    if count < max(settings.batch_size, settings.n_envs):
        raise InputError(
            f"buffer_megabytes {settings.buffer_megabytes:g}: {count} steps of {row} bytes fit in, "
            f"but a batch has {settings.batch_size}"
        )
    return count


def replay_arguments(settings: ReplaySettings, observation: spaces.Space[Any], action: spaces.Space[Any]) -> Any:
    """Arguments of the algorithms of Stable-Baselines3."""
    return {
        "buffer_size": remembered(settings, observation, action),
        "learning_starts": settings.learning_starts,
        "batch_size": settings.batch_size,
        "tau": settings.tau,
        "train_freq": settings.train_freq,
        "gradient_steps": settings.gradient_steps,
    }


def _bytes(space: spaces.Space[Any]) -> int:
    if isinstance(space, spaces.Dict):
        return sum(_bytes(part) for part in space.spaces.values())
    return int(np.prod(space.shape or ())) * np.dtype(space.dtype).itemsize
