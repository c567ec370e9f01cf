"""One photo becomes one composite: a scene of what was put in, the camera that sees it, and a labelled frame."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import cv2
import numpy as np
import numpy.typing as npt

from factories.builder import furnish
from training.composite import blend, floor, look, placing, shadow
from training.composite.about import About
from training.composite.look import Look
from training.composite.photos import Mask, Photo
from training.composite.placing import Place
from training.composite.view import View, fitting
from twin import rendering
from twin.colour import linear, luminance
from twin.lenses import Lens
from twin.rendering.base import Frame, Renderer
from twin.rendering.quality import FULL
from twin.scene import Body, Geom, Light, Material, Pose, Scene, Shape

Pixels = TypeVar("Pixels", np.uint8, np.float32)

FINER = 2
"""Pixels drawn for each of the photo, each way; labels are those of pixel centres."""
COLORS = replace(FULL, supersampling=1)
"""The mean of finer pixels is taken here, of the objects alone."""
MAIN, FILL_LIGHT = 0.6, 0.35
"""Intensities of the main light and of what fills its shadows."""
CONCRETE = Material("composite_floor", (0.56, 0.55, 0.54))
STAGE = "composite_floor"
FLOOR_SIZE = 60.0
"""m, half of the floor that objects are drawn on, which darkens where they touch it and is not shown."""
MARGIN = 24
"""px around objects that are drawn with them."""
AROUND = 0.7
"""m of floor around an object that tell how bright it is there."""
LOCAL = 0.7
"""Exponent by which that counts: some of it is the floor's own colour."""
UNEVEN = (0.4, 1.8)
"""Least and most that it may say."""
USUAL_FLOOR = 0.3
"""Linear luminance of that floor where none of it is in the picture."""


@dataclass(frozen=True)
class Backdrop:
    """A photo at the size of the dataset, and what was found out about it."""

    photo: Photo
    rgb: npt.NDArray[np.uint8]
    view: View
    floor: npt.NDArray[np.bool_]
    before: Mask
    """Share of each pixel that stands before what is put in."""
    look: Look


@dataclass(frozen=True)
class Composite:
    """What goes into the dataset."""

    scene: Scene
    frame: Frame
    places: tuple[Place, ...]
    renderer: str
    """What drew it."""


def backdrop(photo: Photo, about: About, view: View, before: Mask | None, size: tuple[int, int]) -> Backdrop:
    """The photo cut to ``size`` about its middle, its free floor and its light."""
    rgb = np.ascontiguousarray(cut(photo.rgb, size))
    seen = view.looking_at(size)
    mask = np.zeros(rgb.shape[:2], np.float32) if before is None else np.clip(cut(before, size), 0, 1)
    if about.floor is not None:
        whole = floor.given(about.floor, *photo.size).astype(np.float32)
        free = cut(whole, size) > 0.5
    else:
        free = floor.estimate(rgb, seen)
    free &= np.isfinite(seen.floor_map).all(axis=2) & (mask < 0.5)
    return Backdrop(photo, rgb, seen, free, mask, look.estimate(rgb, seen, free))


def cut(image: npt.NDArray[Pixels], size: tuple[int, int]) -> npt.NDArray[Pixels]:
    """An image reduced (or enlarged) by one factor to cover ``size``, and cut to it about its middle."""
    height, width = image.shape[:2]
    scale = fitting(width, height, size)
    whole = (round(width * scale), round(height * scale))
    kind = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    scaled = image
    if whole != (width, height):
        scaled = np.asarray(cv2.resize(image, whole, interpolation=kind), image.dtype)
    left, top = (whole[0] - size[0]) // 2, (whole[1] - size[1]) // 2
    return scaled[top : top + size[1], left : left + size[0]]


def composite(given: Backdrop, kinds: Sequence[str], count: int, rng: np.random.Generator) -> Composite | None:
    """Put up to ``count`` objects in; None where there is no room for one."""
    places = tuple(placing.place(given.view, given.floor, kinds, count, rng))
    if not places:
        return None
    scene = _scene(given, places)
    with rendering.create(scene, quality="fast") as renderer:
        labels = renderer.render(scene.initial_poses, given.view.camera)
        kept = shadow.on_floor(renderer, given.view, places, given.look.towards)
        drawer = renderer.describe()
    hidden = given.before >= 0.5
    instance, depth = labels.instance.copy(), labels.depth.copy()
    instance[hidden], depth[hidden] = 0, 0
    drawn = _drawn(given, scene, labels.instance > 0)
    drawn = replace(drawn, light=drawn.light * _local_light(given, scene, places, labels.instance)[..., None])
    rgb = blend.blended(given.rgb, drawn, _on_floor_only(kept, given), given.before, given.look, rng)
    return Composite(scene, Frame(rgb, depth, instance), places, drawer)


def _scene(given: Backdrop, places: Sequence[Place]) -> Scene:
    """What was put in, the light that was estimated, and the camera."""
    objects = furnish(Path(given.photo.name).stem, [place.item for place in places])
    x, y, z = given.look.towards
    lights = (
        Light("directional", direction=(-x, -y, -z), intensity=MAIN, casts_shadow=True),
        Light("directional", direction=(0.8, 0.6 * math.copysign(1, y), -0.5), intensity=FILL_LIGHT),
    )
    red, green, blue = (given.rgb.reshape(-1, 3).mean(axis=0) / 255).round(3).tolist()
    return replace(objects, lights=lights, cameras=(given.view.camera,), background=(red, green, blue))


def _drawn(given: Backdrop, scene: Scene, shown: npt.NDArray[np.bool_]) -> blend.Drawn:
    """The objects' light, drawn finer, on a floor that is left out again."""
    lens = given.view.lens
    whole = blend.Drawn(np.zeros((*shown.shape, 3), np.float32), np.zeros(shown.shape, np.float32), USUAL_FLOOR)
    if not shown.any():
        return whole
    rows, columns = np.flatnonzero(shown.any(axis=1)), np.flatnonzero(shown.any(axis=0))
    top, left = max(0, rows[0] - MARGIN), max(0, columns[0] - MARGIN)
    bottom, right = min(lens.height, rows[-1] + 1 + MARGIN), min(lens.width, columns[-1] + 1 + MARGIN)
    part = replace(lens, width=int(right - left), height=int(bottom - top), cx=lens.cx - left, cy=lens.cy - top)
    with rendering.create(_on_stage(scene), quality=COLORS) as renderer:
        found = _fine(renderer, given.view, part)
    whole.light[top:bottom, left:right] = found.light
    whole.cover[top:bottom, left:right] = found.cover
    return replace(whole, floor=found.floor)


def _local_light(
    given: Backdrop, scene: Scene, places: Sequence[Place], instance: npt.NDArray[np.uint16]
) -> npt.NDArray[np.float32]:
    """By how much each object (height, width) is brighter than on floor of the usual brightness: halls are uneven."""
    found = np.ones(instance.shape, np.float32)
    for place in sorted(places, key=lambda one: -math.hypot(*one.item.at)):
        radius = AROUND + math.hypot(*place.item.footprint()) / 2
        level = look.around(given.rgb, given.view, given.floor, place.item.at, radius)
        if level is None:
            continue
        name = place.item.name
        ids = [i.id for i in scene.instances if i.name == name or i.name.startswith(f"{name}/")]
        shown = cv2.dilate(np.isin(instance, ids).astype(np.uint8), np.ones((7, 7), np.uint8)) > 0
        found[shown] = np.clip((level / max(given.look.floor, 1e-3)) ** LOCAL, *UNEVEN)
    return found


def _on_stage(scene: Scene) -> Scene:
    plane = Geom(Shape.PLANE, (FLOOR_SIZE, FLOOR_SIZE, 0.0), material=CONCRETE.name)
    return replace(scene, bodies=(Body(STAGE, Pose(), (plane,)), *scene.bodies), materials=(*scene.materials, CONCRETE))


def _fine(renderer: Renderer, view: View, lens: Lens) -> blend.Drawn:
    finer = lens.resized(FINER * lens.width, FINER * lens.height)
    frame = renderer.render(renderer.scene.initial_poses, replace(view.camera, lens=finer))
    ground = (frame.instance == 0) & (frame.depth > 0)
    seen = luminance(linear(frame.rgb)[ground])
    level = float(np.percentile(seen, 75)) if seen.size > 100 else USUAL_FLOOR
    return blend.reduced(frame.rgb, frame.instance > 0, FINER, level)


def _on_floor_only(kept: npt.NDArray[np.float32], given: Backdrop) -> npt.NDArray[np.float32]:
    """No shadow of the floor's is drawn onto what stands on it."""
    size = max(3, given.view.lens.width // 100) | 1
    disk = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    closed = cv2.morphologyEx(given.floor.astype(np.uint8), cv2.MORPH_CLOSE, disk)
    share = cv2.GaussianBlur(closed.astype(np.float32), (0, 0), size / 4)
    found: npt.NDArray[np.float32] = 1 - (1 - kept) * share
    return found
