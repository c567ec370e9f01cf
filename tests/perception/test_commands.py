"""``twin train-perception`` and ``twin eval-perception``."""

import json
from pathlib import Path

import pytest
from rectangles import write

from training.cli import main
from training.dataset import Dataset
from training.perception import sources

FLAGS = ["--size", "64x48", "--batch", "4", "--threads", "1"]


@pytest.fixture(scope="module")
def trained(rectangles: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("trained") / "run"
    assert main(["train-perception", str(rectangles), "--out", str(out), "--steps", "3", *FLAGS]) == 0
    return out


def test_a_run_holds_what_it_promises(trained: Path) -> None:
    there = {path.name for path in trained.iterdir()}
    files = {"config.json", "model.safetensors", "checkpoint.safetensors", "curve.json", "scores.json", "report.html"}
    assert there == files
    page = (trained / "report.html").read_text()
    assert "small load carrier" in page
    assert "<script" not in page
    assert "http" not in page.replace("http-equiv", "")


def test_scores_are_printed_and_written(
    trained: Path, rectangles: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [str(tmp_path / name) for name in ("scores.json", "page.html")]
    args = ["eval-perception", str(trained), str(rectangles), "--split", "val", "--json", files[0], "--html", files[1]]
    assert main(args) == 0
    printed = capsys.readouterr()
    assert printed.out.splitlines()[0].split() == ["class", "iou", "ap", "ap50"]
    assert "warning" not in printed.err
    scores = json.loads(Path(files[0]).read_text())
    dataset = Dataset(rectangles).filter(split="val")
    assert scores["images"] == dataset.frames
    assert scores["data"][0]["digest"] == dataset.digest()
    assert sum(map(sum, scores["confusion"])) == 64 * 48 * dataset.frames
    assert Path(files[1]).read_text().count("<figure") > 3 * 2


def test_scoring_on_what_was_learned_from_is_said(
    trained: Path, rectangles: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["eval-perception", str(trained), str(rectangles)]) == 0
    assert f"warning: the network learned from frames of {rectangles}; try --split test" in capsys.readouterr().err
    begun = sources.start(trained).about
    assert begun is not None
    assert begun["data"][0]["digest"] == Dataset(rectangles).digest()


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        ([], "name a dataset to learn from"),
        (["D", "--size", "60x48"], "--size 60x48: width and height should be multiples of 16"),
        (["D", "--share", "1", "2"], "--share: 2 for 1 datasets; give one for each, or none"),
        (["D", "--classes", "palet"], "did you mean 'pallet'"),
        (["D", "--classes", "pallet", "pallet"], "name each class once"),
        (["D", "--split", "test"], "has no frames of split 'test'"),
        (["D", "--from", "nowhere"], "--from nowhere: there is no such network"),
        (["D", "--target", "3"], "--target 3.0: should be an mIoU up to 1"),
        (["D", "--steps", "0"], "--steps 0: should be more than 0"),
        (["D", "--batch", "100000"], "--batch 100000: Input should be less than or equal to 4096"),
        (["D", "--seed", "99999999999999999999"], "--seed 99999999999999999999: Input should be less than"),
        (["missing.zarr"], "missing.zarr"),
    ],
)
def test_what_is_wrong_is_said_in_a_line_and_leaves_no_folder(
    rectangles: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], flags: list[str], message: str
) -> None:
    given = [str(rectangles) if flag == "D" else flag for flag in flags]
    assert main(["train-perception", *given, "--out", str(tmp_path / "run")]) == 2
    error = capsys.readouterr().err
    assert message in error
    assert len(error.splitlines()) == 1
    assert not (tmp_path / "run").exists()


def test_what_works_on_images_says_that_there_are_none(
    rectangles: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bare = write(tmp_path / "bare.zarr", without=("rgb",))
    for flags in (
        ["augment", "--seed", "0"],
        ["redact", "--classes", "--regions", "0,0,1,1"],
        ["train-perception", "--split", ""],
    ):
        assert main([flags[0], str(bare), "--out", str(tmp_path / "made"), *flags[1:]]) == 2
        error = capsys.readouterr().err
        assert "cameras/front/rgb" in error
        assert len(error.splitlines()) == 1
        assert not (tmp_path / "made").exists()
    assert main(["augment", str(rectangles), "--out", str(tmp_path / "made"), "--seed", "-4"]) == 2
    assert "--seed -4: should be 0 or more" in capsys.readouterr().err


def test_what_is_no_network_is_refused(rectangles: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["eval-perception", str(rectangles), str(rectangles)]) == 2
    assert "no such file" in capsys.readouterr().err
    assert main(["train-perception", "--resume", "--out", str(tmp_path)]) == 2
    assert "is not a run of train-perception" in capsys.readouterr().err


def test_a_dataset_of_one_image(trained: Path, tmp_path: Path) -> None:
    one = write(tmp_path / "one.zarr", episodes=1, frames=1)
    assert main(["eval-perception", str(trained), str(one), "--html", str(tmp_path / "page.html")]) == 0
