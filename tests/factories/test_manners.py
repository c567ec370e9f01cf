"""How layouts say who behaves how: read, drawn, written back, and what is said about mistakes."""

import re
from pathlib import Path

import pytest

import factories
import robots
from twin.errors import FileError, unknown_name
from twin.patrols import Patrols
from twin.scene import Scene

HALL = """format: 1
name: corner
size: [12, 8]
equipment:
  - {{type: {kind}, at: [1, 4.5], waypoints: [[9, 4.5]], {keys}}}
"""


def hall(tmp_path: Path, keys: str, kind: str = "worker") -> Path:
    path = tmp_path / "corner.yaml"
    path.write_text(HALL.format(kind=kind, keys=keys))
    return path


@pytest.mark.parametrize("kind", ["worker", "mobile_robot"])
@pytest.mark.parametrize("keys", ["speed: 1", "speed: [0.5, 2]", "yields: cooperates", "yields: [true, cooperates]"])
def test_manners_survive_files_and_scenes(tmp_path: Path, keys: str, kind: str, recwarn: pytest.WarningsRecorder):
    layout = factories.load(hall(tmp_path, keys, kind))
    factories.save(layout, tmp_path / "copy.yaml")
    assert factories.load(tmp_path / "copy.yaml") == layout
    scene = factories.build(layout)
    assert Scene.from_json(scene.to_json()) == scene
    assert len(Patrols(scene).bodies) == 1
    assert not recwarn


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ("speed: 9", r"speed: should be from 0.01 to 3, not 9"),
        ("speed: fast", r"speed: should be a number from 0.01 to 3, or two, not 'fast'"),
        ("speed: [2, 1]", r"speed: should be the least and the most, not 2 and 1"),
        ("speed: [1, 2, 3]", r"speed: should be a number or two, the least and the most, not 3 of them"),
        ("patience: [1, .nan]", r"patience: should be a number from 0.5 to 60, or two, not nan"),
        ("yields: maybe", r"yields: should be true, false or cooperates, or a list of these, not 'maybe'"),
        ("yields: []", r"yields: should be one to 3 of true, false and cooperates, not 0"),
        ("robot: omn", "robot: " + re.escape(unknown_name("robot", "omn", robots.names()))),
        ("waypoints: [[11.8, 4.5]]", r"given twice"),
    ],
)
def test_wrong_manners_are_named_with_their_place(tmp_path: Path, keys: str, message: str):
    with pytest.raises(FileError, match=r"corner.yaml:5:\d+: (equipment\[0\]\.)?.*" + message):
        factories.load(hall(tmp_path, keys, "mobile_robot"))


def test_a_vehicle_needs_room_where_it_turns_and_beyond_its_ends(tmp_path: Path):
    straight = (
        HALL.replace("4.5", "{y}").format(kind="forklift", keys="speed: 1", y=1.0).replace("[1, 1.0]", "[3, 1.0]")
    )
    (tmp_path / "a.yaml").write_text(straight + "  - {type: pallet, at: [11, 1]}\n")
    with pytest.raises(FileError, match="forklift 'forklift_1' would walk through pallet 'pallet_1'"):
        factories.load(tmp_path / "a.yaml")
    (tmp_path / "b.yaml").write_text(straight + "  - {type: pallet, at: [11, 3]}\n")
    factories.load(tmp_path / "b.yaml")
    turning = straight.replace("[[9, 1.0]]", "[[9, 1.0], [9, 5]]")
    (tmp_path / "c.yaml").write_text(turning + "  - {type: pallet, at: [11, 2.2]}\n")
    with pytest.raises(FileError, match="forklift 'forklift_1' would walk through pallet 'pallet_1'"):
        factories.load(tmp_path / "c.yaml")
