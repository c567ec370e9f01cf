"""Balance by request, from the targets to the dataset: what was counted on the way is what is stored."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from training import cli
from training.balance import stored
from training.balance.aim import aim, obstacle
from training.balance.axes import Seen, axes
from training.balance.collecting import planned
from training.balance.measure import Measure
from training.balance.report import report
from training.balance.steer import steer
from training.balance.table import Report
from training.balance.table import stored as stored_report
from training.balance.targets import Cell, Targets, TargetsFile, of
from training.collection import collect
from training.dataset import Dataset
from training.stills import mounts
from training.stills.recording import Stills, picture
from training.stills.shots import Shot
from training.stills.stages import Stage, Stages
from twin import labels
from twin.errors import DatasetError, InputError
from twin.labels import LabelInput
from twin.lenses import Lens

LENS = Lens.from_fov(80, 60, 1.0)
STAGES = Stages(("cross_dock",), LENS, seed=1)
TARGETS = of(
    TargetsFile(
        objects=36,
        shares={"class": {"forklift": 1, "pallet": 1}, "occlusion": {"clear": 1, "partly": 1}},
        cells=({"class": "rack", "count": 4}, {"class": "person", "time_of_day": "night", "count": 4}),
        min_pixels=20,
        tolerance=0.12,
    )
)


def stills(out: Path) -> Stills:
    return Stills(out, STAGES, stills=8, episodes=2, quality="fast")


@pytest.fixture(scope="module")
def balanced(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return collect(planned(stills(tmp_path_factory.mktemp("balance") / "B.zarr"), TARGETS), resume=True)


def read(dataset: Dataset) -> Report:
    found = stored_report(dataset.meta.balance, dataset.label)
    assert found is not None
    return found


def counted(dataset: Dataset, targets: Targets) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Objects of each cell, by the labels of what is stored."""
    total = np.zeros(len(targets.cells), np.int64)
    names = ["class_id", "occlusion", "visible_pixels", "distance"]
    renderer = STAGES.stage(0).renderer("fast")  # one layout: all scenes are equal
    for frame in range(len(dataset)):
        found = dataset.labels(frame, "still", names, renderer=renderer)
        for k, cell in enumerate(targets.cells):
            fits = found["visible_pixels"] >= targets.min_pixels
            for axis, name in cell.where.items():
                values = found.get({"class": "class_id"}.get(axis, axis), np.full(len(fits), np.nan))
                low, high = targets.bins[axis][name]
                fits &= (values >= low) & (values < high)
            total[k] += fits.sum()
    return total


def test_the_report_is_what_the_labels_of_the_dataset_say(balanced: Dataset) -> None:
    got = counted(balanced, TARGETS)
    found = read(balanced)
    assert [row.got for row in found.cells] == got.tolist()
    assert [row.met for row in found.cells] == TARGETS.met(got).tolist()
    assert found.frames == found.unsteered_frames == len(balanced)
    assert TARGETS.met(got)[:4].all()
    assert not TARGETS.met([row.unsteered for row in found.cells])[:4].all()


def test_what_is_out_of_reach_is_told_with_the_reason(balanced: Dataset) -> None:
    rows = read(balanced).cells
    assert rows[4].why == "out of reach: there is no rack in cross_dock"
    assert rows[5].why.startswith("out of reach: no time of day is drawn: a scenario draws one")


def test_a_damaged_report_is_told(balanced: Dataset) -> None:
    assert stored_report({}, "B.zarr") is None
    with pytest.raises(DatasetError, match=r"^B.zarr: its report of balance is damaged: cells.0.got$"):
        stored_report(balanced.meta.balance | {"cells": [{"where": {}, "asked": 1, "got": -1}]}, "B.zarr")


def test_what_was_cut_off_is_completed_with_the_same_frames(balanced: Dataset, tmp_path: Path) -> None:
    begun = planned(stills(tmp_path / "B.zarr"), TARGETS)
    assert begun.plan
    collect(replace(begun, plan={n: s for n, s in begun.plan.items() if n == min(begun.plan)}), resume=True)
    going_on = planned(stills(tmp_path / "B.zarr"), TARGETS, resume=True)
    assert collect(going_on, resume=True).digest() == balanced.digest()
    with pytest.raises(DatasetError, match="cannot be resumed: not the same env arguments: balance: min_pixels: 20"):
        planned(stills(tmp_path / "B.zarr"), replace(TARGETS, min_pixels=30), resume=True)
    with pytest.raises(DatasetError, match="is a dataset already; go on with it"):
        planned(stills(tmp_path / "B.zarr"), TARGETS)


@pytest.mark.slow
def test_any_number_of_workers_chooses_the_same(tmp_path: Path, balanced: Dataset) -> None:
    chosen = planned(stills(tmp_path / "B.zarr"), TARGETS, workers=2)
    assert collect(chosen, resume=True, workers=2).digest() == balanced.digest()


def test_a_damaged_plan_is_told(tmp_path: Path) -> None:
    plan = {0: (Shot(1, "person", (0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0)),)}
    stored.put(tmp_path, plan)
    assert stored.get(tmp_path) == plan
    chunk = tmp_path / stored.KEY / "c/0"
    chunk.write_bytes(chunk.read_bytes()[:-3])
    with pytest.raises(DatasetError, match="meta/plan is damaged"):
        stored.get(tmp_path)


def seen(stage: Stage, shot: Shot, rgb: int | None = None) -> LabelInput:
    renderer = stage.renderer("fast")
    frame = picture(renderer, stage, shot).frame
    frame = frame if rgb is None else replace(frame, rgb=np.full_like(frame.rgb, rgb))
    return LabelInput(frame, stage.scene, stage.poses(shot.moment), shot.camera(LENS), renderer)


def test_axes_measure_what_labels_say() -> None:
    stage = STAGES.stage(0)
    rng = np.random.default_rng(4)
    cell = Cell({"class": "forklift", "occlusion": "partly"}, 1)
    shot = next(filter(None, (aim(stage, TARGETS, cell, mounts.mounts(), 3, rng) for _ in range(50))))
    given = seen(stage, shot, rgb=255)
    picked = np.arange(len(given.objects))
    for axis, label in (("occlusion", "occlusion"), ("distance", "distance"), ("class", "class_id")):
        values = axes()[axis].measure(Seen(stage, given, picked))
        assert values == pytest.approx(labels.compute(given, label)[label], abs=1e-6)
    assert axes()["light"].measure(Seen(stage, given, picked)) == pytest.approx(1.0)
    assert np.isnan(axes()["time_of_day"].measure(Seen(stage, given, picked))).all()
    assert Measure(TARGETS).counts(stage, given).sum() <= len(picked)


@pytest.mark.parametrize(("name", "low", "high"), [("near", 0.0, 4.0), ("middle", 4.0, 10.0), ("far", 10.0, 50.0)])
def test_aimed_shots_are_about_as_far_away_as_asked(name: str, low: float, high: float) -> None:
    stage = STAGES.stage(0)
    targets = of(TargetsFile(cells=({"class": "stillage", "distance": name, "count": 5},)))
    rng = np.random.default_rng(0)
    hits = tries = 0
    while tries < 12:
        shot = aim(stage, targets, targets.cells[0], mounts.mounts(), 3, rng)
        if shot is None:
            continue
        tries += 1
        given = seen(stage, shot)
        found = labels.compute(given, ["class_id", "distance"])
        hits += bool(((found["class_id"] == 5) & (found["distance"] >= low) & (found["distance"] < high)).any())
    assert hits >= 6


def test_a_time_of_day_that_never_comes_is_an_obstacle() -> None:
    stage = Stages(("cross_dock",), LENS, seed=1, scenario="day_and_night").stage(0)
    bins = axes()["time_of_day"].bins
    found = {n: obstacle(stage, TARGETS, Cell({"time_of_day": n}, 1)) for n in bins}
    now = next(name for name, (low, high) in bins.items() if low <= stage.hour < high)
    assert found == {name: "" if name == now else f"it is never {name}" for name in bins}


def test_frames_that_are_all_taken_are_the_reason(tmp_path: Path) -> None:
    few = of(TargetsFile(cells=({"class": "pallet", "count": 900},), tries=1))
    search = steer(Stills(tmp_path, STAGES, stills=2, episodes=1), few)
    assert len(search.chosen) == 2
    assert report(search, "x").cells[0].why == "all 2 frames are taken: ask for more stills or episodes"


def test_nothing_at_all_is_an_error_and_writes_nothing(tmp_path: Path) -> None:
    racks = of(TargetsFile(cells=({"class": "rack", "count": 3},), tries=1))
    with pytest.raises(InputError, match=r"that was asked for \(out of reach: .* in cross_dock\): nothing was written"):
        planned(Stills(tmp_path / "B.zarr", STAGES, stills=2, episodes=1), racks)
    assert not (tmp_path / "B.zarr").exists()


def test_the_command_prints_the_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, out = tmp_path / "t.yaml", tmp_path / "B.zarr"
    file.write_text("cells: [{class: pallet, count: 4}]\n")
    flags = ["--stills", "2", "--episodes", "1", "--layout", "cross_dock", "--size", "64x48", "--quality", "fast"]
    assert cli.main(["collect", *flags, "--balance", str(file), "--out", str(out)]) == 0
    printed = capsys.readouterr().out
    assert "class   asked  unsteered  got  off" in printed
    assert "1 of 1 targets met within 5%" in printed
    assert json.dumps(Dataset(out).meta.balance)
    file.write_text("cells: [{class: palet, count: 4}]\n")
    assert cli.main(["collect", *flags, "--balance", str(file), "--out", str(out)]) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"error: {file}:1:10: cells[0].class: unknown class 'palet'; did you mean 'pallet'?")
    assert len(error.splitlines()) == 1
