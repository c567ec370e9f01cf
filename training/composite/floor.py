"""Which pixels of a photo show free floor: below the horizon, like the strip at the bottom, and smooth."""

import cv2
import numpy as np
import numpy.typing as npt

from training.composite.view import View

Bools = npt.NDArray[np.bool_]

LONG_SIDE = 320
"""px to which a photo is reduced."""
ROUNDS = 4
FARTHEST = 25.0
"""m from the camera: floor beyond is not told from what stands on it."""


def given(corners: tuple[tuple[float, float], ...], width: int, height: int) -> Bools:
    """(height, width), inside a polygon whose corners are shares of width and height."""
    mask = np.zeros((height, width), np.uint8)
    points = np.array(corners) * (width, height) - 0.5
    cv2.fillPoly(mask, [np.rint(points * 16).astype(np.int32)], 1, shift=4)
    return mask > 0


def estimate(rgb: npt.NDArray[np.uint8], view: View) -> Bools:
    """(height, width): floor, by GrabCut (Rother et al., 2004) from what is near and what is above the horizon."""
    height, width = rgb.shape[:2]
    scale = min(1.0, LONG_SIDE / max(height, width))
    small = np.asarray(cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
    at = np.stack(np.meshgrid(np.arange(small.shape[1]), np.arange(small.shape[0])), axis=-1)
    ground = view.ground((at + 0.5) / scale - 0.5)
    distance = np.nan_to_num(np.hypot(ground[..., 0], ground[..., 1]), nan=np.inf)
    below = distance < FARTHEST
    if not below.any():
        return np.zeros((height, width), bool)
    labels = _grabbed(small, below, _likely(small, below))
    return cv2.resize(_tidy(labels & below).astype(np.uint8), (width, height), interpolation=cv2.INTER_LINEAR) > 0


def _likely(small: npt.NDArray[np.uint8], below: Bools) -> Bools:
    """The lower middle: whoever photographs a hall stands on its floor."""
    rows, columns = np.indices(below.shape)
    top = np.flatnonzero(below.any(axis=1))[0]
    depth = (rows - top) / max(1, below.shape[0] - top)
    inside = np.abs(columns / below.shape[1] - 0.5) < 0.18 + 0.27 * depth
    edges = cv2.morphologyEx(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    smooth = cv2.blur(edges.astype(np.float32), (9, 9))
    calm = smooth < max(12.0, float(np.percentile(smooth[below], 50)))
    return below & inside & (depth > 0.45) & calm


def _grabbed(small: npt.NDArray[np.uint8], below: Bools, likely: Bools) -> Bools:
    state = np.full(below.shape, cv2.GC_BGD, np.uint8)
    state[below] = cv2.GC_PR_BGD
    state[likely] = cv2.GC_PR_FGD
    if np.count_nonzero(likely) < 50 or np.count_nonzero(~likely) < 50:
        return likely
    blurred = cv2.bilateralFilter(cv2.cvtColor(small, cv2.COLOR_RGB2LAB), 7, 20, 5)
    cv2.setRNGSeed(1)
    background, foreground = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.grabCut(blurred, state, (0, 0, 1, 1), background, foreground, ROUNDS, cv2.GC_INIT_WITH_MASK)
    return (state == cv2.GC_FGD) | (state == cv2.GC_PR_FGD)


def _tidy(found: Bools) -> Bools:
    """The largest piece, without specks and spurs."""
    disk = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (5, 5))
    mask = cv2.morphologyEx(found.astype(np.uint8), cv2.MORPH_OPEN, disk)
    mask = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, disk)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=4)
    if count < 2:
        return np.zeros(found.shape, bool)
    largest = 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())
    kept: Bools = labels == largest
    return kept
