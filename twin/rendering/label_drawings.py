"""Each label as a picture for people: what nobody has looked at is not known to be right."""

import colorsys
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from itertools import pairwise
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from twin.geometry import FloatArray, matrix_from_quaternion
from twin.labels import LABELS, LabelInput
from twin.lenses import project
from twin.rendering.overlay import Picture, Style, class_colors, depth_colors, draw
from twin.taxonomy import CLASSES

Color: TypeAlias = tuple[int, int, int]
Drawing: TypeAlias = Callable[[LabelInput, int], Picture]

_EDGES = [(a, a | 1 << axis) for axis in range(3) for a in range(8) if not a >> axis & 1]
_AXES: tuple[Color, ...] = ((230, 40, 40), (40, 200, 60), (50, 100, 255))
_SEEN, _HIDDEN = (60, 255, 90), (255, 60, 60)
_STEPS = np.linspace(0.0, 1.0, 17)[:, None]
"""Points along an edge: a lens may bend it."""


def image(given: LabelInput, scale: int) -> Picture:
    """The frame, enlarged without smoothing."""
    return given.frame.rgb.repeat(scale, axis=0).repeat(scale, axis=1)


def tight(given: LabelInput, scale: int) -> Picture:
    """Masks, tight boxes and class names."""
    return draw(given, Style(scale=scale))


def amodal(given: LabelInput, scale: int) -> Picture:
    """Loose boxes: amodal ones as far as the image goes."""
    canvas, picture = _canvas(given, scale)
    for color, (left, top, right, bottom) in _colored(given, LABELS["bounding_box_2d_loose"](given) * scale):
        canvas.rectangle((left, top, max(left, right - 1), max(top, bottom - 1)), outline=color)
    return np.asarray(picture).copy()


def boxes_3d(given: LabelInput, scale: int) -> Picture:
    """Oriented boxes, and each object's axes: x red, y green, z blue."""
    canvas, picture = _canvas(given, scale)
    for color, corners in _colored(given, given.corners):
        for a, b in _EDGES:
            _line(canvas, given, scale, corners[a], corners[b], color)
    for _, pose, size in _colored_poses(given):
        for axis, color in enumerate(_AXES):
            tip = pose[:, 3] + pose[:, axis] * min(0.5, float(size.max()) / 2)
            _line(canvas, given, scale, pose[:, 3], tip, color)
    return np.asarray(picture).copy()


def keypoints(given: LabelInput, scale: int) -> Picture:
    """Keypoints: green where they are seen, red where something hides them."""
    canvas, picture = _canvas(given, scale)
    for u, v, visibility in LABELS["keypoints"](given).reshape(-1, 3) * (scale, scale, 1):
        if visibility:
            canvas.ellipse((u - 2, v - 2, u + 2, v + 2), fill=_SEEN if visibility == 2 else _HIDDEN)
    return np.asarray(picture).copy()


def semantic(given: LabelInput, scale: int) -> Picture:
    """Classes in their colours."""
    return _enlarged(class_colors(LABELS["semantic_segmentation"](given)), scale)


def instances(given: LabelInput, scale: int) -> Picture:
    """Each instance in a colour of its own, background black."""
    return _enlarged(_hues(int(given.frame.instance.max()) + 1)[given.frame.instance], scale)


def depth(given: LabelInput, scale: int) -> Picture:
    """Depth, near bright."""
    return _enlarged(depth_colors(given.frame.depth), scale)


def normals(given: LabelInput, scale: int) -> Picture:
    """Normals: red to the right, green up, blue towards the camera."""
    found = LABELS["normals"](given)
    colors = ((found * (1, -1, -1) + 1) * 127.5).astype(np.uint8)
    colors[(found == 0).all(axis=-1)] = 0
    return _enlarged(colors, scale)


def optical_flow(given: LabelInput, scale: int) -> Picture:
    """Flow: hue is its direction, brightness its length; black where it is not known or zero."""
    flow = np.nan_to_num(LABELS["optical_flow"](given).astype(np.float64))
    length = np.hypot(flow[..., 0], flow[..., 1])
    strength = np.clip(length / max(1e-6, float(np.percentile(length, 99))), 0, 1)
    hue = (np.arctan2(flow[..., 1], flow[..., 0]) / (2 * np.pi) % 1 * 255).astype(int)
    return _enlarged((_wheel()[hue] * np.sqrt(strength)[..., None]).astype(np.uint8), scale)


def visib_fract(given: LabelInput, scale: int) -> Picture:
    """Masks from red (nearly nothing of the object is seen) to green (all of it)."""
    share = np.zeros(int(given.frame.instance.max()) + 1)
    share[given.ids] = LABELS["visib_fract"](given)
    colors = (_wheel()[(share / 3 * 255).astype(int)])[given.frame.instance]
    colors[given.frame.instance == 0] = 0
    return _enlarged((0.5 * given.frame.rgb + 0.5 * colors).astype(np.uint8), scale)


def lidar(given: LabelInput, scale: int, points: FloatArray, class_id: npt.NDArray[np.uint16]) -> Picture:
    """Lidar returns (n, 3), world frame, in their classes' colours where they fall into the image."""
    canvas, picture = _canvas(given, scale)
    local = (points - given.camera_pose[:3]) @ _rotation(given)
    for (u, v), kind in zip((project(given.camera.lens, local) + 0.5) * scale, class_id, strict=True):
        if np.isfinite(u):
            color = CLASSES[kind - 1].color if kind else (255, 255, 255)
            canvas.ellipse((u - 2, v - 2, u + 2, v + 2), fill=color, outline=(0, 0, 0))
    return np.asarray(picture).copy()


DRAWINGS: Mapping[str, Drawing] = {
    "image": image,
    "tight boxes": tight,
    "loose boxes": amodal,
    "3D boxes and poses": boxes_3d,
    "keypoints": keypoints,
    "instances": instances,
    "semantic": semantic,
    "depth": depth,
    "normals": normals,
    "optical flow": optical_flow,
    "visib_fract": visib_fract,
}
"""What ``sheet`` shows, by title. The last two need ``next_poses`` and a renderer."""


def sheet(given: LabelInput, scale: int = 1, columns: int = 4, more: Mapping[str, Picture] | None = None) -> Picture:
    """All drawings for which ``given`` has everything, then ``more``, side by side under their titles."""
    left_out = {"optical flow": given.next_poses is None, "visib_fract": given.renderer is None}
    pictures = {title: made(given, scale) for title, made in DRAWINGS.items() if not left_out.get(title)}
    pictures |= more or {}
    height, width = pictures["image"].shape[:2]
    rows = -(-len(pictures) // columns)
    page = Image.new("RGB", (columns * width, rows * (height + 14)), (255, 255, 255))
    canvas = ImageDraw.Draw(page)
    for number, (title, picture) in enumerate(pictures.items()):
        x, y = number % columns * width, number // columns * (height + 14)
        canvas.text((x + 3, y + 1), title, fill=(0, 0, 0))
        page.paste(Image.fromarray(picture), (x, y + 14))
    return np.asarray(page).copy()


def _canvas(given: LabelInput, scale: int) -> tuple[ImageDraw.ImageDraw, Image.Image]:
    picture = Image.fromarray(image(given, scale))
    return ImageDraw.Draw(picture), picture


def _enlarged(picture: Picture, scale: int) -> Picture:
    return picture.repeat(scale, axis=0).repeat(scale, axis=1)


def _shown(given: LabelInput) -> Iterator[tuple[int, Color]]:
    """Visible objects that are no part of the building, with the colours of their classes."""
    for row, kind in enumerate(LABELS["class_id"](given)):
        if CLASSES[kind - 1].supercategory != "building":
            yield row, CLASSES[kind - 1].color


def _colored(given: LabelInput, values: npt.NDArray[np.floating]) -> Iterator[tuple[Color, npt.NDArray[np.floating]]]:
    for row, color in _shown(given):
        yield color, values[row]


def _colored_poses(given: LabelInput) -> Iterator[tuple[Color, FloatArray, FloatArray]]:
    """Matrices (3, 4) of the poses in the camera's frame, and sizes (3,)."""
    poses = LABELS["pose_camera"](given)
    matrices = np.concatenate([matrix_from_quaternion(poses[:, 3:]), poses[:, :3, None]], axis=-1)
    for row, color in _shown(given):
        yield color, matrices[row], given.table.size[given.objects[row]]


def _rotation(given: LabelInput) -> FloatArray:
    return matrix_from_quaternion(given.camera_pose[3:])


def _line(
    canvas: ImageDraw.ImageDraw, given: LabelInput, scale: int, a: FloatArray, b: FloatArray, color: Color
) -> None:
    """A straight line of the camera's frame, as the lens shows it."""
    points = a + _STEPS * (b - a)
    points[points[:, 2] < given.camera.lens.near] = np.nan
    pixels = (project(given.camera.lens, points) + 0.5) * scale
    for first, second in pairwise(pixels):
        if np.isfinite(first).all() and np.isfinite(second).all():
            canvas.line((*first.tolist(), *second.tolist()), fill=color)


@cache
def _wheel() -> Picture:
    """Colours (256, 3) around the circle of hues."""
    return np.array([[round(255 * c) for c in colorsys.hsv_to_rgb(i / 256, 1, 1)] for i in range(256)], np.uint8)


def _hues(count: int) -> Picture:
    """``count`` colours that differ from their neighbours, black first."""
    golden = 0.61803398875
    colors = [colorsys.hsv_to_rgb(i * golden % 1, 0.55 + 0.4 * (i % 2), 0.6 + 0.4 * (i % 3 == 0)) for i in range(count)]
    made = np.array([[round(255 * c) for c in color] for color in colors], np.uint8)
    made[0] = 0
    return made
