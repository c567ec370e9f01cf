"""``twin generate`` and ``twin import``: each writes a layout that loads."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import factories

Twin = Callable[..., subprocess.CompletedProcess[str]]

ROOMS = """type octile
height 6
width 10
map
@@@@@@@@@@
@....@...@
@....@...@
@........@
@....@...@
@@@@@@@@@@
"""

ROS = (
    "image: map.png\nresolution: 0.1\norigin: [-2.0, -1.0, 0.0]\nnegate: 0\noccupied_thresh: 0.65\nfree_thresh: 0.196\n"
)


@pytest.fixture
def ros_map(tmp_path: Path) -> Path:
    """A walled room of 6 x 4 m with a pillar, as a ROS map."""
    pixels = np.full((40, 60), 254, np.uint8)
    pixels[[0, -1], :] = pixels[:, [0, -1]] = 0
    pixels[18:22, 28:34] = 0
    Image.fromarray(pixels).save(tmp_path / "map.png")
    (tmp_path / "map.yaml").write_text(ROS)
    return tmp_path / "map.yaml"


def test_the_same_seed_gives_the_same_layout_and_another_seed_another(
    twin: Twin, twin_process: Twin, tmp_path: Path
) -> None:
    for command, name, seed in ((twin, "a", 7), (twin_process, "b", 7), (twin, "c", 8)):  # sets: another order in b
        result = command("generate", "--seed", seed, "--size", "16x12", "--density", 0.2, "--out", f"{name}.yaml")
        assert result.returncode == 0, result.stderr
        *_, last = result.stdout.splitlines(keepends=True)
        assert last.startswith(f"wrote {name}.yaml: ")
        assert last.endswith(" pieces of equipment in 16 x 12 m\n")
    a, b, c = ((tmp_path / f"{name}.yaml").read_text() for name in "abc")
    assert a == b != c
    assert factories.load(tmp_path / "a.yaml").size == (16.0, 12.0)


@pytest.mark.parametrize(
    ("flags", "message"),
    [("--size 3x3", "size"), ("--size nanx20", "size"), ("--density 2", "density"), ("--density nan", "density")],
)
def test_what_cannot_be_generated_is_refused(flags: str, message: str, twin: Twin, tmp_path: Path) -> None:
    result = twin("generate", "--out", "there.yaml", *flags.split())
    assert result.returncode == 2
    assert result.stderr.startswith("error: ")
    assert message in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_movingai_map_becomes_a_layout(twin: Twin, tmp_path: Path) -> None:
    (tmp_path / "rooms.map").write_text(ROOMS)
    result = twin("import", "rooms.map", "--resolution", 1, "--out", "rooms.yaml")
    assert result.returncode == 0, result.stderr
    first, second = result.stdout.splitlines()
    assert first.startswith(f"{ROOMS.count('@')} occupied cells became ")
    assert "100.00% of the known cells agree" in first
    assert second == "wrote rooms.yaml: a hall of 10 x 6 m"
    assert factories.load(tmp_path / "rooms.yaml").size == (10.0, 6.0)


def test_a_map_whose_layout_would_not_load_is_refused(twin: Twin, tmp_path: Path) -> None:
    (tmp_path / "maze.map").write_text("3\n5\n" + "1 1 1 1 1\n0 0 0 0 0\n1 1 1 1 1\n")
    result = twin("import", "maze.map", "--out", "maze.yaml")
    assert result.returncode == 2
    assert "layout 'maze':\n  size: no free floor is left for a robot of 0.5 m radius" in result.stderr
    assert not (tmp_path / "maze.yaml").exists()
    assert twin("import", "maze.map", "--resolution", 1.1, "--out", "maze.yaml").returncode == 0
    assert factories.load(tmp_path / "maze.yaml").name == "maze"


def test_a_ros_map_becomes_a_layout_in_its_own_coordinates(ros_map: Path, twin: Twin, tmp_path: Path) -> None:
    result = twin("import", ros_map, "--out", "room.yaml")
    assert result.returncode == 0, result.stderr
    assert "100.00% of the known cells agree" in result.stdout
    layout = factories.load(tmp_path / "room.yaml")
    assert (layout.origin, layout.size) == ((-2.0, -1.0), (6.0, 4.0))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"map.png": "gone.png"}, "gone.png"),
        ({"map.png": "../../map.png"}, "map.png"),
        ({"resolution: 0.1": "resolution: -1"}, "resolution"),
        ({"resolution: 0.1": "resolution: much"}, "resolution"),
    ],
)
def test_a_bad_ros_map_is_named(change: dict[str, str], message: str, ros_map: Path, twin: Twin) -> None:
    for old, new in change.items():
        ros_map.write_text(ros_map.read_text().replace(old, new))
    result = twin("import", ros_map, "--out", "room.yaml")
    assert result.returncode == 2
    assert message in result.stderr
    assert "Traceback" not in result.stderr
    assert not (ros_map.parent / "room.yaml").exists()


def test_a_format_that_nobody_reads_is_named_with_those_there_are(twin: Twin, tmp_path: Path) -> None:
    (tmp_path / "plan.dwg").write_text("")
    result = twin("import", "plan.dwg", "--out", "plan.yaml")
    assert result.returncode == 2
    assert "plan.dwg: no map format has files that end in '.dwg'; there are " in result.stderr
    assert ".map" in result.stderr
    assert ".yaml" in result.stderr
