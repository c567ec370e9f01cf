"""One small dataset."""

from pathlib import Path

import pytest
from short_drives import record


@pytest.fixture(scope="session")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return record(tmp_path_factory.mktemp("gap") / "recorded.zarr", range(5, 9), 8, name="recorded")
