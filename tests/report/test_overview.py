"""The page of ``twin info --html``: what it says, and that a browser shows it."""

import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from training import cli
from training.dataset import ArraySpec, Dataset, DatasetMeta, DatasetWriter, EpisodeRecord
from training.dataset.info import summary
from training.overview import objects, ways
from twin import rendering
from twin.errors import RenderError

HOSTILE = "<script>document.title='taken'</script>&\"'"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three short episodes with images."""
    path = tmp_path_factory.mktemp("overview") / "recorded.zarr"
    flags = ["--layout", "small_warehouse", "--episodes", "3", "--size", "96x64", "--every", "4"]
    assert cli.main(["collect", *flags, "--out", str(path), "--licence", "CC-BY-4.0", "--description", HOSTILE]) == 0
    return path


@pytest.fixture(scope="module")
def page(recorded: Path) -> Path:
    return written(recorded)


def written(dataset: Path) -> Path:
    path = dataset.with_suffix(".html")
    assert cli.main(["info", str(dataset), "--html", str(path)]) == 0
    return path


class Read(HTMLParser):
    """Headings, pictures and all text of a page; tags that are never closed."""

    VOID = frozenset({"meta", "img", "br", "link"})

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.headings, self.pictures, self.text, self.open = list[str](), list[dict[str, str]](), "", list[str]()
        self.addresses, self.scripts = list[str](), 0
        self.feed(path.read_text())

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        found = dict(attrs)
        self.addresses += [found[name] for name in ("src", "href") if name in found]
        self.scripts += tag == "script"
        if tag == "img":
            self.pictures.append(found)
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data
        if self.open and self.open[-1] in ("h2", "h3"):
            self.headings.append(data.strip())


def test_it_tells_what_is_in_a_dataset(recorded: Path, page: Path) -> None:
    found, read = summary(Dataset(recorded)), Read(page)
    assert not read.open
    for heading in ("Splits", "Sample frames", "By class", "By size, distance and occlusion", "Outcomes"):
        assert heading in read.headings
    assert {"Where the robot drove", "Lineage", "Storage"} <= set(read.headings)
    for value in (
        found["digest"],
        "CC-BY-4.0",
        "small_warehouse (3)",
        f"{found['frames']:,}",
        "FactoryTwin/RouteNav-v0",
    ):
        assert value in read.text
    for name, count in found["classes"].items():
        assert re.search(rf"{name.replace('_', ' ')}\s*{count:,}", read.text), name
    assert all(name in read.text for name in found["arrays"])
    assert len(read.pictures) == 2 + 3 * 6


def test_it_needs_nothing_else_and_runs_nothing(page: Path) -> None:
    read = Read(page)
    assert read.scripts == 0
    assert all(address.startswith("data:image/") for address in read.addresses)
    assert HOSTILE in read.text
    assert "<script" not in page.read_text()


def test_a_browser_shows_it(page: Path, tmp_path: Path) -> None:
    browser = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if browser is None:
        pytest.skip("no Chromium here")
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
    options += ["--window-size=1200,3000", f"--user-data-dir={tmp_path}"]

    def run(*more: str) -> str:
        command = [browser, *options, *more, page.as_uri()]
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout

    dom = run("--dump-dom")
    assert "<title>recorded</title>" in dom  # and not "taken"
    assert dom.count("<section") == page.read_text().count("<section")
    run(f"--screenshot={tmp_path / 'page.png'}")
    shown = np.asarray(Image.open(tmp_path / "page.png").convert("RGB"))
    assert shown.shape[1] == 1200
    assert len(np.unique(shown.reshape(-1, 3), axis=0)) > 5000  # photographs, not a blank page
    pictures = (np.ptp(shown.astype(int), axis=2) > 40).any(axis=1)
    assert pictures.mean() > 0.2


def test_a_dataset_without_images_and_one_without_anything(tmp_path: Path) -> None:
    assert cli.main(["collect", "--no-images", "--episodes", "1", "--out", str(tmp_path / "poses.zarr")]) == 0
    headings = Read(written(tmp_path / "poses.zarr")).headings
    assert "Where the robot drove" in headings
    assert "Sample frames" not in headings
    meta = DatasetMeta(name=HOSTILE, arrays=(ArraySpec(name="actions", dtype="float32", shape=(2,)),))
    with DatasetWriter.create(tmp_path / "other.zarr", meta) as writer, writer.episode(EpisodeRecord(episode=0)) as one:
        one.append({"actions": [1.0, 2.0]})
    read = Read(written(tmp_path / "other.zarr"))
    assert not {"Where the robot drove", "Outcomes", "Sample frames", "By class"} & set(read.headings)
    assert read.scripts == 0
    DatasetWriter.create(tmp_path / "empty.zarr", meta).close()
    assert "Storage" in Read(written(tmp_path / "empty.zarr")).headings


def test_a_view_shows_its_frames_and_its_parent(recorded: Path, tmp_path: Path) -> None:
    view = tmp_path / "view.zarr"
    assert cli.main(["select", str(recorded), "--out", str(view), "--classes", "pallet"]) == 0
    read = Read(written(view))
    assert Dataset(recorded).digest()[:16] in read.text
    assert "A view stores no frames of its own" in read.text
    assert "Sample frames" in read.headings


def test_the_sampled_objects_are_those_of_the_labels(recorded: Path) -> None:
    dataset = Dataset(recorded)
    found = objects.sample(dataset)
    assert found.images == dataset.frames  # few enough to look at all
    sides = []
    for frame in range(dataset.frames):
        labels = dataset.labels(frame, "robot/camera", ("class_id", "bounding_box_2d_tight"))
        for class_id, (x0, y0, x1, y1) in zip(
            labels["class_id"], labels["bounding_box_2d_tight"].tolist(), strict=True
        ):
            if class_id not in objects.BUILDING:
                sides.append(((x1 - x0) * (y1 - y0)) ** 0.5)
    np.testing.assert_allclose(sorted(found.sides), sorted(sides))
    assert found.distances.shape == found.sides.shape
    assert found.distances.min() >= 0
    assert 0 < len(found.occlusions) <= len(found.sides)
    assert found.occlusions.min() >= 0
    assert found.occlusions.max() <= 1


def test_without_a_renderer_occlusion_is_left_out(
    recorded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(*_: Any, **__: Any) -> None:
        raise RenderError("no renderer")

    monkeypatch.setattr(rendering, "create", none)
    path = tmp_path / "page.html"
    assert cli.main(["info", str(recorded), "--html", str(path)]) == 0
    assert "Occlusion is not shown" in path.read_text()


def test_ways_are_those_of_the_robot_and_end_as_recorded(recorded: Path) -> None:
    dataset = Dataset(recorded)
    factory = ways.factories(dataset)[0]
    assert len(factory.ways) == dataset.episodes
    for k, (end, points) in enumerate(factory.ways):
        record = dataset.record(k)
        assert len(points) == record.frames
        np.testing.assert_allclose(points[0], record.draws["start"][:2], atol=1e-6)
        assert (end == "success") == bool(record.outcome["success"])
    assert [
        ways.ended(EpisodeRecord(episode=0, outcome=o))
        for o in ({"success": 0.0, "collisions": 2}, {}, {"success": 0.0}, {"success": 0.0, "terminated": True})
    ] == [
        "collision",
        "",
        "timeout",
        "stranded",
    ]


def test_raw_bytes_of_poses_are_those_that_are_read(recorded: Path) -> None:
    dataset = Dataset(recorded)
    read = sum(dataset.episode(k)["poses"].nbytes for k in range(dataset.episodes))
    assert summary(dataset)["arrays"]["poses"]["bytes_raw"] == read


def test_a_folder_in_the_place_of_the_page_is_refused(
    recorded: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["info", str(recorded), "--html", str(tmp_path)]) != 0
    assert f"--html {tmp_path}: is a folder" in capsys.readouterr().err
