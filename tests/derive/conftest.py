"""One recorded dataset, and the same episodes recorded without images."""

from pathlib import Path

import pytest
from short_drives import record


@pytest.fixture(scope="session")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return record(tmp_path_factory.mktemp("derive") / "recorded.zarr", range(5, 9), 8, name="recorded")


@pytest.fixture(scope="session")
def blind(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return record(tmp_path_factory.mktemp("derive") / "blind.zarr", range(5, 9), 8, images=False, name="blind")
