"""Another plant, for the study of perception: its own materials, textures and lamps on layouts of its own.

Nothing here is ever learned from, but for the few frames that an arm of the study is given. A palette says for each
material of ours what stands in its place there: pallets are painted blue or weathered grey, crates are green and
black, trucks white or green, people wear blue; the floor is brown tiles or green paint, walls are brick or plaster, the
light is warm and comes from lamps.
"""

from collections.abc import Callable
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from twin.scene import Light, Material, Rgb, Scene

Floats = npt.NDArray[np.float64]
SIDE = 256


def _clouds(rng: np.random.Generator, cells: int) -> Floats:
    """Smooth noise about 0 that repeats without a seam."""
    coarse = np.pad(rng.normal(size=(cells, cells)), 2, mode="wrap")
    fine = cv2.resize(coarse, None, fx=SIDE / cells, fy=SIDE / cells, interpolation=cv2.INTER_CUBIC)
    edge = 2 * SIDE // cells
    return np.asarray(fine[edge : edge + SIDE, edge : edge + SIDE], np.float64)


def _joints(rows: int, columns: int, width: int, shifted: bool) -> npt.NDArray[np.bool_]:
    y, x = np.mgrid[:SIDE, :SIDE]
    row = y * rows // SIDE
    x = x + (row % 2) * (SIDE // columns // 2) * shifted
    return ((y * rows) % SIDE < width * rows) | ((x * columns) % SIDE < width * columns)


def bricks(rng: np.random.Generator) -> Floats:
    tones = 0.75 + 0.12 * _clouds(rng, 16) + rng.normal(0, 0.03, (SIDE, SIDE))
    return np.where(_joints(8, 4, 3, shifted=True), 1.0, tones)


def tiles(rng: np.random.Generator) -> Floats:
    tones = 0.9 + 0.05 * _clouds(rng, 8) + rng.normal(0, 0.015, (SIDE, SIDE))
    return np.where(_joints(4, 4, 2, shifted=False), 0.55, tones)


def plaster(rng: np.random.Generator) -> Floats:
    return 0.9 + 0.06 * _clouds(rng, 8) + 0.04 * _clouds(rng, 64)


def flakes(rng: np.random.Generator) -> Floats:
    return 0.82 + 0.25 * (_clouds(rng, 64) > 0.9) - 0.2 * (_clouds(rng, 64) > 1.1)


def weathered(rng: np.random.Generator) -> Floats:
    grain = np.tile(_clouds(rng, 32)[:, :1], (1, SIDE)) + 0.4 * _clouds(rng, 16)
    return 0.82 + 0.1 * grain


def scratched(rng: np.random.Generator) -> Floats:
    image = 0.92 + 0.04 * _clouds(rng, 16)
    for _ in range(60):
        start, far = rng.integers(0, SIDE, 2), rng.integers(-40, 40, 2)
        cv2.line(image, start.tolist(), (start + far).tolist(), float(rng.uniform(0.65, 0.8)), 1)
    return image


def grid(rng: np.random.Generator) -> Floats:
    return np.where(_joints(12, 12, 4, shifted=False), 0.95, 0.55) + rng.normal(0, 0.02, (SIDE, SIDE))


PAINTERS: dict[str, Callable[[np.random.Generator], Floats]] = {
    painter.__name__: painter for painter in (bricks, tiles, plaster, flakes, weathered, scratched, grid)
}

Finish = tuple[Rgb, str, float]
"""Colour, painter and metres that one image covers."""

PALETTE: dict[str, tuple[Finish, ...]] = {
    "concrete": (((0.58, 0.50, 0.44), "tiles", 2.0), ((0.44, 0.52, 0.47), "flakes", 1.5)),
    "wall_panel": (((0.80, 0.66, 0.57), "bricks", 1.2), ((0.88, 0.84, 0.73), "plaster", 3.0)),
    "wall_base": (((0.56, 0.43, 0.37), "bricks", 1.2), ((0.42, 0.52, 0.50), "plaster", 3.0)),
    "door_panel": (((0.42, 0.30, 0.20), "weathered", 1.0), ((0.30, 0.42, 0.55), "scratched", 2.0)),
    "concrete_pillar": (((0.86, 0.80, 0.66), "plaster", 3.0), ((0.72, 0.47, 0.38), "bricks", 1.2)),
    "wood*": (((0.28, 0.42, 0.70), "weathered", 0.6), ((0.56, 0.54, 0.51), "weathered", 0.6)),
    "stillage_steel": (((0.55, 0.27, 0.18), "scratched", 0.6), ((0.24, 0.33, 0.55), "scratched", 0.6)),
    "rack_blue": (((0.16, 0.42, 0.28), "grid", 0.3), ((0.60, 0.61, 0.60), "grid", 0.3)),
    "rack_orange": (((0.70, 0.70, 0.66), "scratched", 1.0), ((0.80, 0.68, 0.20), "scratched", 1.0)),
    "truck_*": (((0.84, 0.85, 0.84), "scratched", 1.5), ((0.16, 0.45, 0.32), "scratched", 1.5)),
    "steel_dark": (((0.36, 0.22, 0.18), "scratched", 0.8), ((0.30, 0.32, 0.36), "scratched", 0.8)),
    "carrier_blue": (((0.22, 0.52, 0.30), "grid", 0.1), ((0.72, 0.66, 0.30), "grid", 0.1)),
    "carrier_*": (((0.25, 0.25, 0.27), "grid", 0.1), ((0.55, 0.30, 0.20), "grid", 0.1)),
    "vest_*": (((0.18, 0.30, 0.62), "plaster", 0.5), ((0.70, 0.70, 0.72), "plaster", 0.5)),
    "trousers": (((0.48, 0.42, 0.33), "plaster", 0.5), ((0.18, 0.30, 0.62), "plaster", 0.5)),
    "helmet_*": (((0.90, 0.75, 0.15), "", 1.0), ((0.75, 0.18, 0.14), "", 1.0)),
    "skin": (((0.44, 0.30, 0.22), "", 1.0), ((0.80, 0.62, 0.52), "", 1.0)),
    "cardboard_*": (((0.60, 0.59, 0.56), "plaster", 0.6), ((0.70, 0.56, 0.44), "scratched", 0.6)),
    "wrapped_*": (((0.22, 0.22, 0.24), "scratched", 0.8), ((0.52, 0.62, 0.56), "scratched", 0.8)),
    "machine_*": (((0.32, 0.36, 0.50), "scratched", 1.5), ((0.74, 0.62, 0.42), "scratched", 1.5)),
    "marking_*": (((0.88, 0.88, 0.84), "flakes", 1.0), ((0.25, 0.35, 0.70), "flakes", 1.0)),
}


def paint(folder: Path) -> None:
    """The plant's textures as files, as a user would bring them; the same every time."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, (name, painter) in enumerate(PAINTERS.items()):
        image = np.clip(painter(np.random.default_rng((20261121, number))), 0, 1)
        cv2.imwrite(str(folder / f"{name}.png"), np.round(255 * image).astype(np.uint8))


def restyled(scene: Scene, textures: Path, rng: np.random.Generator) -> Scene:
    """The same things in the same places as they look there. ``textures``: where ``paint`` put them."""
    chosen = {pattern: finishes[rng.integers(len(finishes))] for pattern, finishes in PALETTE.items()}
    materials = tuple(_refinished(material, chosen, textures, rng) for material in scene.materials)
    return replace(scene, materials=materials, lights=_lights(scene, rng), ambient=float(rng.uniform(1.15, 1.5)))


def _refinished(material: Material, chosen: dict[str, Finish], textures: Path, rng: np.random.Generator) -> Material:
    for pattern, (color, painter, size) in chosen.items():
        if fnmatchcase(material.name, pattern):
            red, green, blue = (float(np.clip(c * rng.uniform(0.9, 1.1), 0, 1)) for c in color)
            texture = str((textures / f"{painter}.png").resolve()) if painter else ""
            return replace(material, color=(red, green, blue), texture=texture, texture_size=size)
    return material


def _lights(scene: Scene, rng: np.random.Generator) -> tuple[Light, ...]:
    """Warm lamps below the roof, and a low sun that casts long shadows."""
    poses = scene.initial_poses[:, :2]
    low, high = np.percentile(poses, 10, axis=0), np.percentile(poses, 90, axis=0)
    lamps = [
        Light("point", (*rng.uniform(low, high).tolist(), 3.8), color=(1.0, 0.86, 0.66), intensity=1.0)
        for _ in range(4)
    ]
    around = rng.uniform(0, 2 * np.pi)
    down = (float(np.cos(around)), float(np.sin(around)), -0.7)
    sun = Light("directional", direction=down, color=(1.0, 0.88, 0.72), intensity=0.6, casts_shadow=True)
    return (sun, *lamps)
