"""The smallest runs there are, one an algorithm, each made once for all tests."""

from collections.abc import Callable
from typing import Any

import pytest
from small_layouts import EMPTY, written
from training_runs import Silent

from training.policies import presets
from training.policies.algorithms import algorithm
from training.policies.config import Data, TrainConfig
from training.policies.demonstrations import about
from training.policies.run import Run

ENV = "FactoryTwin/PointNav-v0"
MakeRun = Callable[..., Run]


@pytest.fixture(scope="session")
def layout(tmp_path_factory: pytest.TempPathFactory) -> str:
    """An empty hall."""
    return written(EMPTY, tmp_path_factory.mktemp("layouts"))


@pytest.fixture(scope="session")
def dataset(tmp_path_factory: pytest.TempPathFactory, layout: str) -> str:
    """Two episodes of one who drives straight to the goal; that is all an empty hall asks for."""
    from training.collection import Collection, collect

    path = tmp_path_factory.mktemp("data") / "straight.zarr"
    collect(Collection(out=path, agent="straight", env=ENV, options={"layout": layout}, episodes=2, cameras=()))
    return str(path)


@pytest.fixture(scope="session")
def configured(layout: str, dataset: str) -> Callable[..., TrainConfig]:
    """A configuration of the smoke preset; other settings and fields by name."""

    def make(algo: str = "ppo", settings: dict[str, Any] | None = None, **fields: Any) -> TrainConfig:
        chosen = presets.load("smoke").of(algo).model_dump() | (settings or {})
        if algorithm(algo).from_data:
            digest, facts = about(dataset)
            chosen["splits"] = ("train", "val", "test")  # one layout lies in one split, whichever
            fields = {"data": Data(path=dataset, digest=digest, about=facts), **fields}
        options = {"layout": layout}
        given = {"env": ENV, "env_options": options, "seed": 3, "steps": 64, **fields}
        return TrainConfig(algo=algo, settings=algorithm(algo).settings.model_validate(chosen), **given)

    return make


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> MakeRun:
    """A finished run of a configuration; the same one for the same configuration, so not to be changed."""
    from training.policies.train import train

    made: dict[str, Run] = {}

    def make(config: TrainConfig, *, fresh: bool = False) -> Run:
        key = config.model_dump_json()
        if fresh or key not in made:
            run = Run.create(tmp_path_factory.mktemp("runs") / config.algo, config)
            bar: Any = Silent()
            train(run, bar)
            if fresh:
                return run
            made[key] = run
        return made[key]

    return make
