"""How lenses bend light: OpenCV's models, forwards and backwards.

Both are polynomials, and polynomials fold back: past some angle a point would reappear inside the image. What lies
beyond is not seen, and a pixel out there looks nowhere: both are NaN here.
"""

from functools import lru_cache
from math import atan, radians, tan

import cv2
import numpy as np

from twin.geometry import FloatArray
from twin.lenses import Distortion, Lens

WIDEST = radians(88)
"""Angle to the optical axis beyond which nothing is seen: depth along the axis goes to zero at a right angle."""
_CRITERIA = (cv2.TERM_CRITERIA_MAX_ITER | cv2.TERM_CRITERIA_EPS, 500, 1e-14)
"""OpenCV's own five steps leave up to a fifth of a pixel."""
_AGREEMENT = 1e-3
"""px between a pixel and the image of its ray."""
_NODES = 100_001
_NOTHING = 1e-12
"""Coefficients that no calibration means."""
_STILL = np.zeros(3)


def project(lens: Lens, points: FloatArray) -> FloatArray:
    """Pixels (..., 2) of points (..., 3) in the camera frame; NaN for what the lens does not see."""
    distortion = _distortion(lens)
    with np.errstate(divide="ignore", invalid="ignore"):
        slopes = points[..., :2] / points[..., 2:]
    seen = (points[..., 2] > 0) & (np.hypot(slopes[..., 0], slopes[..., 1]) <= tan(reach(distortion)))
    pixels = np.full(slopes.shape, np.nan)
    if seen.any():
        pixels[seen] = _forward(lens, slopes[seen])
    return pixels


def unproject(lens: Lens, pixels: FloatArray) -> FloatArray:
    """Slopes (..., 2) x/z and y/z of the rays through pixels (..., 2); NaN for pixels that look nowhere."""
    distortion = _distortion(lens)
    flat = np.ascontiguousarray(pixels, dtype=np.float64).reshape(-1, 2)
    slopes = _backward_fisheye(lens, flat) if distortion.model == "fisheye" else _backward_brown(lens, flat)
    found = np.hypot(slopes[:, 0], slopes[:, 1]) <= tan(reach(distortion))
    again = np.full(flat.shape, np.nan)
    if found.any():
        again[found] = _forward(lens, slopes[found])
    found &= np.abs(again - flat).max(axis=1, initial=0) <= _AGREEMENT  # NaN is not
    slopes[~found] = np.nan
    return slopes.reshape(np.shape(pixels))


@lru_cache(maxsize=256)
def reach(distortion: Distortion) -> float:
    """Angle (rad) to the optical axis up to which pixels move outwards with it."""
    k = distortion.coefficients
    if distortion.model == "fisheye":  # of theta: theta + k1 theta^3 + k2 theta^5 + ...
        return min(WIDEST, _first_turn((1.0, 3 * k[0], 5 * k[1], 7 * k[2], 9 * k[3])))
    # of the slope: r + k1 r^3 + k2 r^5 + k3 r^7
    return min(WIDEST, atan(_first_turn((1.0, 3 * k[0], 5 * k[1], 7 * k[4]))))


def _first_turn(derivative: tuple[float, ...]) -> float:
    """Smallest x > 0 where a polynomial in x squared, lowest power first, is zero; infinite where there is none."""
    falling = np.array(derivative[::-1])
    falling[np.abs(falling) < _NOTHING] = 0.0
    roots = np.roots(falling)
    real = roots.real[(np.abs(roots.imag) < 1e-9) & (roots.real > 0)]
    return float(np.sqrt(real.min())) if real.size else float("inf")


def _forward(lens: Lens, slopes: FloatArray) -> FloatArray:
    points = np.concatenate([slopes, np.ones((len(slopes), 1))], axis=1).reshape(-1, 1, 3)
    distortion = _distortion(lens)
    model = cv2.fisheye.projectPoints if distortion.model == "fisheye" else cv2.projectPoints
    pixels, _ = model(points, _STILL, _STILL, lens.matrix(), np.array(distortion.coefficients))
    return np.asarray(pixels, dtype=np.float64).reshape(-1, 2)


def _backward_brown(lens: Lens, pixels: FloatArray) -> FloatArray:
    coefficients = np.array(_distortion(lens).coefficients)
    slopes = cv2.undistortPoints(pixels[:, None], lens.matrix(), coefficients, None, None, None, _CRITERIA)
    return np.asarray(slopes, dtype=np.float64).reshape(-1, 2)


def _backward_fisheye(lens: Lens, pixels: FloatArray) -> FloatArray:
    """Looked up in OpenCV's projection of all angles: its own inverse takes radii above pi / 2 for pi / 2."""
    distortion = _distortion(lens)
    angles = np.linspace(0.0, reach(distortion), _NODES)
    ideal = Lens(fx=1.0, fy=1.0, cx=0.0, cy=0.0, distortion=distortion)
    radii = _forward(ideal, np.stack([np.tan(angles), np.zeros(_NODES)], axis=1))[:, 0]
    places = (pixels - (lens.cx, lens.cy)) / (lens.fx, lens.fy)
    radius = np.hypot(places[:, 0], places[:, 1])
    slope = np.tan(np.interp(radius, radii, angles, right=np.nan))
    return places * np.divide(slope, radius, out=np.ones_like(slope), where=radius > 0)[:, None]


def _distortion(lens: Lens) -> Distortion:
    if lens.distortion is None:
        raise ValueError("a pinhole does not bend")
    return lens.distortion
