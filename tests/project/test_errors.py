"""Errors say what is wrong in words, in this process and when another one sent them."""

import pickle

import pytest

from twin.errors import FileError, InputError, Problem, TwinError, UnknownNameError

FILE_ERROR = FileError("aisle.yaml", [Problem("should be a number", "robot.speed", 2, 10), Problem("is empty")])


def test_an_unknown_name_suggests_the_nearest_and_lists_all() -> None:
    message = str(UnknownNameError("robot", "amrr", ["omni", "amr"], where="eval"))
    assert message == "eval: unknown robot 'amrr'; did you mean 'amr'? allowed: amr, omni"


def test_a_file_error_has_a_line_for_everything_wrong() -> None:
    assert str(FILE_ERROR) == "aisle.yaml:2:10: robot.speed: should be a number\naisle.yaml: is empty"


@pytest.mark.parametrize("error", [InputError("no"), UnknownNameError("robot", "amrr", ["amr"]), FILE_ERROR])
def test_an_error_survives_the_way_between_processes(error: TwinError) -> None:
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is type(error)
    assert str(copy) == str(error)
    assert vars(copy) == vars(error)
