"""Camera frames on their way into arrays and back."""

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from training.dataset.image_kernels import scaled_to_uint16
from training.dataset.schema import (
    DEPTH,
    EXTRINSICS,
    INSTANCE,
    INTRINSICS,
    RGB,
    SEMANTIC,
    AnyArray,
    ArraySpec,
    CameraModel,
    camera_key,
)
from twin.geometry import FloatArray
from twin.lenses import Distortion, Lens
from twin.rendering.base import Frame
from twin.scene import WORLD, Camera, Pose, Scene, pose_world_camera
from twin.taxonomy import class_id

if TYPE_CHECKING:
    from twin.labels import LabelInput

MILLIMETRES = 1000.0


@lru_cache(maxsize=64)
def model(camera: Camera) -> CameraModel:
    """How a camera is described in the root attributes."""
    lens = camera.lens
    return CameraModel(
        name=camera.name,
        key=camera_key(camera.name),
        width=lens.width,
        height=lens.height,
        near=lens.near,
        far=lens.far,
        model=lens.distortion.model if lens.distortion else "pinhole",
        distortion=lens.distortion.coefficients if lens.distortion else (),
    )


def arrays(camera: CameraModel) -> list[ArraySpec]:
    """The arrays of one camera."""
    rows = camera.rows()
    about = (
        (RGB, "", "sRGB image"),
        (DEPTH, "mm", "distance along the optical axis; 0 = no return"),
        (INSTANCE, "", "instance ids of the scene; 0 = background"),
        (SEMANTIC, "", "class ids of the taxonomy; 0 = background"),
        (INTRINSICS, "px", "K; the centre of the first pixel is (0, 0)"),
        (EXTRINSICS, "m", "x y z qw qx qy qz of the camera's OpenCV frame in the world"),
    )
    return [
        ArraySpec(name=camera.array(name), dtype=rows[name][0], shape=rows[name][1], unit=unit, description=description)
        for name, unit, description in about
    ]


def class_lookup(scene: Scene) -> npt.NDArray[np.uint16]:
    """Class id of each instance id; 0 stays background."""
    table = np.zeros(max((i.id for i in scene.instances), default=0) + 1, np.uint16)
    for instance in scene.instances:
        table[instance.id] = class_id(instance.class_name)
    return table


def millimetres(depth: npt.NDArray[np.float32]) -> npt.NDArray[np.uint16]:
    """Depth as stored; what is not finite or deeper than 65.535 m is no return."""
    stored = np.empty(depth.shape, np.uint16)
    scaled_to_uint16(np.ascontiguousarray(depth, np.float32).ravel(), np.float32(MILLIMETRES), stored.ravel())
    return stored


def row(
    frame: Frame, camera: Camera, scene: Scene, poses: FloatArray, classes: npt.NDArray[np.uint16]
) -> dict[str, AnyArray]:
    """The values of one camera's arrays for one frame; ``classes`` from ``class_lookup``."""
    names = model(camera)
    return {
        names.array(RGB): frame.rgb,
        names.array(DEPTH): millimetres(frame.depth),
        names.array(INSTANCE): frame.instance,
        names.array(SEMANTIC): classes.take(frame.instance),
        names.array(INTRINSICS): camera.lens.matrix(),
        names.array(EXTRINSICS): pose_world_camera(scene, camera, poses),
    }


def stored_camera(values: Mapping[str, AnyArray], names: CameraModel) -> Camera:
    """A camera in the world where the recorded one stood."""
    k = values[names.array(INTRINSICS)]
    fx, fy, cx, cy = (float(v) for v in (k[0, 0], k[1, 1], k[0, 2], k[1, 2]))
    distortion = Distortion(names.model, names.distortion) if names.model != "pinhole" else None
    lens = Lens(names.width, names.height, fx, fy, cx, cy, names.near, names.far, distortion)
    return Camera(names.name, WORLD, Pose.of(values[names.array(EXTRINSICS)]), lens)


def stored_frame(values: Mapping[str, AnyArray], names: CameraModel) -> Frame:
    """The frame as it was rendered, its depth rounded to millimetres."""
    depth = values[names.array(DEPTH)].astype(np.float32) / np.float32(MILLIMETRES)
    return Frame(values[names.array(RGB)], depth, values[names.array(INSTANCE)])


def label_input(values: Mapping[str, AnyArray], names: CameraModel, scene: Scene, poses: FloatArray) -> "LabelInput":
    """What ``twin.labels`` works from, for one stored frame."""
    from twin.labels import LabelInput

    return LabelInput(stored_frame(values, names), scene, poses, stored_camera(values, names))
