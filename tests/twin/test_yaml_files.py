"""YAML in and out: strict, bounded, every mistake at once with its place, and written whole or not at all."""

import errno
import math
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field

from twin import yaml_files
from twin.errors import FileError, InputError, UnsafeFileError
from twin.yaml_files import dump_yaml, load_foreign_yaml, load_yaml_model, write_atomically


class Wheel(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)
    type: Literal["wheel"]
    radius: Annotated[float, Field(gt=0)]


class Arm(BaseModel):
    model_config = ConfigDict(extra="forbid")
    type: Literal["arm"]
    color: Literal["red", "blue"] = "red"


class Machine(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str
    parts: tuple[Annotated[Wheel | Arm, Field(discriminator="type")], ...] = ()
    size: tuple[float, float] | None = None


def problems_of(path: Path, text: str, **kwargs: Any) -> list[str]:
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FileError) as caught:
        load_yaml_model(path, Machine, **kwargs)
    return [line.removeprefix(f"{path}:") for line in str(caught.value).splitlines()]


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.dictionaries(st.text(max_size=8), PLAIN, max_size=4))
def test_what_is_dumped_loads_as_it_was(tmp_path: Path, data: dict[str, Any]) -> None:
    dump_yaml(data, tmp_path / "data.yaml")
    assert load_yaml_model(tmp_path / "data.yaml", dict[str, Any]) == data


def test_a_valid_file_becomes_its_model(tmp_path: Path) -> None:
    path = tmp_path / "machine.yaml"
    path.write_text("name: m\nsize: [1, 2.5]\nparts:\n  - {type: wheel, radius: 1}\n  - type: arm\n")
    machine = load_yaml_model(path, Machine)
    assert machine == Machine(name="m", size=(1, 2.5), parts=(Wheel(type="wheel", radius=1), Arm(type="arm")))


def test_all_mistakes_are_reported_at_once_in_order_with_line_column_and_key(tmp_path: Path) -> None:
    text = """\
sise: 3
size: [1, "2"]
parts:
  - {type: wheel, radius: -1, radios: 3}
  - {type: whel}
  - {type: arm, color: bleu}
  - {radius: 1}
  - {type: wheel, radius: .nan}
  - type: wheel
  - 7
"""
    assert problems_of(tmp_path / "m.yaml", text) == [
        "1:1: name: this key is missing",
        "1:1: sise: unknown key 'sise'; did you mean 'size'? allowed: name, parts, size",
        '2:11: size[1]: should be a valid number, not "2"',
        "4:19: parts[0].radius: should be greater than 0, not -1",
        "4:31: parts[0].radios: unknown key 'radios'; did you mean 'radius'? allowed: radius, type",
        "5:6: parts[1].type: unknown type 'whel'; did you mean 'wheel'? allowed: arm, wheel",
        "6:17: parts[2].color: unknown color 'bleu'; did you mean 'blue'? allowed: blue, red",
        "7:5: parts[3].type: this key is missing",
        "8:19: parts[4].radius: should be a finite number, not nan",
        "9:5: parts[5].radius: this key is missing",
        "10:5: parts[6]: should be a mapping, not 7",
    ]


def test_missing_values_of_a_list_are_named_by_their_index(tmp_path: Path) -> None:
    assert problems_of(tmp_path / "m.yaml", "name: m\nsize: [1]\n") == ["2:1: size[1]: this value is missing"]


def test_duplicate_keys_are_all_reported(tmp_path: Path) -> None:
    text = "name: a\nname: b\nparts:\n  - {type: arm, color: red, color: red}\n"
    assert problems_of(tmp_path / "m.yaml", text) == [
        "2:1: name: this key is given twice, first in line 1",
        "4:29: color: this key is given twice, first in line 4",
    ]


def test_keys_that_are_no_text_are_refused(tmp_path: Path) -> None:
    assert problems_of(tmp_path / "m.yaml", "name: a\n3: b\n") == ["2:1: 3: a key must be text: put it in quotes"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name: &x a\nsize: *x\n", "1:7: anchors and aliases are not allowed"),
        ("a: &a [1, 1]\nb: &b [*a, *a]\n", "1:4: anchors and aliases are not allowed"),
        ("name: " + "[" * 100_000, "1:38: nested deeper than 32 levels"),
        ("name: [1", "expected ',' or ']', but got '<stream end>'"),
        ("name: a\n---\nname: b\n", "but found another document"),
        ("name: a\x01\n", "unacceptable character"),
        ("", "1:1: should be a mapping, not null"),
        ("- 1\n", "1:1: should be a mapping, not [1]"),
        ("name: 2020-01-01\nsize: 2020-01-01\n", '2:1: size: should be a list, not "2020-01-01"'),
        ("name: !!python/object:os.system {}\n", "1:1: name: should be a valid string, not {}"),
        (f"name: a\nsize: 0x{'f' * 6000}\n", "2:7: the number is too large"),
        (f"%YAML 1.1\n---\nsize: 1:{'1:' * 400}1.5\n", '3:7: "1:1:'),
        ("name: 2020-99-99\n", '1:7: "2020-99-99" is not a value of its kind; text belongs in quotes'),
        ("size: 0x_\n", '1:7: "0x_" is not a value of its kind; text belongs in quotes'),
        ("name: !!bool maybe\n", '1:7: "maybe" is not a value of its kind; text belongs in quotes'),
        ('name: "\\UFFFFFFFF"\n', "cannot be read as YAML: Python int too large"),
    ],
)
def test_dangerous_or_broken_yaml_gets_one_clear_line(tmp_path: Path, text: str, message: str) -> None:
    (problem,) = problems_of(tmp_path / "m.yaml", text)
    assert message in problem


@pytest.mark.parametrize("value", ["0x" + "f" * 6000, "9" * 6000, "!!bool maybe", "!!int a", "2020-99-99"])
def test_values_that_are_none_are_placed_in_files_of_others_too(tmp_path: Path, value: str) -> None:
    path = tmp_path / "data.yaml"
    path.write_text(f"names:\n  0: {value}\n")
    with pytest.raises(FileError, match=r"data\.yaml:2:6: "):
        load_foreign_yaml(path)


def test_a_file_that_is_too_large_is_not_even_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "large.yaml"
    path.write_text("#" * 200)
    monkeypatch.setattr(yaml_files, "MAX_BYTES", 100)
    monkeypatch.setattr(Path, "read_bytes", lambda self: pytest.fail("read before its size was checked"))
    with pytest.raises(UnsafeFileError, match="is too large; at most 0 MB are read"):
        load_yaml_model(path, Machine)


def test_what_would_be_too_large_to_read_is_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_files, "MAX_BYTES", 100)
    path = tmp_path / "large.yaml"
    dump_yaml({"values": [1, 2, 3]}, path)
    before = path.read_bytes()
    with pytest.raises(InputError, match=r"large\.yaml: 0\.0 MB are too large to be read again; at most 0 MB are"):
        dump_yaml({"values": "#" * 200}, path)
    assert path.read_bytes() == before


def test_files_that_cannot_be_read_say_why(tmp_path: Path) -> None:
    (tmp_path / "latin.yaml").write_bytes(b"name: \xe4\n")
    for name, message in (
        ("none.yaml", "cannot be read: No such file"),
        (".", "is not a file"),
        ("latin.yaml", "is not text in UTF-8"),
    ):
        with pytest.raises(InputError, match=message):
            load_yaml_model(tmp_path / name, Machine)


def test_checks_beyond_types_are_placed_in_the_file(tmp_path: Path) -> None:
    text = "name: m\nparts:\n  - {type: arm}\n  - {type: wheel, radius: 1}\n"

    def check(machine: Machine) -> Any:
        yield ("parts", 1, "radius"), f"too large for {machine.name}"
        yield ("parts", 0, "color"), "clashes"

    assert problems_of(tmp_path / "m.yaml", text, check=check) == [
        "3:5: parts[0].color: clashes",
        "4:19: parts[1].radius: too large for m",
    ]


def test_numbers_keep_every_bit(tmp_path: Path) -> None:
    values = [0.1 + 0.2, math.pi * 1e-9, 1e300, -0.0]
    dump_yaml({"values": values}, tmp_path / "v.yaml")
    assert load_yaml_model(tmp_path / "v.yaml", dict[str, list[float]])["values"] == values


def test_a_full_disk_leaves_the_old_file_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("old")

    def no_space(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(yaml_files.os, "fsync", no_space)
    with pytest.raises(InputError, match=r"a\.yaml: cannot be written: No space left on device"):
        write_atomically(path, "new")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"b\.yaml: cannot be written: No such file or directory"):
        write_atomically(tmp_path / "none" / "b.yaml", "x")
