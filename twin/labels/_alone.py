"""Objects drawn alone on a canvas larger than the image, as in the BOP benchmark's ``calc_gt_info.py``."""

from dataclasses import dataclass, replace
from math import ceil, floor

import numpy as np
import numpy.typing as npt

from twin.geometry import FloatArray
from twin.rendering.base import Renderer
from twin.scene import Camera

BORDER = 1.0
"""Widths and heights of the image by which the canvas is larger on each side: BOP's canvas is three by three."""
STEP = 32
"""Pictures are multiples of so many pixels, so that few sizes of framebuffers serve all objects."""


@dataclass(frozen=True, slots=True)
class Alone:
    """Of each visible object."""

    pixels: npt.NDArray[np.int64]  # (objects,) of its silhouette on the canvas
    inside: npt.NDArray[np.int64]  # (objects,) of these, those within the image
    occluder: npt.NDArray[np.uint16]  # (objects,) id of what hides most of it; 0 for nothing
    extents: npt.NDArray[np.int64]  # (objects, 4) of the silhouette on the canvas: left, top, right, bottom


def alone(
    renderer: Renderer,
    poses: FloatArray,
    camera: Camera,
    image: npt.NDArray[np.uint16],
    ids: npt.NDArray[np.uint16],
    boxes: FloatArray,
) -> Alone:
    """Draw each of ``ids`` (objects,) alone, through a lens cut to its projected box of ``boxes`` (objects, 4)."""
    count = len(ids)
    pixels, inside = np.zeros(count, np.int64), np.zeros(count, np.int64)
    occluder, extents = np.zeros(count, np.uint16), np.zeros((count, 4), np.int64)
    for k, (ident, box) in enumerate(zip(ids, boxes, strict=True)):
        left, top, width, height = _cut(box, camera.lens.width, camera.lens.height)
        lens = replace(camera.lens, width=width, height=height, cx=camera.lens.cx - left, cy=camera.lens.cy - top)
        drawn = renderer.render(poses, replace(camera, lens=lens), only=int(ident)).instance == ident
        drawn = _on_canvas(drawn, left, top, image.shape)
        pixels[k] = np.count_nonzero(drawn)
        rows, columns = np.flatnonzero(drawn.any(axis=1)), np.flatnonzero(drawn.any(axis=0))
        if len(rows):
            extents[k] = left + columns[0], top + rows[0], left + columns[-1] + 1, top + rows[-1] + 1
        there = _in_image(drawn, image, left, top)
        inside[k] = len(there)
        hiding = there[(there != ident) & (there != 0)]
        if len(hiding):
            occluder[k] = np.bincount(hiding).argmax()
    return Alone(pixels, inside, occluder, extents)


def _cut(box: FloatArray, width: int, height: int) -> tuple[int, int, int, int]:
    """Left, top, width and height (px) of the part of the canvas that a box covers."""
    x, y = BORDER * width, BORDER * height
    left, right = max(-x, floor(box[0]) - 1), min(width + x, ceil(box[2]) + 1)
    top, bottom = max(-y, floor(box[1]) - 1), min(height + y, ceil(box[3]) + 1)
    across, down = (STEP * ceil(max(1, size) / STEP) for size in (right - left, bottom - top))
    return int(left), int(top), across, down


def _on_canvas(drawn: npt.NDArray[np.bool_], left: int, top: int, shape: tuple[int, ...]) -> npt.NDArray[np.bool_]:
    """Without what lies beyond the canvas, where the picture was rounded up."""
    height, width = shape
    return drawn[: int(height * (1 + BORDER)) - top, : int(width * (1 + BORDER)) - left]


def _in_image(
    drawn: npt.NDArray[np.bool_], image: npt.NDArray[np.uint16], left: int, top: int
) -> npt.NDArray[np.uint16]:
    """The image's ids (n,) at the pixels of a silhouette whose picture begins at left, top."""
    x, y = max(0, left), max(0, top)
    window = image[y : top + drawn.shape[0], x : left + drawn.shape[1]]
    return window[drawn[y - top : y - top + window.shape[0], x - left : x - left + window.shape[1]]]
