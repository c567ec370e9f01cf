"""What a robot's file must satisfy beyond the types of its values."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from robots import cameras, own_files
from robots.model import BoxPart, Part, RobotModel
from robots.running_gear import running_gear
from twin import textures
from twin.errors import unknown_name
from twin.geometry import FloatArray

Location = tuple[int | str, ...]
_TOLERANCE = 1e-3


def check(robot: RobotModel, folder: Path) -> Iterator[tuple[Location, str]]:
    """Yield where and what is wrong; ``folder`` is where the robot's other files are."""
    yield from _material_problems(robot, folder)
    yield from _footprint_problems(robot)
    yield from cameras.problems(robot, folder)
    if robot.drive.kind == "differential" and any(robot.limits.sideways):
        yield ("limits", "sideways"), "a differential drive cannot move sideways; leave it out or write [0, 0]"


def _material_problems(robot: RobotModel, folder: Path) -> Iterator[tuple[Location, str]]:
    uses: list[tuple[Location, str]] = [
        (("chassis", "parts", i, "material"), part.material) for i, part in enumerate(robot.chassis.parts)
    ]
    uses.append((("drive", "wheel", "material"), robot.drive.wheel.material))
    for location, name in uses:
        if name not in robot.materials:
            yield location, unknown_name("material", name, robot.materials)
    for name, material in robot.materials.items():
        if textures.is_path(material.texture):
            found = own_files.problems("image", material.texture, folder, "*.[pj]*g")
            yield from ((("materials", name, "texture"), text) for text in found)


def _footprint_problems(robot: RobotModel) -> Iterator[tuple[Location, str]]:
    outline = np.asarray(robot.footprint, dtype=np.float64)
    edges = np.roll(outline, -1, axis=0) - outline
    turns = edges[:, 0] * np.roll(edges, -1, axis=0)[:, 1] - edges[:, 1] * np.roll(edges, -1, axis=0)[:, 0]
    if (turns <= 0).any():
        yield ("footprint",), "must be convex and counter-clockwise, without three points on a line"
        return
    normals = np.stack([edges[:, 1], -edges[:, 0]], axis=-1) / np.linalg.norm(edges, axis=1, keepdims=True)

    def beyond(points: FloatArray) -> float:
        return float(((points[:, None, :] - outline) * normals).sum(axis=-1).max())

    if beyond(np.zeros((1, 2))) > -_TOLERANCE:
        yield ("footprint",), "must contain the robot's origin [0, 0], about which it turns"
    parts = ((("chassis", "parts", i), _corners(p)) for i, p in enumerate(robot.chassis.parts) if p.collides)
    wheels = ((where, points[:, :2]) for where, points in running_gear(robot))
    for where, points in (*parts, *wheels):
        if (over := beyond(points)) > _TOLERANCE:
            yield where, f"reaches {over:.3f} m beyond the footprint"


def _corners(part: Part) -> FloatArray:
    """Points (n, 2) whose hull seen from above contains the part (tilts are ignored)."""
    center = np.asarray(part.position[:2])
    if isinstance(part, BoxPart):
        half = np.array([[1, 1], [1, -1], [-1, 1], [-1, -1]]) * np.asarray(part.size[:2]) / 2
        c, s = np.cos(part.yaw), np.sin(part.yaw)
        return center + half @ np.array([[c, s], [-s, c]])
    angles = np.linspace(0, 2 * np.pi, 16, endpoint=False)
    return center + part.radius * np.stack([np.cos(angles), np.sin(angles)], axis=-1)
