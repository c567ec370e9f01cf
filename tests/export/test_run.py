"""What every export has, and what happens when one goes wrong, is stopped or is shared by several processes."""

import hashlib
import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import foreign
import pytest
from exported import export

from training import cli
from training.dataset import ArraySpec, Dataset, DatasetWriter, EpisodeRecord
from training.export import formats
from twin.errors import DatasetError

ARRAYS = (
    ArraySpec(name="actions", dtype="float32", shape=(1,)),
    ArraySpec(name="reward", dtype="float32"),
    ArraySpec(name="terminated", dtype="bool"),
    ArraySpec(name="truncated", dtype="bool"),
    ArraySpec(name="time", dtype="float64"),
)
IMAGE_FORMATS = ("bop", "coco", "hf", "kitti", "webdataset", "yolo", "yolo_segment")


@pytest.fixture(scope="module")
def all_of_them(walk: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """An export in every format."""
    folder = tmp_path_factory.mktemp("run")
    return {name: export(walk, folder / name, name, classes=("pallet", "pillar")) for name in IMAGE_FORMATS}


@pytest.fixture(params=IMAGE_FORMATS)
def exported(request: pytest.FixtureRequest, all_of_them: dict[str, Path]) -> Path:
    return all_of_them[request.param]


@pytest.fixture(scope="module")
def croissants(all_of_them: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What mlcroissant, in one process, says of each and reads from it."""
    paths = [folder / "croissant.json" for folder in all_of_them.values()]
    found = foreign.load("readers", "load_croissant.py", *paths, home=tmp_path_factory.mktemp("croissant"))
    return dict(zip(all_of_them, found, strict=True))


def files(folder: Path) -> dict[str, str]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in found}


def test_every_export_says_what_it_is(exported: Path, walk: Path) -> None:
    dataset, about = Dataset(walk), json.loads((exported / "dataset.json").read_text())
    assert about["lineage"]["digest"] == dataset.digest()
    assert (about["name"], about["licence"], about["units"]) == ("walk", "CC0-1.0", dataset.meta.units)
    assert [entry["name"] for entry in about["classes"]] == ["pallet", "pillar"]
    assert {name: counts["frames"] for name, counts in about["splits"].items()} == {"train": 4, "val": 2}
    for camera in about["cameras"]:
        model = dataset.cameras[camera["name"]]
        assert model.model_dump(mode="json").items() <= camera.items()
        assert camera["K"] == dataset[0][model.array("intrinsics")].tolist()
    card = (exported / "README.md").read_text()
    for text in ("license: cc0-1.0", "| train | 1 | 2 | 4 | 8 |", "| mast/tilted | 152 x 120 | 120, 118, 70, 61.5 |"):
        assert text in card
    assert f"`{dataset.digest()}`" in card
    assert "## How to load it" in card


def test_croissant_is_valid_and_its_records_are_read(exported: Path, walk: Path, croissants: dict[str, Any]) -> None:
    found = croissants[exported.name]
    assert ("images" in found["records"]) == (exported / "images.csv").exists()
    assert found["errors"] == []
    assert found["warnings"] == []
    dataset, records = Dataset(walk), found["records"]
    assert [r["digest"] for r in records["episodes"]] == [dataset.record(k).digest for k in range(3)]
    assert [r["split"] for r in records["episodes"]] == ["train", "train", "val"]
    for record in records.get("images", ()):
        assert (exported / record["file"]).is_file()
        camera = dataset.cameras[record["camera"]]
        k = dataset.episode(record["episode"])[camera.array("intrinsics")][record["frame"]]
        assert [record[n] for n in ("fx", "fy", "cx", "cy")] == pytest.approx([k[0, 0], k[1, 1], k[0, 2], k[1, 2]])
    if "images" in records:
        assert len(records["images"]) == 12


SLOW_ONES = ("kitti", "webdataset", "yolo", "yolo_segment")


@pytest.mark.parametrize("name", [pytest.param(n, marks=[pytest.mark.slow] * (n in SLOW_ONES)) for n in IMAGE_FORMATS])
def test_any_number_of_workers_writes_the_same_bytes(
    name: str, walk: Path, all_of_them: dict[str, Path], tmp_path: Path
) -> None:
    together = export(walk, tmp_path / "together", name, workers=2, classes=("pallet", "pillar"))
    assert files(together) == files(all_of_them[name])


@pytest.mark.parametrize("workers", [1, 2])
def test_nothing_stays_when_a_piece_fails(workers: int, damaged: Path, tmp_path: Path) -> None:
    scene = Dataset(damaged).record(2).scene
    (damaged / f"meta/scenes/{scene}/zarr.json").unlink()
    with pytest.raises(DatasetError, match=f"the scene meta/scenes/{scene} is missing or damaged"):
        export(damaged, tmp_path / "o", "yolo", workers=workers)
    assert [path.name for path in tmp_path.iterdir()] == [damaged.name]


def test_ctrl_c_leaves_nothing(walk: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-c", ENDLESS, str(walk), str(tmp_path / "o")]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True)
    deadline = time.monotonic() + 60
    while not list(tmp_path.glob(".o.*/images/train/*.png")) and time.monotonic() < deadline:
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGINT)
    _, error = process.communicate(timeout=60)
    assert process.returncode == cli.INTERRUPTED
    assert error.splitlines()[-1] == "interrupted"
    assert "Traceback" not in error
    assert not list(tmp_path.iterdir())


# The same frames over and over, so that it is still at work when the signal comes.
ENDLESS = """
import sys
from training.export._selection import Selection

pieces = Selection.pieces
Selection.pieces = lambda self, *given: (piece for _ in range(10000) for piece in pieces(self, *given))
if __name__ == "__main__":
    from training import cli
    sys.exit(cli.main(["export", sys.argv[1], "--format", "yolo", "--out", sys.argv[2], "--workers", "2"]))
"""


@pytest.mark.parametrize("name", ["coco", "hf"])
def test_a_full_disk_is_one_line_and_leaves_nothing(name: str, walk: Path, tmp_path: Path) -> None:
    def small_disk() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (4000, 4000))

    arguments = ("export", walk, "--format", name, "--out", tmp_path / "o", "--workers", "1", "--classes", "pallet")
    command = [sys.executable, "-m", "training.cli", *map(str, arguments)]
    done = subprocess.run(command, preexec_fn=small_disk, capture_output=True, text=True, check=False)
    assert done.returncode == cli.USAGE
    last = done.stderr.splitlines()[-1]
    assert last.startswith("error: ")
    assert "File too large" in last or "errno 27" in last
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (("--cameras", "levl"), "unknown camera 'levl'; did you mean 'level'?"),
        (("--classes", "palet"), "unknown class 'palet'; did you mean 'pallet'?"),
        (("--min-pixels", "0"), "error: --min-pixels 0: should be more than 0"),
        (("--workers", "-1"), "error: --workers -1: should be 0 or more"),
        (("--format", "yollo"), "error: unknown export format 'yollo'; did you mean 'yolo'?"),
    ],
)
def test_wrong_flags_are_one_line(
    flags: tuple[str, ...], message: str, walk: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["export", str(walk), "--out", str(tmp_path / "o"), *flags]) == cli.USAGE
    assert message in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_a_split_without_episodes_is_refused(recorded: Path, tmp_path: Path) -> None:
    dataset = Dataset(recorded)
    there = {dataset.record(k).split for k in range(dataset.episodes)}
    for split in set(dataset.meta.splits) - there:
        with pytest.raises(DatasetError, match=f"no episodes in the split {split}, so there is nothing to export"):
            export(recorded, tmp_path / "o", "coco", splits=(split,))


@pytest.mark.parametrize("name", [n for n in IMAGE_FORMATS if n != "coco"])
def test_a_dataset_without_cameras_is_refused(name: str, small: Path, tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"small.zarr has no cameras, so there are no images to export"):
        export(small, tmp_path / "o", name)
    assert not list(tmp_path.glob("*o*"))


def test_a_view_of_some_frames_is_exported(walk: Path, tmp_path: Path) -> None:
    chosen = ("--episode", "0", "2", "--every", "2")
    assert cli.main(["select", str(walk), "--out", str(tmp_path / "view.zarr"), *chosen]) == 0
    view = Dataset(tmp_path / "view.zarr")
    assert 0 < view.frames < Dataset(walk).frames
    out = export(tmp_path / "view.zarr", tmp_path / "o", "yolo")
    assert len(list(out.glob("images/*/*.png"))) == view.frames * 2
    assert json.loads((out / "dataset.json").read_text())["lineage"]["parents"]


@pytest.mark.parametrize("name", ["minari", "lerobot"])
def test_a_view_of_some_steps_is_refused_by_formats_of_steps(name: str, recorded: Path, tmp_path: Path) -> None:
    """The rewards of what is left out would be lost, and what is far apart would become neighbours."""
    assert cli.main(["select", str(recorded), "--every", "2", "--out", str(tmp_path / "thinned")]) == 0
    with pytest.raises(DatasetError, match=r"frames in the middle of episode . are left out.* needs every step"):
        export(tmp_path / "thinned", tmp_path / "o", name)
    assert cli.main(["merge", str(tmp_path / "thinned"), str(recorded), "--out", str(tmp_path / "merged")]) == 0
    with pytest.raises(DatasetError, match=r"frames in the middle of episode 0 are left out"):
        export(tmp_path / "merged", tmp_path / "o", name)
    assert not (tmp_path / "o").exists()
    assert cli.main(["select", str(recorded), "--time", ":0.5", "--out", str(tmp_path / "cut")]) == 0
    cut = Dataset(tmp_path / "cut")
    assert all(record.left_out == "ends" for record in cut.records())
    assert (export(tmp_path / "cut", tmp_path / "o", name) / "dataset.json").exists()


def test_without_mlcroissant_the_rest_is_written(
    walk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "mlcroissant", None)
    out = export(walk, tmp_path / "o", "yolo", classes=("pallet",))
    assert "no croissant.json was written: it needs mlcroissant; pip install" in capsys.readouterr().out
    assert {"README.md", "dataset.json", "episodes.csv"} <= {path.name for path in out.iterdir()}
    assert not (out / "croissant.json").exists()


def test_all_formats_here_are_checked_here() -> None:
    others = {"lerobot", "mcap", "minari", "rerun"}
    assert set(formats()) - others == set(IMAGE_FORMATS)


def test_a_format_that_is_told_of_has_a_way_to_load_it(exported: Path) -> None:
    card: Any = (exported / "README.md").read_text()
    assert "```python" in card.partition("## How to load it")[2].partition("## Splits")[0]
    assert "{" not in card.partition("## How to load it")[2].partition("## Splits")[0]


def test_the_way_to_load_it_works_as_the_card_says_it(walk: Path, tmp_path: Path) -> None:
    names = [name for name in IMAGE_FORMATS if name != "bop"]  # its toolkit is on no package index
    folders = [export(walk, tmp_path / name, name, splits=("val",), classes=("pallet",)) for name in names]
    found = foreign.run("readers", "run_card.py", *folders, home=tmp_path)
    assert [line.split()[0] for line in found.splitlines() if line.split()[0] in names] == names
    assert "min(Path().glob(" in (export(walk, tmp_path / "bop", "bop", classes=("pallet",)) / "README.md").read_text()


def test_yolo_has_train_and_val_whatever_there_is(walk: Path, tmp_path: Path) -> None:
    out = export(walk, tmp_path / "o", "yolo", splits=("val",), classes=("pallet",))
    text = (out / "data.yaml").read_text()
    assert text.startswith("# The split train has no images.\n")
    assert "\ntrain: images/train\nval: images/val\nnames:" in text
    assert [len(list((out / "images" / split).iterdir())) for split in ("train", "val")] == [0, 4]


def test_no_episode_to_train_on_is_remarked(small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    meta = Dataset(small).meta
    for by, advice in (
        ("layout", "`twin collect --split-by episode` shares out the episodes"),
        ("episode", "record more"),
    ):
        path = tmp_path / f"{by}.zarr"
        changes = {"splits": {"train": 0.0, "test": 1.0}, "split_by": by, "cameras": (), "arrays": ARRAYS}
        record, row = EpisodeRecord(episode=0, layout="hall"), {"reward": 0.0, "actions": [0.0], "truncated": False}
        with (
            DatasetWriter.create(path, meta.model_copy(update=changes)) as writer,
            writer.episode(record) as episode,
        ):
            for step in range(2):
                episode.append({**row, "terminated": step == 0, "time": 0.1 * step})
        export(path, tmp_path / f"o_{by}", "lerobot")
        said = capsys.readouterr().out.splitlines()[1]
        assert said.startswith(f"no episode is in the split train, all are in test; splits are by {by}: {advice}")


def test_classes_are_counted_in_the_images_that_are_exported(walk: Path, tmp_path: Path) -> None:
    counts: list[Counter[str]] = []
    for cameras in ((), ("level",), ("mast/tilted",)):
        out = export(walk, tmp_path / f"o{len(counts)}", "coco", cameras=cameras)
        documents = [json.loads(path.read_text()) for path in sorted(out.glob("annotations/instances_*.json"))]
        names = {entry["id"]: entry["name"] for entry in documents[0]["categories"]}
        there = Counter(names[a["category_id"]] for document in documents for a in document["annotations"])
        assert json.loads((out / "dataset.json").read_text())["objects"] == dict(there)
        counts.append(there)
    assert counts[0] == counts[1] + counts[2]


def test_objects_of_few_pixels_are_left_out(walk: Path, tmp_path: Path) -> None:
    def lines(name: str, least: int) -> list[int]:
        out = export(walk, tmp_path / f"{name}{least}", name, splits=("val",), classes=("pallet",), min_pixels=least)
        about = json.loads((out / "dataset.json").read_text())
        assert about["selection"]["min_pixels"] == least
        if name == "coco":
            return [a["area"] for a in json.loads((out / "annotations/instances_val.json").read_text())["annotations"]]
        if name == "bop":
            texts = [json.loads(path.read_text()) for path in out.glob("val/*/scene_gt_info.json")]
            return [entry["px_count_visib"] for text in texts for image in text.values() for entry in image]
        found = sum(len(path.read_text().splitlines()) for path in out.glob("*/label*/**/*.txt"))
        found += sum(len(path.read_text().splitlines()) for path in out.glob("labels/*/*.txt"))
        assert found == about["objects"]["pallet"]
        return [0] * found

    areas = sorted(lines("coco", 1))
    least = areas[len(areas) // 2]
    assert areas[0] < least
    kept = [area for area in areas if area >= least]
    assert sorted(lines("coco", least)) == sorted(lines("bop", least)) == kept
    assert len(lines("yolo", least)) == len(lines("kitti", least)) == len(kept)


@pytest.mark.parametrize(
    ("out", "message"),
    [
        (".", "--out . is the current folder; name a folder in it"),
        ("file/new", "file is a file, so there can be no folder in it"),
        ("/proc/new/o", "--out /proc/new/o: nothing can be written to /proc/new: "),
        ("closed/o", "closed may not be written to"),
    ],
)
def test_a_place_that_cannot_be_written_is_named_before_the_work(
    out: str, message: str, walk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    if out != ".":
        (tmp_path / "file").write_text("mine")
        (tmp_path / "closed").mkdir()
        access = os.access  # root may write anywhere
        monkeypatch.setattr(os, "access", lambda path, mode: Path(path).name != "closed" and access(path, mode))
    before = list(tmp_path.rglob("*"))
    assert cli.main(["export", str(walk), "--format", "yolo", "--out", out]) == cli.USAGE
    last = capsys.readouterr().err.splitlines()[-1]
    assert last.startswith(f"error: --out {out}")
    assert message in last
    assert ".partial" not in last
    assert list(tmp_path.rglob("*")) == before


def test_a_link_to_an_empty_folder_is_filled_and_stays(walk: Path, tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    export(walk, tmp_path / "link", "yolo", splits=("val",), classes=("pallet",))
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real/data.yaml").is_file()
