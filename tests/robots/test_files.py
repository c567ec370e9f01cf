import re
import subprocess
import sys
from pathlib import Path

import pytest

import robots
from twin.errors import FileError, InputError, UnknownNameError, unknown_name
from twin.scene import Pose

AMR = Path(robots.__file__).parent / "shipped" / "amr.yaml"
OMNI = AMR.with_name("omni.yaml")


def message(tmp_path: Path, robot: Path = AMR, **changes: tuple[str, str]) -> str:
    """What reading a changed copy of a robot complains about; each change is (old text, new text)."""
    text = robot.read_text()
    for old, new in changes.values():
        assert old in text
        text = text.replace(old, new, 1)
    path = tmp_path / "mine.yaml"
    path.write_text(text)
    with pytest.raises(FileError) as error:
        robots.load(path)
    return str(error.value).replace(str(tmp_path), "")


def test_names_lists_what_is_shipped():
    assert {"amr", "omni"} <= set(robots.names())
    assert [robots.load(name).name for name in robots.names()] == robots.names()


def test_a_path_is_read(tmp_path: Path):
    copy = tmp_path / "copy.yaml"
    copy.write_text(AMR.read_text())
    assert robots.load(copy) == robots.load(str(copy)) == robots.load("amr")


def test_unknown_name():
    with pytest.raises(UnknownNameError, match=re.escape(unknown_name("robot", "amrr", robots.names()))):
        robots.load("amrr")


def test_missing_file(tmp_path: Path):
    with pytest.raises(InputError, match=r"none\.yaml: there is no such robot file"):
        robots.load(tmp_path / "none.yaml")


def test_every_mistake_is_reported_with_its_place(tmp_path: Path):
    text = message(
        tmp_path,
        mass=("mass: 74.0", "mass: -74.0"),
        typo=("track: 0.46", "trak: 0.46"),
        kind=("rays: 90", "rays: many"),
        nan=("linear_acceleration: 1.5", "linear_acceleration: .nan"),
    )
    assert "/mine.yaml:18:3: chassis.mass: should be greater than 0, not -74.0" in text
    assert "drive.trak: unknown key 'trak'; did you mean 'track'?" in text
    assert "drive.track: this key is missing" in text
    assert "sensors.lidar.rays: should be a valid integer" in text
    assert "limits.linear_acceleration: should be a finite number" in text


def test_an_unknown_kind_of_drive(tmp_path: Path):
    assert "drive.kind: unknown kind 'diferential'; did you mean 'differential'?" in message(
        tmp_path, kind=("kind: differential", "kind: diferential")
    )


def test_an_unknown_material(tmp_path: Path):
    text = message(tmp_path, material=("material: bumper, collides", "material: bumpr, collides"))
    assert "chassis.parts[0].material: unknown material 'bumpr'; did you mean 'bumper'?" in text


def test_a_part_beyond_the_footprint(tmp_path: Path):
    text = message(tmp_path, size=("size: [0.80, 0.60, 0.06]", "size: [0.90, 0.60, 0.06]"))
    assert "chassis.parts[0]: reaches 0.050 m beyond the footprint" in text


@pytest.mark.parametrize(
    ("robot", "old", "new", "told"),
    [
        (AMR, "track: 0.46", "track: 0.7", "drive.track: reaches 0.075 m beyond the footprint"),
        (AMR, "radius: 0.1, width", "radius: 0.5, width", "drive.track: reaches 0.100 m beyond the footprint"),
        (OMNI, "[0.24, 0.24], [-", "[0.3, 0.24], [-", "drive.modules[0]: reaches 0.034 m beyond the footprint"),
        (AMR, "[-0.32, 0.0]]", "[-0.38, 0.0]]", "casters.positions[1]: reaches 0.025 m beyond the footprint"),
    ],
)
def test_a_wheel_beyond_the_footprint(tmp_path: Path, robot: Path, old: str, new: str, told: str):
    assert told in message(tmp_path, robot, change=(old, new))


def test_wheels_above_the_chassis_count_as_part_of_the_robot(tmp_path: Path):
    path = tmp_path / "mine.yaml"
    path.write_text(AMR.read_text().replace("radius: 0.1, width", "radius: 0.38, width"))
    robot = robots.load(path)
    assert robot.height == pytest.approx(0.76)
    assert robot.scene(Pose()).instances[0].size[2] == pytest.approx(0.76)


def test_a_footprint_beside_the_origin(tmp_path: Path):
    outline = "[[1.4, -0.3], [1.4, 0.3], [0.6, 0.3], [0.6, -0.3]]"
    text = message(tmp_path, footprint=("[[0.4, -0.3], [0.4, 0.3], [-0.4, 0.3], [-0.4, -0.3]]", outline))
    assert "footprint: must contain the robot's origin [0, 0]" in text


@pytest.mark.parametrize(
    "outline",
    ["[[0.4, -0.3], [-0.4, -0.3], [-0.4, 0.3], [0.4, 0.3]]", "[[0.4, -0.3], [0.4, 0.3], [0.1, 0.0], [-0.4, 0.3]]"],
)
def test_a_footprint_that_is_no_outline(tmp_path: Path, outline: str):
    text = message(tmp_path, footprint=("[[0.4, -0.3], [0.4, 0.3], [-0.4, 0.3], [-0.4, -0.3]]", outline))
    assert "footprint: must be convex and counter-clockwise" in text


def test_limits_without_rest(tmp_path: Path):
    assert "limits: [0.2, 1.5] must contain 0" in message(tmp_path, forward=("[-0.3, 1.5]", "[0.2, 1.5]"))


def test_a_differential_drive_that_should_move_sideways(tmp_path: Path):
    text = message(tmp_path, sideways=("turn: [-2.0, 2.0]", "turn: [-2.0, 2.0]\n  sideways: [-1, 1]"))
    assert "limits.sideways: a differential drive cannot move sideways" in text


def test_a_duplicate_key(tmp_path: Path):
    text = message(tmp_path, name=("name: amr", "name: amr\nname: bmr"))
    assert "/mine.yaml:3:1: name: this key is given twice, first in line 2" in text


def test_naming_robots_loads_nothing_heavy():
    code = "import sys, robots; robots.names(); print({'mujoco', 'pybullet', 'pydantic', 'scipy'} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "set()\n"


def test_a_texture_that_does_not_exist_is_told_with_the_nearest_name(tmp_path: Path):
    told = message(tmp_path, texture=("texture: brushed_steel", "texture: brushed_stel"))
    assert "did you mean 'brushed_steel'" in told


@pytest.mark.parametrize("name", ["/etc/logo.png", "../logo.png", "down/../../logo.png"])
def test_a_texture_outside_the_robots_folder(tmp_path: Path, name: str):
    told = message(tmp_path, texture=("texture: brushed_steel", f"texture: {name}"))
    assert f"materials.plate.texture: '{name}' lies outside the robot's folder; give a path below it" in told


def test_a_texture_is_looked_for_below_the_robots_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "logo.png").write_bytes(b"")
    told = message(tmp_path, texture=("texture: brushed_steel", "texture: logos.png"))
    assert "materials.plate.texture: unknown image 'logos.png'; did you mean 'logo.png'?" in told
    path = tmp_path / "mine.yaml"
    path.write_text(AMR.read_text().replace("texture: brushed_steel", "texture: logo.png"))
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert robots.load(path).model.materials["plate"].texture == str((tmp_path / "logo.png").resolve())
