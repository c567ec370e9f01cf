"""The smallest factory with something of everything that a navigation task meets."""

from pathlib import Path

SMALL = """\
format: 1
name: small
size: [9, 7]
equipment:
  - {type: rack, at: [4.5, 6.3], bays: 1, levels: 2, fill: 0.3}
  - {type: pillar, at: [2.5, 4.2]}
  - {type: pallet, at: [4.5, 2.6], yaw_deg: 20}
  - {type: worker, at: [0.8, 0.8], waypoints: [[8, 0.8]]}
"""
EMPTY = """\
format: 1
name: empty
size: [8, 6]
"""
DIVIDED = """\
format: 1
name: divided
size: [12, 6]
equipment:
  - {type: wall, at: [7, 3], yaw_deg: 90, length: 6}
"""
FULL = """\
format: 1
name: full
size: [3, 3]
equipment:
  - {type: pillar, at: [1.5, 1.5], width: 0.9, depth: 0.9}
"""
STATIONS = """\
format: 1
name: stations
size: [11, 8]
equipment:
  - {type: charging_dock, name: dock_1, at: [0.15, 4]}
  - {type: conveyor, name: belt, at: [8, 6.5], length: 2}
  - {type: workstation, name: bench, at: [9, 0.5], yaw_deg: 180}
  - {type: rack, name: shelf, at: [3, 7.4], bays: 1, levels: 2, fill: 0.3}
  - {type: pallet, at: [7, 3.5], yaw_deg: 20}
  - {type: worker, at: [5, 0.8], waypoints: [[5, 5]]}
"""


def written(text: str, folder: Path) -> str:
    """The path of a new file with that layout, named after it."""
    name = next(line.removeprefix("name: ") for line in text.splitlines() if line.startswith("name: "))
    path = folder / f"{name}.yaml"
    path.write_text(text, encoding="utf-8")
    return str(path)
