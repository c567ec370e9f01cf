"""The smallest training there is, run once for all tests."""

from typing import Any

import pytest
from small_layouts import EMPTY, written
from training_runs import Silent

from training.policies.algorithms.ppo import PpoSettings
from training.policies.config import TrainConfig
from training.policies.run import Run

TINY = PpoSettings(n_envs=2, n_steps=16, batch_size=32, n_epochs=2, net_arch=(8,), layouts=2)


@pytest.fixture(scope="session")
def layout(tmp_path_factory: pytest.TempPathFactory) -> str:
    """An empty hall."""
    return written(EMPTY, tmp_path_factory.mktemp("layouts"))


@pytest.fixture(scope="session")
def config(layout: str) -> TrainConfig:
    """64 steps: two rollouts with an update each."""
    return TrainConfig(env="FactoryTwin/PointNav-v0", env_options={"layout": layout}, settings=TINY, seed=3, steps=64)


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory, config: TrainConfig) -> Run:
    """A finished run; not to be changed."""
    from training.policies.train import train

    made = Run.create(tmp_path_factory.mktemp("runs") / "tiny", config)
    bar: Any = Silent()
    train(made, bar)
    return made
