"""Small factories and environments in them."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import gymnasium
import pytest
from small_layouts import DIVIDED, EMPTY, FULL, SMALL, STATIONS, written

import envs
from envs.factory_env import FactoryEnv

assert envs.__name__  # importing it registers the environments


@pytest.fixture(scope="session")
def layouts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Files of the small layouts, by name."""
    folder = tmp_path_factory.mktemp("layouts")
    return {
        Path(path).stem: path for path in (written(text, folder) for text in (SMALL, EMPTY, DIVIDED, FULL, STATIONS))
    }


@pytest.fixture
def make(layouts: dict[str, str]) -> Iterator[Callable[..., FactoryEnv]]:
    """``make(layout="empty", ...)``: a bare environment, closed when the test ends."""
    made: list[gymnasium.Env[Any, Any]] = []

    def one(task: str = "RouteNav", layout: Any = "small", **options: Any) -> FactoryEnv:
        known = layouts.get(layout, layout) if isinstance(layout, str) else layout
        made.append(gymnasium.make(f"FactoryTwin/{task}-v0", layout=known, disable_env_checker=True, **options))
        inner: Any = made[-1].unwrapped
        return inner

    yield one
    for env in made:
        env.close()
