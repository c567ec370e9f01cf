"""``twin collect``, ``info``, ``check`` and ``export``, one after another as a user types them."""

import json
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from training import cli
from training.dataset import Dataset
from twin.errors import DatasetError

Twin = Callable[..., subprocess.CompletedProcess[str]]

COLLECT = ("collect", "--layout", "small_warehouse", "--agent", "straight", "--size", "32x24", "--seed", "1")


def collect(folder: Path, *more: str) -> subprocess.Popen[str]:
    """A running ``twin collect`` in ``folder``, in which Ctrl-C means what it means in a terminal."""
    code = "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
    code += "from training.cli import main; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", code, *COLLECT, *more]
    return subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def episodes(dataset: Path) -> int:
    """How many a reader sees."""
    try:
        return Dataset(dataset).episodes
    except DatasetError:
        return 0


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Holds ``drive.zarr``, two episodes, and ``other``, which is no dataset."""
    folder = tmp_path_factory.mktemp("collected")
    process = collect(folder, "--episodes", "2", "--out", "drive.zarr")
    out, err = process.communicate()
    assert process.returncode == 0, err
    assert out.startswith("drive.zarr: 2 episodes, ")
    assert "collecting straight: 2/2 episodes, " in err
    (folder / "other").mkdir()
    (folder / "other" / "thesis.txt").write_text("all of it")
    return folder


def test_info_counts_what_was_collected(folder: Path, twin: Twin) -> None:
    found = json.loads(twin("info", folder / "drive.zarr", "--json").stdout)
    assert found["episodes"] == 2
    assert found["frames"] > 2
    assert found["classes"]
    text = twin("info", folder / "drive.zarr").stdout
    assert found["digest"] in text
    assert "cameras/robot_camera/rgb" in text


def test_check_finds_nothing_wrong(folder: Path, twin: Twin) -> None:
    result = twin("check", folder / "drive.zarr")
    assert (result.returncode, result.stdout.rstrip()[-11:]) == (0, "no problems")


def test_export_writes_a_folder_that_says_where_it_comes_from(folder: Path, twin: Twin, tmp_path: Path) -> None:
    result = twin("export", folder / "drive.zarr", "--format", "coco", "--out", "coco")
    assert result.returncode == 0, result.stderr
    first, remark = result.stdout.splitlines()
    assert first.endswith(" images as coco")
    assert remark.startswith(
        "no episode is in the split train, all are in test; splits are by layout: `twin collect --spl"
    )
    assert list((tmp_path / "coco").rglob("*.png"))


WRONG = [
    ("collect --out drive.zarr", "drive.zarr is a dataset already; go on with it (--resume) or choose another name"),
    ("collect --out drive.zarr --resume --seed 5", "cannot be resumed: not the same "),
    ("collect --out other", "error: other exists and is something else; nothing in it was touched"),
    ("collect --out other --resume", "error: other is not a dataset"),
    ("collect --out drive.zarr --resume --split-by episode", "error: drive.zarr cannot be resumed: "),
    (
        "collect --out new --splits train=0.5,test=0.4",
        "error: --splits train=0.5,test=0.4: shares should sum to 1, not 0.9",
    ),
    ("collect --out new --splits train", "error: --splits train: '' should be a share from 0 to 1, as in train=0.8,"),
    (
        "collect --out new --splits ../a=1",
        "error: --splits ../a=1: '../a' is no name, or is there twice; such as train",
    ),
    ("collect --out new --episodes 0", "error: --episodes 0: should be "),
    ("collect --out new --size 0x10", "error: --size 0x10: should be WIDTHxHEIGHT in pixels, such as 128x128"),
    ("collect --out new --cameras top", "error: unknown camera 'top'; allowed: "),
    ("collect --out new --agent expret", "error: unknown agent 'expret'"),
    ("info other", "error: other is not a dataset"),
    ("info nothing", "error: nothing: there is no dataset here"),
    ("check other", "error: other is not a dataset"),
    ("export other --out new", "error: other is not a dataset"),
    ("export drive.zarr --out other", "error: --out other is not empty; nothing was written"),
    ("export drive.zarr --out new --format cocoo", "unknown export format 'cocoo'; did you mean 'coco'?"),
    ("export drive.zarr --out new --classes palet", "unknown class 'palet'; did you mean 'pallet'?"),
    ("export drive.zarr --out new --cameras top", "unknown camera 'top'; allowed: robot/camera"),
    ("export drive.zarr --out new --splits trian", "unknown split 'trian'; did you mean 'train'?"),
]


@pytest.mark.parametrize(("typed", "message"), WRONG, ids=[typed for typed, _ in WRONG])
def test_wrong_input_is_named_and_nothing_is_touched(
    typed: str, message: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder)
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}
    assert cli.main(typed.split()) == 2
    assert message in capsys.readouterr().err
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()} == before


def test_ctrl_c_keeps_what_was_committed_and_resume_completes_it(tmp_path: Path, twin: Twin) -> None:
    process = collect(tmp_path, "--episodes", "60", "--out", "stopped.zarr")
    while process.poll() is None and episodes(tmp_path / "stopped.zarr") < 1:
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert err.splitlines()[-1].startswith("interrupted: the episodes that ended are in stopped.zarr; ")
    assert "--resume" in err
    there = episodes(tmp_path / "stopped.zarr")
    assert 1 <= there < 60
    wanted = str(there + 2)
    resumed = twin(*COLLECT, "--episodes", wanted, "--out", "stopped.zarr", "--resume")
    whole = twin(*COLLECT, "--episodes", wanted, "--out", "whole.zarr")
    assert resumed.returncode == 0, resumed.stderr
    assert resumed.stdout.partition(": ")[2] == whole.stdout.partition(": ")[2]


def test_a_disk_that_is_full_from_the_start_ends_with_one_line_and_leaves_nothing(tmp_path: Path) -> None:
    def no_file_above_32_kilobytes() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (2**15, 2**15))

    result = subprocess.run(
        [sys.executable, "-m", "training.cli", *COLLECT, "--size", "128x128", "--episodes", "3", "--out", "full.zarr"],
        cwd=tmp_path,
        preexec_fn=no_file_above_32_kilobytes,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 2
    assert "error: cannot write " in result.stderr
    assert "no episode was committed" in result.stderr
    assert "Traceback" not in result.stderr
    assert not (tmp_path / "full.zarr").exists()
