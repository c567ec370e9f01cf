"""Draw the pictures of the gallery again: ``python docs/gallery/make.py``, or with a folder to write them to."""

import colorsys
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

import factories
import robots
from factories.cameras import look_at
from factories.equipment import Equipment, kinds
from factories.layout import Layout
from twin import rendering, textures
from twin.geometry import FloatArray
from twin.labels import LabelInput, compute
from twin.lenses import Lens
from twin.rendering.overlay import class_colors, depth_colors
from twin.rendering.quality import QUALITIES
from twin.scene import Camera, Pose, Scene, Vec3

Picture: TypeAlias = npt.NDArray[np.uint8]

HERE = Path(__file__).parent
STANDS = {
    "small_warehouse": (20.8, 6.2, -2.55),
    "assembly_line": (12.2, 9.6, -0.6),
    "cross_dock": (8.0, 7.0, -1.2),
    "narrow_aisles": (6.2, 6.9, -0.12),
}
"""Where the robot stands in each factory: x, y (m), heading (rad)."""
SETTINGS: dict[str, dict[str, Any]] = {
    "blocks": {"boxes": ((-0.6, -0.5, 1.2, 0.4), (-0.6, -0.1, 0.5, 0.6)), "height": 1.0},
    "conveyor": {"cartons": 3},
    "door": {"name": "door_4", "width": 2.4, "height": 2.6},
    "floor_marking": {"path": ((-1.0, -0.8), (1.0, -0.8), (1.0, 0.8), (-1.0, 0.8)), "closed": True},
    "keepout": {"boxes": ((-0.5, -0.5, 1.0, 1.0),)},
    "pallet": {"load": "cartons", "layers": 2, "seed": 2},
    "pillar": {"height": 2.6},
    "rack": {"name": "rack_7", "bays": 1, "fill": 1.0, "seed": 6},
    "wall": {"length": 2.0, "height": 2.0},
}
"""How each kind of equipment is shown, where its defaults are not enough."""
UNSEEN = {"keepout"}
LOCO = ("forklift", "pallet_truck", "pallet", "small_load_carrier", "stillage", "worker")


def main() -> None:
    """Write every picture."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE
    for name, picture in pictures():
        Image.fromarray(picture).save(folder / name, quality=82, optimize=True)


def pictures() -> Iterator[tuple[str, Picture]]:
    """Names of files and what goes into them."""
    for name in factories.names():
        scene = factories.build(factories.load(name))
        yield f"{name}.jpg", shot(scene, scene.camera("perspective"), "full")
        yield f"{name}_robot.jpg", labelled(*seen_by_robot(name, 320, 240))
    view = seen_by_robot("small_warehouse", 420, 315)
    yield "qualities.jpg", row([shot(*view, quality) for quality in QUALITIES])
    shown = [name for name in kinds() if name not in UNSEEN]
    yield "equipment.jpg", sheet([(name, portrait(name, 288, 216)) for name in shown], 5)
    yield "loco.png", row([portrait(name, 128, 128, "standard", -1.0) for name in LOCO])
    examples = [f"{name}:{t.example}" if t.argument else name for name, t in textures.TEXTURES.items()]
    pictograms = [f"sign:{name}" for name in ("exit", "charging", "no_entry", "forklift", "pedestrians")]
    yield "textures.jpg", sheet([(name, small(textures.load(name), 144)) for name in (*examples, *pictograms)], 7)


def seen_by_robot(name: str, width: int, height: int) -> tuple[Scene, Camera]:
    """A factory with a robot in it, and the robot's camera with a lens for pictures."""
    scene = factories.build(factories.load(name), robots.load("amr"), Pose.planar(*STANDS[name]))
    camera = next(camera for camera in scene.cameras if camera.body)
    return scene, replace(camera, lens=Lens.from_fov(width, height, 1.0, near=0.05, far=60.0))


def shot(scene: Scene, camera: Camera, quality: str = "full") -> Picture:
    """What a camera sees at time 0."""
    with rendering.create(scene, "auto", quality) as renderer:
        return renderer.render(scene.initial_poses, camera).rgb


def labelled(scene: Scene, camera: Camera) -> Picture:
    """Colour, depth, instances and classes of one frame, two by two."""
    with rendering.create(scene, "auto", "full") as renderer:
        frame = renderer.render(scene.initial_poses, camera)
    given = LabelInput(frame, scene, scene.initial_poses, camera)
    semantic = compute(given, ["semantic_segmentation"])["semantic_segmentation"]
    above = row([frame.rgb, depth_colors(frame.depth, 20.0)])
    return np.concatenate([above, row([instance_colors(frame.instance), class_colors(semantic)])])


def instance_colors(instance: npt.NDArray[np.uint16]) -> Picture:
    """Neighbouring ids in colours far apart."""
    # Roberts's sequence R2 (2018) fills a square of hue and value evenly.
    spots = [(i * 0.7548777 % 1.0, i * 0.5698403 % 1.0) for i in range(int(instance.max()) + 1)]
    colors = np.array([colorsys.hsv_to_rgb(hue, 0.7, 0.4 + 0.55 * value) for hue, value in spots])
    colors[0] = 0
    return np.round(255 * colors).astype(np.uint8)[instance]


def portrait(name: str, width: int, height: int, quality: str = "full", turn: float = -0.9) -> Picture:
    """A kind of equipment alone in a hall, filling the picture."""
    kind = kinds()[name]
    item = kind.model_validate({"name": name, **SETTINGS.get(name, {}), "type": name, "at": (20.0, 20.0)})
    scene = factories.build(Layout(name=name, size=(40, 40), equipment=(item,)))
    low, high = _extent(scene, item)
    middle, reach = (low + high) / 2, float(np.linalg.norm(high - low)) / 2
    away = 1.12 * reach / np.sin(min(0.8, 0.8 * width / height) / 2)
    rise = 0.32
    eye = middle + away * np.array([np.cos(turn) * np.cos(rise), np.sin(turn) * np.cos(rise), np.sin(rise)])
    lens = Lens.from_fov(width, height, 0.8, near=0.1, far=100.0)
    return shot(scene, Camera("portrait", pose=look_at(_vec3(eye), _vec3(middle)), lens=lens), quality)


def _extent(scene: Scene, item: Equipment) -> tuple[FloatArray, FloatArray]:
    """Lowest and highest corner (3,) in the world of the boxes of all its instances."""
    corners = []
    for instance in scene.instances:
        if instance.body.partition("/")[0] == item.name:
            pose = scene.initial_poses[scene.body_index[instance.body]]
            corners += [pose[:3] + instance.center + sign * np.array(instance.size) / 2 for sign in (-1, 1)]
    return np.min(corners, axis=0), np.max(corners, axis=0)


def _vec3(values: FloatArray) -> Vec3:
    x, y, z = (float(value) for value in values)
    return x, y, z


def small(image: Picture, size: int) -> Picture:
    """Scaled down."""
    return np.asarray(Image.fromarray(image).resize((size, size), Image.Resampling.LANCZOS))


def row(images: Sequence[Picture]) -> Picture:
    """Side by side."""
    return np.concatenate(images, axis=1)


def sheet(named: Sequence[tuple[str, Picture]], columns: int) -> Picture:
    """In rows, each with its name in the corner."""
    tiles = [_titled(name, image) for name, image in named]
    tiles += [np.full_like(tiles[0], 255)] * (-len(tiles) % columns)
    return np.concatenate([row(tiles[i : i + columns]) for i in range(0, len(tiles), columns)])


def _titled(name: str, image: Picture) -> Picture:
    picture = Image.fromarray(image)
    pen = ImageDraw.Draw(picture)
    font = ImageFont.load_default(13)
    box = pen.textbbox((5, 3), name, font=font)
    pen.rectangle((0, 0, box[2] + 5, box[3] + 3), fill=(20, 24, 28))
    pen.text((5, 3), name, font=font, fill=(255, 255, 255))
    return np.asarray(picture)


if __name__ == "__main__":
    main()
