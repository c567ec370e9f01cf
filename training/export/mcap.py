"""MCAP with Foxglove's schemas: a recording an episode, for Foxglove and for anything that reads MCAP. https://mcap.dev

| topic | schema | what |
|---|---|---|
| `/tf` | FrameTransforms | cameras and bodies that move, in `world` |
| `/CAMERA/image` | CompressedImage | PNG or JPEG |
| `/CAMERA/calibration` | CameraCalibration | K, distortion |
| `/CAMERA/depth` | RawImage 16UC1 | mm along the optical axis, 0 = no return |
| `/CAMERA/instance`, `/CAMERA/semantic` | RawImage 16UC1 | ids |
| `/CAMERA/boxes` | ImageAnnotations | 2D boxes of what is seen |
| `/boxes/static` (once), `/boxes/moving` | SceneUpdate | 3D boxes of all objects |
| `/lidar` | PointCloud | returns with instance and class, where they were recorded |
| `/step` | JSON | action, reward, observations |
"""

import json
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from training.dataset.episode_stream import TIME
from training.dataset.frames import Row, Rows
from training.dataset.schema import DEPTH, INSTANCE, SEMANTIC, EpisodeRecord
from training.export import Done, _lidar
from training.export._about import about
from training.export._boxes3d import Scenery
from training.export._foxglove import Messages, camera_frames
from training.export._objects import label_input
from training.export._optional import required
from training.export._selection import Image, Piece, Selection
from training.export._sequences import BOX_LABELS, STEP_ARRAYS, WHOLE, check_arrays, instruction
from training.export._workers import over_pieces
from twin.labels import compute

LOAD = """
```python
from mcap_protobuf.decoder import DecoderFactory
from mcap.reader import make_reader

with open("{split}/episode{episode}.mcap", "rb") as file:
    reader = make_reader(file, decoder_factories=[DecoderFactory()])
    for schema, channel, message, decoded in reader.iter_decoded_messages(topics=["/tf"]):
        ...
```

Messages of `/step` are JSON, all others Protobuf. Or open a file in Foxglove.
"""
STEP_SCHEMA = {"type": "object", "title": "Step", "additionalProperties": True}


def export(selection: Selection, folder: Path, done: Done) -> None:
    """``<split>/episode<number>.mcap``."""
    required("foxglove", "export")
    check_arrays(selection, TIME)
    for split in selection.splits:
        if any(True for _ in selection.episodes(split)):
            (folder / split).mkdir()
    facts = json.dumps(about(selection), sort_keys=True)
    for _ in over_pieces(partial(_write, folder, facts), selection, done, frames=WHOLE):
        pass


def _write(folder: Path, facts: str, selection: Selection, piece: Piece) -> None:
    foxglove = required("foxglove", "export")
    rows = selection.dataset.episode(piece.episode)
    record = rows.record
    context = foxglove.Context()
    options = required("foxglove.mcap", "export").MCAPWriteOptions(compression_threads=0)
    path = folder / piece.split / f"episode{record.episode:06d}.mcap"
    with foxglove.open_mcap(path, context=context, writer_options=options) as writer:
        channels = _Channels(context)
        for message in _messages(selection, piece, rows):
            channels.log(*message)
        writer.write_metadata("episode", _texts(record) | {"instruction": instruction(selection.dataset, record)})
        writer.write_metadata("dataset", {"about": facts, "licence": selection.dataset.meta.licence})


def _texts(record: EpisodeRecord) -> dict[str, str]:
    """MCAP keeps texts only; what is none becomes JSON."""
    values = record.model_dump(mode="json")
    return {name: value if isinstance(value, str) else json.dumps(value) for name, value in values.items()}


class _Channels:
    """One a topic, made when first used; its kind follows from the message."""

    def __init__(self, context: Any) -> None:
        self._context = context
        self._channels: dict[str, Any] = {}

    def log(self, topic: str, message: Any, nanoseconds: int) -> None:
        """One message."""
        if topic not in self._channels:
            self._channels[topic] = self._make(topic, message)
        self._channels[topic].log(message, log_time=nanoseconds)

    def _make(self, topic: str, message: Any) -> Any:
        if isinstance(message, dict):
            return required("foxglove", "export").Channel(topic, schema=STEP_SCHEMA, context=self._context)
        kind = getattr(required("foxglove.channels", "export"), f"{type(message).__name__}Channel")
        return kind(topic, context=self._context)


def _messages(selection: Selection, piece: Piece, rows: Rows) -> Iterator[tuple[str, Any, int]]:
    """Topic, message and time (ns) of everything, in the order of time."""
    images = selection.images_of(piece)
    scenery = Scenery.of(selection, piece.episode, rows)
    times = rows[TIME]
    steps = {name: rows[name] for name in rows if name.partition("/")[0] in STEP_ARRAYS}
    names = {entry.id: entry.name for entry in selection.classes}
    for step in range(rows.frames):
        made = Messages(float(times[step]))
        here = {camera.key: next(images) for camera in selection.cameras}
        for topic, message in _instant(selection, made, here, names):
            yield topic, message, made.nanoseconds
        frames = camera_frames(here)
        if scenery is not None:
            if step == 0:
                yield "/boxes/static", made.boxes(scenery.static, scenery.poses[0]), made.nanoseconds
            yield "/boxes/moving", made.boxes(scenery.moving, scenery.poses[step]), made.nanoseconds
            frames |= scenery.frames(step)
        if frames:
            yield "/tf", made.transforms(frames), made.nanoseconds
        if _lidar.recorded(rows):
            yield "/lidar", made.cloud(_lidar.returns(Row(rows.between(step, step + 1)))), made.nanoseconds
        yield "/step", {name: values[step].tolist() for name, values in steps.items()}, made.nanoseconds


def _instant(
    selection: Selection, made: Messages, images: Mapping[str, Image], names: Mapping[int, str]
) -> Iterator[tuple[str, Any]]:
    """What the cameras saw."""
    for key, image in images.items():
        yield f"/{key}/calibration", made.calibration(image)
        yield f"/{key}/image", made.picture(image, selection.image_format)
        yield f"/{key}/depth", made.numbers(image, DEPTH)
        yield f"/{key}/instance", made.numbers(image, INSTANCE)
        yield f"/{key}/semantic", made.numbers(image, SEMANTIC)
        labels = compute(label_input(selection, image), BOX_LABELS)
        kept = labels["visible_pixels"] >= selection.min_pixels
        yield f"/{key}/boxes", made.rectangles({name: rows[kept] for name, rows in labels.items()}, names)
