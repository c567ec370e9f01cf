"""Recorded values as Foxglove's messages. https://docs.foxglove.dev/docs/sdk/schemas"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from training.dataset.schema import EXTRINSICS, INTRINSICS, RGB, AnyArray, CameraModel
from training.export._boxes3d import COLORS, Boxes
from training.export._lidar import Returns
from training.export._optional import required
from training.export._pictures import encode_rgb
from training.export._selection import Image
from twin.geometry import FloatArray

WORLD = "world"
DISTORTION_MODELS = {"pinhole": "", "brown_conrady": "plumb_bob", "fisheye": "kannala_brandt"}
FILL = 0.25
"""Opacity of boxes."""


class Messages:
    """Makes messages of one instant."""

    def __init__(self, seconds: float) -> None:
        self._types = required("foxglove.messages", "export")
        self.nanoseconds = round(seconds * 1e9)
        self._at = self._types.Timestamp(*divmod(self.nanoseconds, 1_000_000_000))

    def transforms(self, frames: Mapping[str, FloatArray]) -> Any:
        """Where frames stand in the world: name -> pose (7,)."""
        t = self._types
        return t.FrameTransforms(
            transforms=[
                t.FrameTransform(
                    timestamp=self._at,
                    parent_frame_id=WORLD,
                    child_frame_id=name,
                    translation=t.Vector3(x=pose[0], y=pose[1], z=pose[2]),
                    rotation=self._quaternion(pose),
                )
                for name, pose in frames.items()
            ]
        )

    def calibration(self, image: Image) -> Any:
        """Intrinsics and distortion; foxglove's camera frame is ours."""
        k, camera = image[INTRINSICS], image.camera
        return self._types.CameraCalibration(
            timestamp=self._at,
            frame_id=frame_id(camera),
            width=camera.width,
            height=camera.height,
            distortion_model=DISTORTION_MODELS[camera.model],
            D=list(camera.distortion),
            K=k.ravel().tolist(),
            R=np.eye(3).ravel().tolist(),
            P=np.hstack([k, np.zeros((3, 1))]).ravel().tolist(),
        )

    def picture(self, image: Image, ending: str) -> Any:
        """The RGB image, compressed."""
        name = {"jpg": "jpeg"}.get(ending, ending)
        data = encode_rgb(f".{ending}", image[RGB])
        return self._types.CompressedImage(timestamp=self._at, frame_id=frame_id(image.camera), data=data, format=name)

    def numbers(self, image: Image, array: str) -> Any:
        """A uint16 image as it is: depth in millimetres, or ids."""
        values, camera = image[array], image.camera
        return self._types.RawImage(
            timestamp=self._at,
            frame_id=frame_id(camera),
            width=camera.width,
            height=camera.height,
            encoding="16UC1",
            step=2 * camera.width,
            data=values.astype("<u2").tobytes(),
        )

    def rectangles(self, labels: Mapping[str, AnyArray], names: Mapping[int, str]) -> Any:
        """2D boxes of the classes in ``names``.

        ``labels``: ``instance_id``, ``class_id`` and ``bounding_box_2d_tight``.
        """
        t, lines, texts = self._types, [], []
        columns = (labels[name].tolist() for name in ("instance_id", "class_id", "bounding_box_2d_tight"))
        for instance, class_id, (left, top, right, bottom) in zip(*columns, strict=True):
            if class_id not in names:
                continue
            color = self._color(names[class_id], 1.0)
            corners = ((left, top), (right, top), (right, bottom), (left, bottom))
            lines.append(
                t.PointsAnnotation(
                    timestamp=self._at,
                    type=t.PointsAnnotationType.LineLoop,
                    points=[t.Point2(x=float(x), y=float(y)) for x, y in corners],
                    outline_color=color,
                    thickness=1.0,
                    metadata=self._pairs({"class": names[class_id], "instance": instance}),
                )
            )
            position = t.Point2(x=float(left), y=float(top))
            text = t.TextAnnotation(
                timestamp=self._at, position=position, text=names[class_id], font_size=8.0, text_color=color
            )
            texts.append(text)
        return t.ImageAnnotations(points=lines, texts=texts)

    def boxes(self, boxes: Boxes, poses: FloatArray) -> Any:
        """3D boxes in the world, one entity an object; an entity replaces the one of before."""
        t = self._types
        entities = []
        for instance, pose, size in zip(boxes.instances, boxes.poses(poses), boxes.sizes, strict=True):
            cube = t.CubePrimitive(
                pose=t.Pose(position=t.Vector3(x=pose[0], y=pose[1], z=pose[2]), orientation=self._quaternion(pose)),
                size=t.Vector3(x=size[0], y=size[1], z=size[2]),
                color=self._color(instance.class_name, FILL),
            )
            about = {"class": instance.class_name, "name": instance.name, "instance": instance.id}
            entities.append(
                t.SceneEntity(
                    timestamp=self._at,
                    frame_id=WORLD,
                    id=str(instance.id),
                    metadata=self._pairs(about),
                    cubes=[cube],
                )
            )
        return t.SceneUpdate(entities=entities)

    def cloud(self, returns: Returns) -> Any:
        """What the lidar hit, in the world, and of what it is."""
        t = self._types
        axes = dict(zip("xyz", returns.points.T, strict=True))
        columns = {**axes, "range": returns.range, "instance": returns.instance, "class_id": returns.class_id}
        packed = np.stack(list(columns.values()), axis=1).astype("<f4")
        kind = t.PackedElementFieldNumericType.Float32
        return t.PointCloud(
            timestamp=self._at,
            frame_id=WORLD,
            point_stride=4 * len(columns),
            fields=[t.PackedElementField(name=name, offset=4 * i, type=kind) for i, name in enumerate(columns)],
            data=packed.tobytes(),
        )

    def _quaternion(self, pose: FloatArray) -> Any:
        w, x, y, z = pose[3:]
        return self._types.Quaternion(x=x, y=y, z=z, w=w)

    def _color(self, class_name: str, opacity: float) -> Any:
        r, g, b = (value / 255 for value in COLORS[class_name])
        return self._types.Color(r=r, g=g, b=b, a=opacity)

    def _pairs(self, values: Mapping[str, object]) -> list[Any]:
        return [self._types.KeyValuePair(key=key, value=str(value)) for key, value in values.items()]


def frame_id(camera: CameraModel) -> str:
    """Of a camera's optical frame."""
    return f"camera/{camera.key}"


def camera_frames(images: Mapping[str, Image]) -> dict[str, FloatArray]:
    """Poses of the cameras' frames."""
    return {frame_id(image.camera): image[EXTRINSICS] for image in images.values()}
