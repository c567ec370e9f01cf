"""A wrong flag is refused at once, in one line that says what is allowed."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from training import cli
from training.complete_folder import check_free
from twin.errors import InputError

Twin = Callable[..., subprocess.CompletedProcess[str]]

CASES = [
    ("eval zero --robot amrr --workers 1", "error: unknown robot 'amrr'; did you mean 'amr'?"),
    ("eval zero --engine bulet --workers 1", "error: unknown engine 'bulet'; did you mean 'pybullet'?"),
    ("eval zero --layout smal_warehouse --workers 1", "did you mean 'small_warehouse'?"),
    ("eval zero --layout mine.yaml --workers 1", "error: mine.yaml: there is no such layout file"),
    ("eval zero --env FactoryTwin/RouteNv-v0", "did you mean 'FactoryTwin/RouteNav-v0'?"),
    ("eval zero --layout generated --generator density", "error: --generator density: should be KEY=VALUE"),
    ("eval zero --generator size=20x14", "error: --generator says how generated layouts are: it goes with --layout"),
    ("collect --stills 1 --generator size=20x14", "error: --generator says how generated layouts are: it goes with"),
    ("eval zero --episodes 0", "error: --episodes 0: should be more than 0"),
    ("eval zero --workers -1", "error: --workers -1: should be 0 or more"),
    ("eval zero --seed -1", "error: --seed -1: should be 0 or more"),
    ("eval zero --json nodir/scores.json", "error: --json nodir/scores.json: there is no folder nodir"),
    ("eval zero --json .", "error: --json .: is a folder"),
    ("eval expret --workers 1", "error: unknown agent 'expret'; did you mean 'expert'?"),
    ("train", "error: give a budget: either --minutes M or --steps N"),
    ("train --steps 10 --minutes 1", "error: give a budget: either --minutes M or --steps N"),
    ("train --steps -1", "error: --steps -1: should be more than 0"),
    ("train --steps 10 --seed 4294967296", "error: --seed 4294967296: should be at most 4294967295"),
    ("train --minutes nan", "error: --minutes nan: should be more than 0"),
    ("train --steps 10 --algo ppoo", "error: unknown algorithm 'ppoo'; did you mean 'ppo'?"),
    ("train --steps 10 --preset smok", "error: unknown preset 'smok'; did you mean 'smoke'?"),
    ("train --steps 10 --algo bc", "error: bc learns from a dataset: give one with --data"),
    ("train --steps 10 --data d.zarr", "error: ppo learns without --data"),
    ("train --steps 10 --algo bc --data gone.zarr", "error: gone.zarr"),
    ("train --steps 10 --target 95", "error: --target 95.0: should be a share of all episodes, at most 1"),
    ("train --steps 10 --algo bc --data gone.zarr --target 0.9", "error: --target: bc drives no episodes"),
    ("train --steps 10 --from gone", "error: gone: no such file"),
    ("export-policy gone", "error: gone: no such file"),
    ("export-policy route_na", "error: route_na: no such file: unknown policy 'route_na'; did you mean 'route_nav'?"),
    ("export-policy route_nav --out policy.txt", "error: --out policy.txt: should end in .onnx"),
    ("import-policy gone.zip --out policy.zip", "error: --out policy.zip: should end in .safetensors"),
    ("import-policy gone.zip", "error: gone.zip: no such file"),
    ("train --resume --out gone", "error: gone is not a training run"),
    ("generate --out there.yaml --size 30", "error: --size 30: should be LENGTHxWIDTH in metres, such as 30x20"),
    ("render small_warehouse --labels --seed -1 --out there.png", "error: --seed -1: should be 0 or more"),
    ("generate --out nodir/there.yaml", "error: --out nodir/there.yaml: there is no folder nodir"),
    ("generate --out there.yaml --seed -3", "error: --seed -3: should be 0 or more"),
]


@pytest.mark.parametrize(("typed", "message"), CASES, ids=[typed for typed, _ in CASES])
def test_it_says_so(
    typed: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(typed.split()) == 2
    out, err = capsys.readouterr()
    assert err.startswith("error: ")
    assert message in err
    assert out == ""
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def note(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file named ``there`` in the folder where commands are typed."""
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "there"
    file.write_text("a note")
    return file


@pytest.mark.parametrize(
    "typed",
    [
        "eval zero --episodes 1 --workers 1 --out there/x/y",
        "eval zero --episodes 1 --workers 1 --out there/x --resume",
        "train --steps 512 --preset smoke --out there/x",
        "collect --episodes 1 --out there/x/y",
        "collect --stills 2 --out there/x",
        "rerender gone.zarr --out there/x",
        "calibration amr --out there/x",
        "demo --out there/x",
    ],
)
def test_a_file_where_a_folder_is_wanted_is_named(typed: str, note: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(typed.split()) == 2
    (said,) = capsys.readouterr().err.splitlines()
    assert said.startswith("error: --out there")
    assert said.endswith(f": {note} is a file, so there can be no folder in it")


@pytest.mark.parametrize(
    "typed",
    [
        "eval zero --episodes 1 --workers 1 --out there",
        "eval zero --episodes 1 --workers 1 --out there --resume",
        "train --steps 512 --preset smoke --out there",
        "calibration amr --out there",
        "demo --out there",
    ],
)
def test_a_file_in_the_place_of_a_folder_is_kept(typed: str, note: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(typed.split()) == 2
    assert capsys.readouterr().err == "error: --out there: is a file, not a folder\n"
    assert note.read_text() == "a note"


def test_a_folder_that_is_there_is_written_to_wherever_it_lies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "closed" / "open").mkdir(parents=True)
    monkeypatch.setattr("os.access", lambda path, *_: Path(path).name != "closed")  # root may write everywhere
    assert cli.main(["calibration", "amr", "--out", str(tmp_path / "closed" / "open")]) == 0
    (tmp_path / "open" / "closed").mkdir(parents=True)
    capsys.readouterr()
    assert cli.main(["calibration", "amr", "--out", str(tmp_path / "open" / "closed")]) == 2
    assert capsys.readouterr().err.endswith("open/closed may not be written to\n")


def test_a_link_to_a_folder_that_is_not_there_is_followed(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "far" / "away")
    assert cli.main(["calibration", "amr", "--out", str(tmp_path / "link")]) == 0
    assert list((tmp_path / "far" / "away").iterdir())


@pytest.mark.parametrize("typed", ["collect --out loop", "eval zero --workers 1 --out loop/x"])
def test_a_link_that_leads_to_itself_is_named(
    typed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(InputError, match="--out loop: is a link that leads to itself"):
        check_free(Path("loop"))
    assert cli.main(typed.split()) == 2
    assert "is a link that leads to itself" in capsys.readouterr().err


def test_a_worker_process_hands_the_message_on(twin: Twin) -> None:
    result = twin("eval", "zero", "--layout", "smal_warehouse", "--workers", 2)
    assert result.returncode == 2
    assert result.stderr.startswith("error: ")
    assert "did you mean 'small_warehouse'?" in result.stderr


def test_a_folder_with_something_in_it_is_not_taken(twin: Twin, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("all of it")
    result = twin("train", "--steps", 10, "--out", tmp_path)
    assert result.returncode == 2
    assert "exists already; choose another --out, or go on with --resume" in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_file_that_may_not_be_written_is_told_before_anything_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("os.access", lambda *_: False)  # root may write everywhere
    assert cli.main(["eval", "zero", "--episodes", "1", "--workers", "1", "--json", str(tmp_path / "scores.json")]) == 2
    assert capsys.readouterr().err == (f"error: --json {tmp_path / 'scores.json'}: {tmp_path} may not be written to\n")
