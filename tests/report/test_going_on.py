"""What happens to a demo's folder: begun, stopped, gone on with, replaced, or somebody else's."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from training import cli
from training.dataset import Dataset
from training.demo.journal import FILE, Journal, open_folder, remove
from training.demo.run import StepError, run_all
from training.demo.steps import Step
from twin.errors import DatasetError, InputError

FRESH = Journal(layout="small_warehouse", quick=True)


def test_a_finished_demo_is_left_as_it_is_by_resume(
    demo: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(demo.folder)
    before = {path: path.stat().st_mtime_ns for path in demo.out.rglob("*") if path.is_file()}
    assert cli.main(["demo", "--quick", "--out", "demo", "--resume"]) == 0
    assert capsys.readouterr().out.count(": done before\n") == 11
    after = {path: path.stat().st_mtime_ns for path in demo.out.rglob("*") if path.is_file()}
    assert {path for path in before if before[path] != after[path]} == {demo.out / "report.html"}
    assert before.keys() == after.keys()


def test_a_demo_of_something_else_is_not_gone_on_with(
    demo: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(demo.folder)
    assert cli.main(["demo", "--out", "demo", "--resume"]) == 2
    error = capsys.readouterr().err
    assert "demo holds a demo begun with --layout small_warehouse --quick; go on with the same flags" in error
    assert (demo.out / "report.html").exists()


def test_a_wrong_layout_is_told_before_anything_is_replaced(
    demo: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(demo.folder)
    assert cli.main(["demo", "--quick", "--out", "demo", "--layout", "smal_warehouse"]) == 2
    assert "did you mean 'small_warehouse'?" in capsys.readouterr().err
    assert (demo.out / "report.html").exists()


@pytest.mark.parametrize("name", ["thesis.txt", FILE])
@pytest.mark.parametrize("more", [(), ("--resume",)], ids=["anew", "resume"])
def test_a_foreign_folder_is_not_touched(
    name: str, more: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / name).write_text("all of it")
    assert cli.main(["demo", "--quick", "--out", str(tmp_path), *more]) == 2
    assert "nothing was touched; choose another --out" in capsys.readouterr().err
    assert [path.read_text() for path in tmp_path.iterdir()] == ["all of it"]


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")
    with pytest.raises(InputError, match="out: is a file, not a folder"):
        open_folder(tmp_path / "out", FRESH, resume=False)


def test_a_journal_comes_back_as_it_was_saved(tmp_path: Path) -> None:
    step = Step("one", "One", ("layouts",))
    journal = open_folder(tmp_path / "new" / "demo", FRESH, resume=True).with_entry(step, 2.0, finished=False)
    journal.save(tmp_path / "new" / "demo")
    found = open_folder(tmp_path / "new" / "demo", FRESH, resume=True)
    assert found == journal
    assert found.with_entry(step, 3.0, finished=True).seconds(step) == 5.0
    assert open_folder(tmp_path / "new" / "demo", FRESH, resume=False) == FRESH


def test_what_another_command_left_is_done_again(tmp_path: Path) -> None:
    journal = FRESH.with_entry(Step("list", "List", ("layouts",)), 2.0, finished=True)
    other = Step("list", "List", ("layouts", "--json"))
    assert not journal.finished(other)
    assert run_all(journal, tmp_path, [other]).finished(other)


def test_only_links_are_removed_not_what_they_lead_to(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "kept").write_text("all of it")
    (tmp_path / "link").symlink_to(tmp_path / "data")
    remove(tmp_path / "link")
    remove(tmp_path / "never there")
    assert [path.name for path in tmp_path.rglob("*")] == ["data", "kept"]


def test_a_step_that_fails_stops_the_demo_and_is_not_called_finished(tmp_path: Path) -> None:
    (tmp_path / "coco").write_text("in the way")
    good = Step("layouts", "List", ("layouts",))
    bad = Step("help", "Help", ("check", str(tmp_path / "nothing")))
    with pytest.raises(DatasetError, match="there is no dataset here"):
        run_all(FRESH, tmp_path, [good, bad])
    journal = Journal.model_validate_json((tmp_path / FILE).read_bytes())
    assert journal.finished(good)
    assert journal.begun(bad)
    assert not journal.finished(bad)


def test_a_damaged_dataset_stops_the_demo(demo: Any, tmp_path: Path) -> None:
    import shutil

    copy = tmp_path / "copy.zarr"
    shutil.copytree(demo.out / "dataset.zarr", copy)
    shard = max((copy / "data" / "reward" / "c").rglob("*"), key=lambda path: path.stat().st_size * path.is_file())
    content = bytearray(shard.read_bytes())
    content[len(content) // 2] ^= 1
    shard.write_bytes(content)
    with pytest.raises(StepError, match=r"the demo stops here: `twin check .*` ended with exit code 1"):
        run_all(FRESH, tmp_path, [Step("check", "Check", ("check", str(copy)))])


def test_ctrl_c_keeps_what_is_done_and_says_how_to_go_on(tmp_path: Path) -> None:
    code = "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
    code += "from training.cli import main; sys.exit(main(sys.argv[1:]))"
    process = subprocess.Popen(
        [sys.executable, "-c", code, "demo", "--quick", "--out", "demo"],
        cwd=tmp_path,
        env=dict(os.environ),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    while process.poll() is None and episodes(tmp_path / "demo" / "dataset.zarr") < 1:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, error = process.communicate()
    assert process.returncode == 130, error
    last = error.splitlines()[-1]
    assert last == (
        "interrupted: what is finished is in demo; "
        "go on with: twin demo --out demo --layout small_warehouse --quick --resume"
    )
    assert episodes(tmp_path / "demo" / "dataset.zarr") >= 1
    journal = json.loads((tmp_path / "demo" / FILE).read_text())
    assert journal["entries"]["render"]["finished"]
    with contextlib.chdir(tmp_path):
        gone_on_with(Path("demo"))


def gone_on_with(out: Path) -> None:
    """The next two steps, from the journal that is there."""
    from training.demo.budget import QUICK
    from training.demo.steps import Paths, steps

    picture = (out / "factory.png").stat().st_mtime_ns
    there = episodes(out / "dataset.zarr")
    journal = open_folder(out, FRESH, resume=True)
    todo = steps(Paths(out), "small_warehouse", (), QUICK)[:3]
    journal = run_all(journal, out, todo)
    assert all(journal.finished(step) for step in todo)
    assert (out / "factory.png").stat().st_mtime_ns == picture
    assert there <= episodes(out / "dataset.zarr") == QUICK.episodes


def episodes(dataset: Path) -> int:
    """How many a reader sees."""
    try:
        return Dataset(dataset).episodes
    except DatasetError:
        return 0
