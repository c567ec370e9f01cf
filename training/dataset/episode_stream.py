"""The episodes of one environment, step by step, on their way into a dataset."""

from typing import Any

import gymnasium
import numpy as np

from training.dataset import spaces
from training.dataset.schema import AnyArray, EpisodeRecord
from training.dataset.world_rows import WorldRows
from training.dataset.writer import DatasetWriter, EpisodeWriter

ACTIONS, REWARD, TERMINATED, TRUNCATED, TIME = "actions", "reward", "terminated", "truncated", "time"
FALSE, ZERO = np.asarray(False), np.asarray(0.0)


class EpisodeStream:
    """Rows of episodes: ``begin``, then ``step`` until one ends, which commits it; one begun anew is discarded."""

    def __init__(
        self,
        writer: DatasetWriter,
        observation_space: gymnasium.Space[Any],
        action_space: gymnasium.Space[Any],
        world: WorldRows | None = None,
        *,
        period: float = 1.0,
        every: int = 1,
        agent: str = "",
    ) -> None:
        """``period``: seconds a step, where no world tells the time."""
        self._writer, self._world = writer, world
        self._observations, self._actions = observation_space, action_space
        self._period, self._every, self._agent = period, every, agent
        self._group = spaces.observations(observation_space)
        self._idle = {
            **spaces.zeros(ACTIONS, action_space),
            REWARD: ZERO,
            TERMINATED: FALSE,
            TRUNCATED: FALSE,
        }
        self._episode: EpisodeWriter | None = None
        self._pending: dict[str, AnyArray] = {}
        self._steps, self._return = 0, 0.0

    def begin(self, number: int, seed: int | None, observation: Any, info: dict[str, Any]) -> None:
        """What ``reset`` returned; an episode that runs is discarded."""
        self.discard()
        about = self._world.record() if self._world is not None else {}
        instruction = info.get("instruction", "")
        record = EpisodeRecord(
            episode=number,
            seed=seed,
            agent=self._agent,
            instruction=instruction if isinstance(instruction, str) else "",
            **about,
        )
        self._episode = self._writer.begin(record, self._world.world.scene if self._world is not None else None)
        self._steps, self._return = 0, 0.0
        self._pending = self._arrival(observation)

    def step(
        self, action: Any, reward: float, observation: Any, info: dict[str, Any], *, terminated: bool, truncated: bool
    ) -> None:
        """What ``step`` was given and returned; nothing happens while no episode runs."""
        episode = self._episode
        if episode is None:
            return
        if self._steps % self._every == 0:
            self._pending |= spaces.values(ACTIONS, self._actions, action)
        self._pending[REWARD] = self._pending[REWARD] + reward
        self._steps += 1
        self._return += reward
        ended = terminated or truncated
        if ended or self._steps % self._every == 0:
            self._pending |= {TERMINATED: np.asarray(terminated), TRUNCATED: np.asarray(truncated)}
            episode.append(self._pending)
            self._pending = self._arrival(observation)
        if ended:
            episode.append(self._pending)
            episode.outcome |= {"return": self._return, "steps": self._steps, "terminated": terminated}
            episode.outcome |= {k: v for key, value in info.items() for k, v in _figure(key, value)}
            episode.draws |= self._world.draws() if self._world is not None else {}
            episode.commit()
            self._episode = None

    def discard(self) -> None:
        """Forget an episode that runs."""
        if self._episode is not None:
            self._episode.discard()
            self._episode = None

    def _arrival(self, observation: Any) -> dict[str, AnyArray]:
        """What is known on arrival at a frame; action and reward still zero."""
        time = self._world.world.time if self._world is not None else self._steps * self._period
        seen = spaces.values(self._group, self._observations, observation)
        return {TIME: np.asarray(time), **self._idle, **seen, **(self._world.row() if self._world is not None else {})}


def _figure(key: str, value: Any) -> list[tuple[str, bool | int | float]]:
    """What of ``info`` is a figure, and so part of the outcome."""
    if isinstance(value, np.generic):
        value = value.item()
    kept = isinstance(value, bool | int) or (isinstance(value, float) and np.isfinite(value))
    return [(key, value)] if kept else []
