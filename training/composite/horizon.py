"""Where the horizon lies in a photo, from the vanishing points of straight lines.

A horizon is judged by how much of the length of all line segments points at three places on it (after Simon, Fond and
Berger, 2018: candidates first, vanishing points on them second). Upright segments tell how the camera was tilted.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

LONG_SIDE = 800
"""px to which a photo is reduced."""
WITHIN = (-0.6, 0.5)
"""Heights below the middle that are looked at."""
LOWEST = 0.35
"""Heights below the middle: photos that show a floor have their horizon above it."""
SHORTEST = 0.02
"""Of the long side: segments that are shorter tell nothing."""
TOLERANCE = np.radians(2.0)
"""By which a segment may miss what it points at."""
UPRIGHT = np.radians(18.0)
LEVEL = np.radians(3.0)
"""Segments nearer to the horizon's direction meet it nowhere."""
MAX_ROLL = np.radians(12.0)
POINTS = 3
"""Vanishing points that count."""
PRIOR = (0.45, 0.2)
"""Mean and deviation of where horizons are, in heights from the top."""
UPRIGHTS_SAY = 0.07
"""Deviation, in heights, of what the convergence of uprights says."""
GUESS = 0.4
"""Share of it that is added where the lens is a guess."""
TELLS_LENS = 0.1
"""Heights between horizon and middle from which on uprights tell the focal length."""
LENSES = (0.45, 2.5)
"""Focal lengths in widths that are believed."""
LEAST_SHARE = 0.25
"""Of the segments' length that has to point at the horizon for it to be believed."""
LEAST_LENGTH = 2.5
"""Long sides that this length makes at least."""
LEAST_GAIN = 1.2
"""Times by which the horizon beats the mean of all candidates."""


@dataclass(frozen=True, slots=True)
class Horizon:
    """A line, given by its y at the left and at the right edge, as shares of the photo's height from the top."""

    left: float
    right: float
    points: tuple[float, ...] = ()
    """x of the vanishing points on it, as shares of the photo's width, the strongest first."""
    focal: float | None = None
    """px, where uprights tell it and it was a guess."""
    share: float = 1.0
    """Of the length of the segments that may tell: how much points at them."""


def estimate(rgb: npt.NDArray[np.uint8], focal: float, *, guessed: bool = False) -> Horizon | None:
    """The horizon of a photo (height, width, 3); None where too few lines agree on one.

    ``focal`` (px), ``guessed`` or known, is what the convergence of uprights is read with.
    """
    height, width = rgb.shape[:2]
    scale = LONG_SIDE / max(height, width)
    segments = _segments(rgb, scale)
    if len(segments) < 8:
        return None
    segments -= np.tile([width * scale / 2, height * scale / 2], 2)
    roll, converge = _lean(segments)
    prior = (PRIOR[0] - 0.5) * height * scale, PRIOR[1] * height * scale
    if converge is not None:  # uprights of a camera pitched by p lean by x tan(p) / f, and the horizon is f tan(p) up
        up = -converge * (focal * scale) ** 2
        prior = up, UPRIGHTS_SAY * height * scale + GUESS * guessed * abs(up)
    found = _best(_turned(segments, -roll), height * scale, prior)
    if found is None:
        return None
    offset, azimuths, share = found
    slope = np.tan(roll)
    middle = 0.5 + offset / np.cos(roll) / (height * scale)
    half = slope * width / 2 / height
    points = tuple(float(0.5 + (x * np.cos(roll) - offset * np.sin(roll)) / (width * scale)) for x in azimuths)
    told = _focal(offset, converge, width * scale, height * scale) if guessed else None
    return Horizon(float(middle - half), float(middle + half), points, told and told / scale, share)


def _focal(offset: float, converge: float | None, width: float, height: float) -> float | None:
    """From where the horizon is and how uprights converge; None where that says little."""
    if converge is None or abs(offset) < TELLS_LENS * height or offset * converge >= 0:
        return None
    focal = float(np.sqrt(-offset / converge))
    return focal if LENSES[0] < focal / width < LENSES[1] else None


def _segments(rgb: npt.NDArray[np.uint8], scale: float) -> Floats:
    """(n, 4): x, y of both ends in the reduced photo."""
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    kind = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=kind)
    lines = cv2.createLineSegmentDetector(cv2.LSD_REFINE_STD).detect(small)[0]
    if lines is None:
        return np.zeros((0, 4))
    found = np.asarray(lines, np.float64).reshape(-1, 4)
    return found[np.hypot(found[:, 2] - found[:, 0], found[:, 3] - found[:, 1]) > SHORTEST * LONG_SIDE]


def _lean(segments: Floats) -> tuple[float, float | None]:
    """By how much uprights lean (rad clockwise) in the middle of the image, and how much more a px further right.

    A straight line of lean over x, fitted robustly; 0 and None where uprights are few.
    """
    d = segments[:, 2:] - segments[:, :2]
    d = np.where(d[:, 1:] < 0, -d, d)
    length, lean = np.hypot(*d.T), np.arctan2(-d[:, 0], d[:, 1])
    kept = np.abs(lean) < UPRIGHT
    if np.count_nonzero(kept) < 6:
        return 0.0, None
    x, lean, length = (segments[kept, 0] + segments[kept, 2]) / 2, lean[kept], length[kept]
    design = np.stack([np.ones(len(x)), x], axis=1)
    solution = np.zeros(2)
    for _ in range(30):  # reweighted least squares, Cauchy's weights
        weights = length / (1 + ((lean - design @ solution) / np.radians(1.5)) ** 2)
        solution = np.linalg.lstsq(design * weights[:, None] ** 0.5, lean * weights**0.5, rcond=None)[0]
    roll, slope = float(solution[0]), float(solution[1])
    wide = np.sqrt(np.average((x - x.mean()) ** 2, weights=length)) > 0.12 * LONG_SIDE
    return (roll, slope if wide and len(x) >= 12 else None) if abs(roll) < MAX_ROLL else (0.0, None)


def _turned(segments: Floats, angle: float) -> Floats:
    c, s = np.cos(angle), np.sin(angle)
    return (segments.reshape(-1, 2) @ np.array([[c, s], [-s, c]])).reshape(-1, 4)


def _best(segments: Floats, height: float, prior: tuple[float, float]) -> tuple[float, list[float], float] | None:
    """Offset of the horizon below the middle (px), x of its vanishing points (px), share; segments about the middle."""
    d = segments[:, 2:] - segments[:, :2]
    length, angle = np.hypot(*d.T), np.arctan2(d[:, 1], d[:, 0])
    tilt = np.abs(np.angle(np.exp(2j * angle))) / 2
    telling = (tilt > LEVEL) & (tilt < np.pi / 2 - UPRIGHT)
    middle, unit, length = (
        ((segments[:, :2] + segments[:, 2:]) / 2)[telling],
        (d / length[:, None])[telling],
        length[telling],
    )
    if length.sum() < LEAST_LENGTH * LONG_SIDE:
        return None
    offsets = np.linspace(*WITHIN, 89) * height
    places = np.tan(np.radians(np.linspace(-78, 78, 105))) * 0.8 * LONG_SIDE
    scores, points = np.zeros(len(offsets)), []
    for k, offset in enumerate(offsets):
        score, chosen = _support(middle, unit, length, offset, places)
        scores[k] = score
        points.append(chosen)
    judged = scores * np.exp(-0.5 * ((offsets - prior[0]) / prior[1]) ** 2)
    best = int(np.where(offsets < LOWEST * height, judged, 0).argmax())
    share = float(scores[best] / length.sum())
    if share < LEAST_SHARE or scores[best] < LEAST_GAIN * scores.mean():
        return None
    return float(_peak(offsets, judged, best)), points[best], share


def _support(middle: Floats, unit: Floats, length: Floats, offset: float, places: Floats) -> tuple[float, list[float]]:
    """Length of the segments that point at the best ``POINTS`` places of one horizon, and these places."""
    to = np.stack(np.broadcast_arrays(places[None] - middle[:, :1], offset - middle[:, 1:]), axis=-1)
    across = np.abs(to[..., 0] * unit[:, 1:] - to[..., 1] * unit[:, :1]) / np.maximum(
        np.hypot(*np.moveaxis(to, -1, 0)), 1
    )
    votes = length[:, None] * np.maximum(0, 1 - (across / TOLERANCE) ** 2)
    score, chosen = 0.0, []
    for _ in range(POINTS):
        k = int(votes.sum(axis=0).argmax())
        score += float(votes[:, k].sum())
        chosen.append(float(places[k]))
        votes = votes * (votes[:, k] == 0)[:, None]
    return score, chosen


def _peak(offsets: Floats, values: Floats, best: int) -> float:
    """Between the samples, by a parabola through the three around the best."""
    if not 0 < best < len(values) - 1:
        return float(offsets[best])
    before, at, after = values[best - 1 : best + 2]
    bend = before - 2 * at + after
    return float(offsets[best] + (offsets[1] - offsets[0]) * (0.5 * (before - after) / bend if bend < 0 else 0.0))
