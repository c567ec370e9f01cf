"""Rerun: a recording an episode, to look at in Rerun's viewer. https://rerun.io/docs

| entity | what |
|---|---|
| `world/cameras/CAMERA` | pose and pinhole; below it `rgb`, `depth`, `instance`, `semantic`, `boxes` |
| `world/boxes/static`, `world/boxes/moving` | 3D boxes of all objects |
| `world/lidar` | returns with class and instance, where they were recorded |
| `world/bodies/NAME` | poses of the bodies that move |
| `step/...` | actions, reward and observations as curves |
| `instruction` | what was to be done |

Timelines: `time` since the episode began, and `frame`. Rerun's pinhole bends no rays: lenses that do are described in
the recording's property `dataset`, and 3D boxes do not lie over their images exactly.
"""

import json
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from training.dataset.cameras import MILLIMETRES
from training.dataset.episode_stream import TIME
from training.dataset.frames import Row, Rows
from training.dataset.schema import DEPTH, EXTRINSICS, INSTANCE, INTRINSICS, RGB, SEMANTIC, AnyArray
from training.export import Done, _lidar
from training.export._about import about
from training.export._boxes3d import COLORS, Boxes, Scenery
from training.export._objects import label_input
from training.export._optional import required
from training.export._pictures import encode_gray, encode_rgb
from training.export._selection import Image, Piece, Selection
from training.export._sequences import BOX_LABELS, STEP_ARRAYS, WHOLE, check_arrays, instruction
from training.export._workers import over_pieces
from twin.geometry import FloatArray
from twin.labels import compute

LOAD = """
```sh
rerun {split}/episode{episode}.rrd
```
"""
MEDIA = {"png": "image/png", "jpg": "image/jpeg"}


def export(selection: Selection, folder: Path, done: Done) -> None:
    """``<split>/episode<number>.rrd``."""
    required("rerun", "rerun")
    check_arrays(selection, TIME)
    facts = json.dumps(about(selection), sort_keys=True)
    for _ in over_pieces(partial(_write, folder, facts), selection, done, frames=WHOLE):
        pass


def _write(folder: Path, facts: str, selection: Selection, piece: Piece) -> None:
    rr = required("rerun", "rerun")
    rows = selection.dataset.episode(piece.episode)
    record = rows.record
    path = folder / piece.split / f"episode{record.episode:06d}.rrd"
    path.parent.mkdir(exist_ok=True)
    recording = rr.RecordingStream(selection.dataset.meta.name, recording_id=record.digest, send_properties=False)
    recording.save(path)
    recording.set_log_time_enabled(enabled=False)
    recording.send_property("episode", rr.AnyValues(json=record.model_dump_json()))
    recording.send_property("dataset", rr.AnyValues(json=facts, licence=selection.dataset.meta.licence))
    _Log(recording, selection, piece.episode, rows).everything(selection.images_of(piece))
    recording.flush()
    recording.disconnect()


class _Log:
    """Writes one episode."""

    def __init__(self, recording: Any, selection: Selection, episode: int, rows: Rows) -> None:
        self._rr = required("rerun", "rerun")
        self._recording, self._selection, self._rows = recording, selection, rows
        self._scenery = Scenery.of(selection, episode, rows)
        self._task = instruction(selection.dataset, rows.record)

    def everything(self, images: Any) -> None:
        """``images`` gives the images of the episode in order."""
        self._once()
        times = self._rows[TIME]
        steps = {name: self._rows[name] for name in self._rows if name.partition("/")[0] in STEP_ARRAYS}
        for step in range(self._rows.frames):
            self._recording.set_time("time", duration=float(times[step]))
            self._recording.set_time("frame", sequence=step)
            for _ in self._selection.cameras:
                self._camera(next(images))
            if self._scenery is not None:
                self._bodies(self._scenery, step)
            if _lidar.recorded(self._rows):
                self._lidar(_lidar.returns(Row(self._rows.between(step, step + 1))))
            self._step({name: values[step] for name, values in steps.items()})

    def _once(self) -> None:
        rr = self._rr
        classes = [
            rr.AnnotationInfo(id=entry.id, label=entry.name, color=COLORS.get(entry.name))
            for entry in self._selection.dataset.meta.taxonomy
        ]
        self._log(
            "/",
            rr.AnnotationContext([rr.AnnotationInfo(id=0, label="background", color=(0, 0, 0)), *classes]),
            static=True,
        )
        self._log("world", rr.ViewCoordinates.RIGHT_HAND_Z_UP, static=True)
        self._log("instruction", rr.TextDocument(self._task), static=True)
        if self._scenery is not None:
            self._log("world/boxes/static", *self._boxes(self._scenery.static, self._scenery.poses[0]), static=True)

    def _camera(self, image: Image) -> None:
        rr, camera, selection = self._rr, image.camera, self._selection
        path, size = f"world/cameras/{camera.key}", (camera.width, camera.height)
        self._log(path, self._pose(image[EXTRINSICS]))
        axes = rr.ViewCoordinates.RDF
        self._log(path, rr.Pinhole(image_from_camera=image[INTRINSICS], resolution=size, camera_xyz=axes))
        picture = encode_rgb(f".{selection.image_format}", image[RGB])
        self._log(f"{path}/rgb", rr.EncodedImage(contents=picture, media_type=MEDIA[selection.image_format]))
        depth = rr.EncodedDepthImage(encode_gray(image[DEPTH]), media_type=MEDIA["png"], meter=MILLIMETRES)
        self._log(f"{path}/depth", depth)
        self._log(f"{path}/instance", rr.SegmentationImage(image[INSTANCE], opacity=0.0))
        self._log(f"{path}/semantic", rr.SegmentationImage(image[SEMANTIC], opacity=0.3))
        labels = compute(label_input(selection, image), BOX_LABELS)
        kept = np.isin(labels["class_id"], list(selection.category.values()))
        kept &= labels["visible_pixels"] >= selection.min_pixels
        boxes = labels["bounding_box_2d_tight"][kept]
        shown = rr.Boxes2D(array=boxes, array_format=rr.Box2DFormat.XYXY, class_ids=labels["class_id"][kept])
        self._log(f"{path}/boxes", shown, rr.AnyValues(instance=labels["instance_id"][kept]))

    def _bodies(self, scenery: Scenery, step: int) -> None:
        for name, pose in scenery.frames(step).items():
            self._log(f"world/bodies/{self._rr.escape_entity_path_part(name)}", self._pose(pose))
        self._log("world/boxes/moving", *self._boxes(scenery.moving, scenery.poses[step]))

    def _lidar(self, found: _lidar.Returns) -> None:
        points = self._rr.Points3D(found.points, class_ids=found.class_id)
        self._log("world/lidar", points, self._rr.AnyValues(instance=found.instance))

    def _boxes(self, boxes: Boxes, poses: FloatArray) -> tuple[Any, Any]:
        rr, placed = self._rr, boxes.poses(poses)
        ids = [self._selection.category[instance.class_name] for instance in boxes.instances]
        drawn = rr.Boxes3D(
            centers=placed[:, :3],
            half_sizes=boxes.sizes / 2,
            quaternions=_xyzw(placed[:, 3:]),
            class_ids=np.array(ids, dtype=np.uint16),
        )
        return drawn, rr.AnyValues(instance=np.array([instance.id for instance in boxes.instances], dtype=np.uint16))

    def _step(self, values: Mapping[str, AnyArray]) -> None:
        for name, value in values.items():
            self._log(f"step/{name}", self._rr.Scalars(np.asarray(value, dtype=np.float64).ravel()))

    def _pose(self, pose: FloatArray) -> Any:
        return self._rr.Transform3D(translation=pose[:3], quaternion=_xyzw(pose[3:]))

    def _log(self, path: str, *values: Any, static: bool = False) -> None:
        self._recording.log(path, *values, static=static, strict=True)


def _xyzw(quaternions: FloatArray) -> FloatArray:
    """Rerun's order."""
    return np.roll(quaternions, -1, axis=-1)
