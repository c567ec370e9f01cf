"""Pictures for people: labels drawn over the image they belong to, and depth as colours."""

from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from twin.labels import LABELS, LabelInput
from twin.taxonomy import CLASSES

Rectangle: TypeAlias = tuple[int, int, int, int]  # left, top, right, bottom
Picture: TypeAlias = npt.NDArray[np.uint8]  # (height, width, 3)

_DEPTH_STOPS = np.array(
    [[250, 230, 90], [240, 130, 60], [190, 55, 85], [95, 30, 110], [20, 12, 50]], dtype=np.float64
)  # near to far
_FONT_SIZE = 12


@dataclass(frozen=True, slots=True)
class Style:
    """What is drawn over an image."""

    scale: int = 1
    """Times by which the image is enlarged first, without smoothing."""
    masks: float = 0.45
    """Opacity of the masks, 0 to 1; 0 leaves them out."""
    boxes: bool = True
    names: bool = True
    """Of the larger objects first; a name that would cover another is left out."""
    smallest: int = 12
    """Visible pixels below which an object gets no box and no name."""
    without: tuple[str, ...] = ("building",)
    """Supercategories that get neither mask nor box."""


def draw(given: LabelInput, style: Style | None = None) -> Picture:
    """The frame with masks, tight boxes and class names in the classes' colours, (height * scale, width * scale, 3)."""
    chosen = style or Style()
    shown = np.array([False, *(c.supercategory not in chosen.without for c in CLASSES)])
    picture = _blend(given.frame.rgb, LABELS["semantic_segmentation"](given), shown, chosen.masks)
    image = Image.fromarray(picture.repeat(chosen.scale, axis=0).repeat(chosen.scale, axis=1))
    if chosen.boxes or chosen.names:
        _draw_objects(ImageDraw.Draw(image), given, shown, chosen)
    return np.asarray(image).copy()


def depth_colors(depth: npt.NDArray[np.float32], far: float | None = None) -> Picture:
    """Bright near, dark at ``far`` (m; the deepest pixel where None), black where nothing returned."""
    limit = far or float(depth.max(initial=0.0)) or 1.0
    share = np.clip(depth / limit, 0, 1) * (len(_DEPTH_STOPS) - 1)
    stops = np.arange(len(_DEPTH_STOPS))
    channels = [np.interp(share, stops, _DEPTH_STOPS[:, channel]) for channel in range(3)]
    colors = np.stack(channels, axis=-1).round().astype(np.uint8)
    colors[depth == 0] = 0
    return colors


def class_colors(semantic: npt.NDArray[np.uint16]) -> Picture:
    """A semantic image in the classes' colours, background black."""
    return _palette()[semantic]


@cache
def _palette() -> Picture:
    return np.array([(0, 0, 0), *(c.color for c in CLASSES)], dtype=np.uint8)


def _blend(rgb: Picture, semantic: npt.NDArray[np.uint16], shown: npt.NDArray[np.bool_], opacity: float) -> Picture:
    weight = np.where(shown[semantic], opacity, 0.0)[..., None]
    return (rgb * (1 - weight) + class_colors(semantic) * weight).round().astype(np.uint8)


def _draw_objects(canvas: ImageDraw.ImageDraw, given: LabelInput, shown: npt.NDArray[np.bool_], style: Style) -> None:
    classes, areas = LABELS["class_id"](given), LABELS["visible_pixels"](given)
    boxes = LABELS["bounding_box_2d_tight"](given) * style.scale
    rows = np.flatnonzero(shown[classes] & (areas >= style.smallest))
    rows = rows[np.argsort(-areas[rows], kind="stable")]  # small ones on top
    things = [(CLASSES[classes[row] - 1], tuple(boxes[row].tolist())) for row in rows]
    if style.boxes:
        for kind, (left, top, right, bottom) in things:
            canvas.rectangle((left, top, right - 1, bottom - 1), outline=kind.color)
    if style.names:
        taken: list[Rectangle] = []
        for kind, box in things:
            plate = _plate(kind.name, box, canvas.im.size[0])
            if not any(_overlap(plate, other) for other in taken):
                taken.append(plate)
                _write(canvas, plate, kind.name, kind.color)


def _plate(text: str, box: Rectangle, width: int) -> Rectangle:
    """Where a name goes: above the box, or inside it where the image ends."""
    length, height = round(_font().getlength(text)) + 4, _FONT_SIZE + 3
    left = max(0, min(box[0], width - length))
    top = box[1] - height if box[1] >= height else box[1]
    return left, top, left + length, top + height


def _overlap(a: Rectangle, b: Rectangle) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _write(canvas: ImageDraw.ImageDraw, plate: Rectangle, text: str, color: tuple[int, int, int]) -> None:
    canvas.rectangle(plate, fill=color)
    bright = 0.3 * color[0] + 0.6 * color[1] + 0.1 * color[2] > 130
    canvas.text((plate[0] + 2, plate[1]), text, fill=(0, 0, 0) if bright else (255, 255, 255), font=_font())


@cache
def _font() -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(_FONT_SIZE)
