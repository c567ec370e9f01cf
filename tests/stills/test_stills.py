"""``twin collect --stills``: where cameras stand, and that an episode is made of its number alone."""

from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small_layouts import SMALL, written

from envs import scenarios
from envs.scenarios import staged
from training import cli
from training.collection import collect
from training.dataset import Dataset
from training.dataset.audit import audit
from training.stills import mounts
from training.stills.recording import Stills
from training.stills.shots import shots, usable
from training.stills.stages import CARRIER, Stage, Stages
from twin.errors import InputError, PlanningError, UnknownNameError
from twin.lenses import Lens
from twin.occupancy import OccupancyGrid

LENS = Lens.from_fov(64, 48, 1.0)


@pytest.fixture(scope="module")
def layout(tmp_path_factory: pytest.TempPathFactory) -> str:
    return written(SMALL, tmp_path_factory.mktemp("layouts"))


def stills(out: Path, layout: str, **changes: object) -> Stills:
    stages = Stages((layout, "generated"), LENS, seed=5, generator={"size": [10, 8]})
    return replace(Stills(out, stages, stills=3, episodes=3, quality="fast"), **changes)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def recorded(layout: str, tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return collect(stills(tmp_path_factory.mktemp("stills") / "V.zarr", layout))


def test_the_dataset_is_like_any_other(recorded: Dataset) -> None:
    assert not list(audit(recorded))
    assert [record.frames for record in recorded.records()] == [3, 3, 3]
    first = recorded.record(0)
    assert (first.seed, first.layout, first.quality) == (5, "small", "fast")
    moments: Any = first.draws["moments"]
    assert moments == sorted(moments)
    assert set(first.draws["mounts"]) <= set(mounts.mounts())  # type: ignore[arg-type]
    assert recorded.record(1).draws["layout_seed"]
    assert recorded.record(1).layout != first.layout


def test_going_on_gives_what_one_go_gives(layout: str, recorded: Dataset, tmp_path: Path) -> None:
    begun = stills(tmp_path / "V.zarr", layout, episodes=1)
    collect(begun)
    assert collect(replace(begun, episodes=3), resume=True).digest() == recorded.digest()


@pytest.mark.slow
def test_any_number_of_workers_gives_the_same(layout: str, recorded: Dataset, tmp_path: Path) -> None:
    assert collect(stills(tmp_path / "V.zarr", layout), workers=2).digest() == recorded.digest()


@pytest.mark.parametrize("name", ["small_warehouse", "generated"])
@pytest.mark.parametrize("mount", sorted(mounts.mounts()))
def test_cameras_are_held_as_their_mount_says_and_outside_of_things(name: str, mount: str) -> None:
    stage = Stages((name,), LENS, seed=2).stage(0)
    kind = mounts.mounts()[mount]
    low, high = stage.heights(kind) or (0.0, 0.0)
    for shot in islice(shots(stage, {mount: kind}, np.random.default_rng(0)), 40):
        x, y, z = shot.pose[:3]
        assert low <= z <= high
        assert kind.pitches[0] - 1e-9 <= -np.arcsin(shot.camera_axis()[2]) <= kind.pitches[1] + 1e-9
        at_its_height = OccupancyGrid.of(stage.scene, False, 0.05, stage.layout.bounds, (z - 0.05, z + 0.05))
        assert not at_its_height.is_blocked([x, y])
        walking = [stage.scene.body_index[patrol.body] for patrol in stage.scene.patrols]
        if z < 2.0 and walking:
            people = stage.poses(shot.moment)[walking, :2]
            assert np.hypot(*(people - (x, y)).T).min() > kind.radius


def test_those_who_walk_are_elsewhere_at_other_moments(layout: str) -> None:
    stage, again = (Stages((layout,), LENS, seed=5).stage(0) for _ in range(2))
    walker = stage.scene.body_index[stage.scene.patrols[0].body]
    places = np.array([stage.poses(moment)[walker] for moment in range(5)])
    assert len(np.unique(places[:, 0])) == 5
    assert np.array_equal(places, [again.poses(moment)[walker] for moment in range(5)])
    still = [row for row in range(len(stage.scene.bodies)) if row != walker]
    assert np.array_equal(stage.poses(3)[still], stage.scene.initial_poses[still])


def test_nobody_takes_a_picture_of_the_inside_of_a_thing(layout: str) -> None:
    stage = Stages((layout,), LENS).stage(0)
    shot = next(shots(stage, mounts.mounts(), np.random.default_rng(0)))
    with stage.renderer("fast") as renderer:
        frame = renderer.render(stage.poses(0), shot.camera(LENS))
    assert usable(frame)
    assert not usable(replace(frame, depth=np.full_like(frame.depth, 0.1)))
    assert not usable(replace(frame, depth=np.full_like(frame.depth, 0.6)))


def test_a_scenario_decides_what_an_episode_takes_place_in(tmp_path: Path) -> None:
    chosen = Stills(
        tmp_path / "V.zarr", Stages(("cross_dock",), LENS, 3, scenario="day_and_night"), 1, episodes=2, quality="fast"
    )
    stage, other = chosen.stages.stage(0), chosen.stages.stage(1)
    assert 0 <= stage.hour <= 24
    assert stage.hour != other.hour
    assert stage.scene.digest() == chosen.stages.stage(0).scene.digest()
    assert CARRIER not in stage.scene.body_index
    assert staged.nobody() is staged.nobody()  # read from its file once, not in each episode
    itself = replace(chosen, stages=replace(chosen.stages, scenario=scenarios.load("day_and_night")))
    assert itself.stages.stage(0).scene.digest() == stage.scene.digest()
    assert itself.meta() == chosen.meta()
    record = collect(replace(chosen, episodes=1)).record(0)
    assert record.scenario == "day_and_night"
    assert record.draws["randomization"]


def test_a_layout_is_read_once_and_its_scene_shared_by_episodes(tmp_path: Path) -> None:
    path = Path(written(SMALL, tmp_path))
    stages = Stages((str(path), "generated"), LENS, generator={"size": [10, 8]})
    path.unlink()
    assert stages.stage(0).scene is stages.stage(2).scene
    assert stages.stage(1).scene is not stages.stage(3).scene


def test_a_case_that_has_no_place_in_one_layout_is_staged_in_the_next(tmp_path: Path) -> None:
    tiny = written("format: 1\nname: tiny\nsize: [4, 3]\n", tmp_path)
    assert Stages((tiny, "cross_dock"), LENS, scenario="near_miss").stage(0).layout.name == "cross_dock"
    with pytest.raises(PlanningError, match="layout 'tiny' has no place for the case 'near_miss'"):
        Stages((tiny,), LENS, scenario="near_miss").stage(0)


def test_a_hall_with_no_room_is_told(tmp_path: Path) -> None:
    low = written("format: 1\nname: low\nsize: [8, 6]\nheight: 2.5\n", tmp_path)
    with pytest.raises(PlanningError, match="layout 'low' has no room for a camera: ceiling"):
        collect(Stills(tmp_path / "V.zarr", Stages((low,), LENS), 1, episodes=1, mounts=("ceiling",)))


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (("--stills", "2", "--agent", "straight"), "--agent goes with drives, and --stills are taken without a robot"),
        (("--fov", "0.5"), "--fov goes with --stills N: stills from N places of every scene"),
        (("--balance", "t.yaml"), "--balance goes with --stills N: stills from N places of every scene"),
        (("--stills", "2", "--fov", "4"), "--fov 4: should be more than 0 and less than pi (3.1416) rad"),
        (("--stills", "2", "--mounts", "drone"), "unknown mount 'drone'; allowed: ceiling, forklift, person, robot"),
        (("--stills", "-1"), "--stills -1: should be 0 or more"),
        (("--stills", "2", "--layout", "smal_warehouse"), "did you mean 'small_warehouse'?"),
        (("--stills", "2", "--scenario", "day"), "unknown scenario 'day'; did you mean 'day_and_night'?"),
    ],
)
def test_wrong_flags_are_one_line(
    flags: tuple[str, ...], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["collect", "--out", str(tmp_path / "V.zarr"), "--episodes", "1", *flags]) == 2
    error = capsys.readouterr().err
    assert message in error
    assert len(error.splitlines()) == 1
    assert not (tmp_path / "V.zarr").exists()


def test_the_command_writes_what_is_asked_for(layout: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    flags = ["--stills", "2", "--episodes", "2", "--layout", layout, "--size", "40x30", "--fov", "0.8", "--audit"]
    out = tmp_path / "V.zarr"
    assert cli.main(["collect", *flags, "--mounts", "person", "--quality", "fast", "--out", str(out)]) == 0
    assert "2 episodes, 4 frames" in capsys.readouterr().out
    dataset = Dataset(out)
    assert dataset.cameras["still"].width == 40
    assert dataset.batch([0], ["cameras/still/intrinsics"])["cameras/still/intrinsics"][0, 1, 1] == pytest.approx(
        15 / np.tan(0.4)
    )
    assert set(dataset.record(1).draws["mounts"]) == {"person"}  # type: ignore[arg-type]


def test_an_empty_list_of_layouts_is_told() -> None:
    with pytest.raises(InputError, match="the list to draw from is empty"):
        Stages((), LENS)
    with pytest.raises(UnknownNameError, match="unknown generator option 'sise'; did you mean 'size'"):
        Stages(("generated",), LENS, generator={"sise": 3})
    assert isinstance(Stages(("cross_dock",), LENS).stage(0), Stage)
