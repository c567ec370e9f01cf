"""Files that a robot's file names: they lie below its folder."""

from collections.abc import Iterator
from pathlib import Path

from robots.model import RobotModel
from twin import textures
from twin.errors import unknown_name


def problems(kind: str, name: str, folder: Path, pattern: str) -> Iterator[str]:
    """What is wrong with a file of that kind below ``folder``; ``pattern``: of the names to suggest instead."""
    path = folder / name
    if Path(name).is_absolute() or not path.resolve().is_relative_to(folder.resolve()):
        yield f"'{name}' lies outside the robot's folder; give a path below it"
    elif not path.is_file():
        yield unknown_name(kind, name, [p.name for p in folder.glob(pattern)])


def textured(robot: RobotModel, folder: Path) -> RobotModel:
    """The robot with whole paths for the images that its materials name."""
    materials = {
        name: material.model_copy(update={"texture": str((folder / material.texture).resolve())})
        for name, material in robot.materials.items()
        if textures.is_path(material.texture)
    }
    return robot.model_copy(update={"materials": {**robot.materials, **materials}})
