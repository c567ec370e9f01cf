"""Each check finds the fault that is planted for it, and finds nothing in sound frames."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from training.dataset import Dataset, checks
from training.dataset.audit import audit
from training.dataset.checks import CHECKS, Frames
from training.dataset.schema import DEPTH, EXTRINSICS, INSTANCE, INTRINSICS, POSES, RGB, SEMANTIC, AnyArray

CAMERA = "cameras/robot_camera/"


@pytest.fixture
def frames(recorded: Path) -> Frames:
    """One episode, writable."""
    dataset = Dataset(recorded)
    arrays = {name: np.array(values) for name, values in dataset.episode(0).items()}
    return Frames(arrays, dataset.meta.arrays, dataset.meta.cameras, dataset.record(0), dataset.scene(0), 0)


def nan_in_actions(arrays: dict[str, AnyArray]) -> None:
    arrays["actions"][3, 1] = np.nan


def infinite_pose(arrays: dict[str, AnyArray]) -> None:
    arrays[POSES][3, 5, 0] = np.inf


def frame_lost(arrays: dict[str, AnyArray]) -> None:
    arrays["time"][3:] += 0.1


def ended_early(arrays: dict[str, AnyArray]) -> None:
    arrays["terminated"][3] = True


def never_ended(arrays: dict[str, AnyArray]) -> None:
    arrays["terminated"][:] = False
    arrays["truncated"][:] = False


def unknown_instance(arrays: dict[str, AnyArray]) -> None:
    arrays[CAMERA + INSTANCE][3, 5, 6] = 60_000


def wrong_class(arrays: dict[str, AnyArray]) -> None:
    arrays[CAMERA + SEMANTIC][3, 5, 6] += 1


def hole_in_depth(arrays: dict[str, AnyArray]) -> None:
    ids = arrays[CAMERA + INSTANCE][3]
    y, x = np.argwhere(ids > 0)[0]
    arrays[CAMERA + DEPTH][3, y, x] = 0


def camera_moved(arrays: dict[str, AnyArray]) -> None:
    arrays[CAMERA + EXTRINSICS][3, 0] += 0.01


def images_out_of_step(arrays: dict[str, AnyArray]) -> None:
    for name in (DEPTH, INSTANCE, SEMANTIC):
        arrays[CAMERA + name][3] = arrays[CAMERA + name][-1]


def flipped(arrays: dict[str, AnyArray]) -> None:
    for name in (DEPTH, INSTANCE, SEMANTIC):
        arrays[CAMERA + name][3] = arrays[CAMERA + name][3, :, ::-1]


def picture_upside_down(arrays: dict[str, AnyArray]) -> None:
    arrays[CAMERA + RGB][3] = arrays[CAMERA + RGB][3, ::-1]


def centimetres(arrays: dict[str, AnyArray]) -> None:
    arrays[CAMERA + DEPTH][3] //= 10


def wrong_focal_length(arrays: dict[str, AnyArray]) -> None:
    arrays[CAMERA + INTRINSICS][3, 0, 0] *= 1.3


FAULTS: tuple[tuple[str, Callable[[dict[str, AnyArray]], None], str], ...] = (
    ("finite", nan_in_actions, "frame 3, actions: holds NaN or an infinite value"),
    ("finite", infinite_pose, "frame 3, poses: holds NaN or an infinite value"),
    ("steps", frame_lost, "frame 3, time: 0.2 s after the frame before, where 0.1 s is usual"),
    ("steps", ended_early, "frame 3, terminated: the flags do not mark"),
    ("steps", never_ended, "terminated: the flags do not mark"),
    ("ids", unknown_instance, "shows the instance id 60000, which scene 'cross_dock' does not have"),
    ("semantic", wrong_class, "at pixel 6, 5; instance"),
    ("depth_and_mask", hole_in_depth, "1 labelled pixels have no depth"),
    ("camera_and_poses", camera_moved, "is 0.010 m from where the bodies' poses put the camera"),
    ("pose_and_reprojection", images_out_of_step, "lie off its surface"),
    ("box_and_mask", flipped, "px out of its box"),
    ("rgb_and_mask", picture_upside_down, "its edges lie on the masks' outlines only when upside down"),
    ("depth_and_mask", centimetres, "m: centimetres read as millimetres?"),
    ("pose_and_reprojection", wrong_focal_length, "lie off its surface"),
)


def test_sound_frames_have_no_problems(frames: Frames) -> None:
    assert list(checks.run(frames)) == []


@pytest.mark.parametrize(("check", "plant", "message"), FAULTS, ids=[f"{c}-{p.__name__}" for c, p, _ in FAULTS])
def test_the_fault_is_found(
    check: str, plant: Callable[[dict[str, AnyArray]], None], message: str, frames: Frames
) -> None:
    arrays = dict(frames.arrays)
    plant(arrays)
    problems = [problem for problem in checks.run(replace(frames, arrays=arrays)) if problem.check == check]
    assert problems
    assert message in str(problems[0])
    if plant is not never_ended:
        assert {problem.frame for problem in problems} == {3}


def test_every_check_has_a_fault() -> None:
    assert {check for check, _, _ in FAULTS} >= set(CHECKS)


def test_a_recorded_dataset_passes_the_audit(recorded: Path, small: Path) -> None:
    counted: list[int] = []
    dataset = Dataset(recorded)
    assert list(audit(dataset, counted.append)) == []
    assert sum(counted) == len(dataset)
    flags = [p for p in audit(Dataset(small)) if p.where != "terminated"]  # its flags are random
    assert flags == []


def test_a_flipped_bit_is_reported_with_part_array_and_frame(damaged: Path) -> None:
    dataset = Dataset(damaged)
    file = damaged / "data" / CAMERA / "rgb/c/0/0/0/0"
    data = bytearray(file.read_bytes())
    data[0] ^= 1
    file.write_bytes(data)
    (problem,) = audit(dataset)
    assert str(problem).startswith(f"readable: episode 0, frame 0, data/{CAMERA}rgb: ")
    assert "the checksum is wrong" in str(problem)


def test_frames_swapped_behind_our_back_do_not_match_the_digest(damaged: Path) -> None:
    first, second = damaged / "data/reward/c/0", damaged / "data/time/c/0"
    first.write_bytes(second.read_bytes())
    problems = list(audit(Dataset(damaged)))
    assert {problem.check for problem in problems} == {"digest"}
    assert len(problems) == 3


def test_an_array_that_is_too_short_or_gone_is_reported(damaged: Path) -> None:
    document = damaged / "data/reward/zarr.json"
    document.write_text(document.read_text().replace("float64", "float32"))
    (damaged / "data/time/zarr.json").unlink()
    messages = [str(problem) for problem in audit(Dataset(damaged))]
    assert any("structure: data/reward: is float32" in m for m in messages)
    assert any("structure: data/time: its zarr.json is missing or no JSON" in m for m in messages)
    assert len(messages) == 2  # once, not for every frame


def test_a_missing_scene_is_reported(damaged: Path) -> None:
    digest = Dataset(damaged).record(0).scene
    (damaged / f"meta/scenes/{digest}/c/0").unlink()
    problems = [problem for problem in audit(Dataset(damaged)) if problem.check == "readable"]
    assert problems
    assert "is missing or damaged" in str(problems[0])
