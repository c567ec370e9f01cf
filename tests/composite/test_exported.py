"""Real pixels are marked in every export, each in the place that its format has for it."""

import csv
import json
import tarfile
from pathlib import Path

import numpy as np
import pytest
from exported import export
from pyarrow import parquet

from training import export as exports
from training.dataset import Dataset
from training.export._card import MARKED
from twin.errors import DatasetError, UnknownNameError

OF_AGENTS = ("lerobot", "minari")
"""Formats that need actions, which photos have none of."""
ELSEWHERE = ("rerun",)
"""Formats whose library is in an environment of its own."""
FORMATS = [name for name in exports.formats() if name not in (*OF_AGENTS, *ELSEWHERE)]


@pytest.fixture(scope="module", params=FORMATS)
def exported(request: pytest.FixtureRequest, made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export(made, tmp_path_factory.mktemp("exports") / request.param, request.param)


def test_what_describes_an_export_says_how_many_frames_have_real_pixels(exported: Path, made: Path) -> None:
    frames = len(Dataset(made))
    about = json.loads((exported / "dataset.json").read_text())
    assert about["marked_frames"] == {"contains_real_pixels": frames, "redacted": 0}
    card = (exported / "README.md").read_text()
    assert f"| {MARKED['contains_real_pixels']} | {frames} of {frames} frames |" in card
    assert "- contains-real-pixels" in card
    assert MARKED["redacted"] not in card
    croissant = json.loads((exported / "croissant.json").read_text())
    assert f"{frames} frames: contains real pixels." in croissant["description"]
    with (exported / "episodes.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["contains_real_pixels"] for row in rows] == ["True"] * frames


def test_every_image_says_it(exported: Path, made: Path) -> None:
    said = list(each_image(exported))
    assert said == [{"contains_real_pixels": True, "redacted": False}] * len(Dataset(made))


def each_image(folder: Path) -> list[dict[str, bool]]:
    """What is said of each image, in the place that the format has."""
    names = ("contains_real_pixels", "redacted")
    match folder.name:
        case "coco":
            documents = [json.loads(path.read_text()) for path in folder.glob("annotations/instances_*.json")]
            found = [image for document in documents for image in document["images"]]
        case "webdataset":
            found = []
            for path in folder.glob("*/*.tar"):
                with tarfile.open(path) as tar:
                    files = [tar.extractfile(name) for name in tar.getnames() if name.endswith(".json")]
                    found += [json.loads(file.read()) for file in files if file is not None]
        case "hf":
            found = [row for path in folder.glob("data/*.parquet") for row in parquet.read_table(path).to_pylist()]
        case "bop":
            documents = [json.loads(path.read_text()) for path in folder.glob("*/*/scene_camera.json")]
            found = [image for document in documents for image in document.values()]
        case "mcap":  # its messages are compressed; what it says of the whole file is not
            texts = [path.read_bytes() for path in folder.glob("*/*.mcap")]
            assert all(b'"contains_real_pixels": ' in text for text in texts)
            found = [{"contains_real_pixels": True, "redacted": False}] * len(texts)
        case _:
            with (folder / "images.csv").open(newline="") as file:
                rows = list(csv.DictReader(file))
            found = [{name: {"True": True, "False": False}[row[name]] for name in names} for row in rows]
    return [{name: one[name] for name in names} for one in found]


@pytest.mark.parametrize("name", OF_AGENTS)
def test_formats_of_agents_say_that_photos_have_none(name: str, made: Path, tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="has no array 'actions': it holds no episodes of an agent"):
        export(made, tmp_path / name, name)


def test_frames_are_selected_by_their_marks(made: Path) -> None:
    dataset = Dataset(made)
    assert len(dataset.filter(marked="contains_real_pixels")) == len(dataset)
    assert len(dataset.filter(marked=("nothing", "contains_real_pixels"))) == len(dataset)
    for term in ("nothing", "redacted"):
        assert len(dataset.filter(marked=term)) == 0
    with pytest.raises(UnknownNameError, match="unknown mark 'real'"):
        dataset.filter(marked="real")


def test_selected_frames_keep_their_marks(made: Path) -> None:
    chosen = Dataset(made).filter(split=Dataset(made).record(0).split)
    values = chosen.batch(range(len(chosen)), "contains_real_pixels")["contains_real_pixels"]
    assert values.dtype == np.bool_
    assert values.all()
