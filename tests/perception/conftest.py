"""One dataset of rectangles for all tests of perception."""

from pathlib import Path

import pytest
from rectangles import write


@pytest.fixture(scope="session")
def rectangles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("perception") / "rectangles.zarr")
