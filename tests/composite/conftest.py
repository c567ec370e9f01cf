"""Two photos of halls whose cameras are known, and the dataset made of them."""

from pathlib import Path

import pytest
from rendered_photos import DOCK, HALL, save, take

from training.composite.asked import Compositing
from training.composite.write import write


@pytest.fixture(scope="session")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of two photos; not to be written to."""
    folder = tmp_path_factory.mktemp("photos")
    for name, shot in (("dock", DOCK), ("hall", HALL)):
        save(take(shot), folder / f"{name}.png")
    return folder


@pytest.fixture(scope="session")
def asked(photos: Path) -> Compositing:
    return Compositing(photos, per_photo=2, least=1, most=1, seed=5, licence="CC-BY-4.0")


@pytest.fixture(scope="session")
def made(asked: Compositing, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four frames."""
    return Path(str(write(asked, tmp_path_factory.mktemp("made") / "made.zarr").dataset.location))
