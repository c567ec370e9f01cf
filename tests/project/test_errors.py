"""Errors say what is wrong in words, in this process and when another one sent them."""

import pickle

import pytest

from twin.errors import FileError, InputError, Problem, TwinError, UnknownNameError

FILE_ERROR = FileError("aisle.yaml", [Problem("should be a number", "robot.speed", 2, 10), Problem("is empty")])


def test_an_unknown_name_suggests_the_nearest_and_lists_all() -> None:
    message = str(UnknownNameError("robot", "amrr", ["omni", "amr"], where="eval"))
    assert message == "eval: unknown robot 'amrr'; did you mean 'amr'? allowed: amr, omni"


def test_what_is_far_from_every_name_suggests_none() -> None:
    assert str(UnknownNameError("robot", "foo", ["robot", "omni"])) == "unknown robot 'foo'; allowed: omni, robot"


def test_the_end_of_a_name_suggests_the_whole_of_it() -> None:
    assert "did you mean 'robot/camera'?" in str(UnknownNameError("camera", "kamera", ["robot/camera", "top"]))


def test_a_file_error_has_a_line_for_everything_wrong() -> None:
    assert str(FILE_ERROR) == "aisle.yaml:2:10: robot.speed: should be a number\naisle.yaml: is empty"


@pytest.mark.parametrize("error", [InputError("no"), UnknownNameError("robot", "amrr", ["amr"]), FILE_ERROR])
def test_an_error_survives_the_way_between_processes(error: TwinError) -> None:
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is type(error)
    assert str(copy) == str(error)
    assert vars(copy) == vars(error)
