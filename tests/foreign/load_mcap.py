"""What an MCAP file holds, by the mcap library and Foxglove's published schemas: load_mcap.py FILE OUT.npz

Arrays are named TOPIC|STEP|FIELD. The last line tells topics, counts, metadata as JSON.
"""

import io
import json
import sys
from collections import Counter
from pathlib import Path

import numpy as np
from mcap.reader import make_reader
from mcap_protobuf.decoder import DecoderFactory
from PIL import Image


def pose(value):
    p, q = value.position, value.orientation
    return [p.x, p.y, p.z, q.w, q.x, q.y, q.z]


def fields(kind, message):
    if kind == "CompressedImage":
        yield "rgb", np.asarray(Image.open(io.BytesIO(message.data)))
        yield "frame", message.frame_id
    elif kind == "RawImage":
        yield "values", np.frombuffer(message.data, "<u2").reshape(message.height, message.step // 2)
    elif kind == "CameraCalibration":
        yield "K", np.reshape(message.K, (3, 3))
        yield "D", np.array(message.D)
        yield "size", np.array([message.width, message.height])
        yield "model", message.distortion_model
    elif kind == "FrameTransforms":
        for t in message.transforms:
            p, q = t.translation, t.rotation
            yield t.child_frame_id, np.array([p.x, p.y, p.z, q.w, q.x, q.y, q.z])
    elif kind == "ImageAnnotations":
        about = [{pair.key: pair.value for pair in line.metadata} for line in message.points]
        yield "instance", np.array([int(a["instance"]) for a in about])
        corners = [[[p.x, p.y] for p in line.points] for line in message.points]
        yield "corners", np.array(corners).reshape(-1, 4, 2)
    elif kind == "SceneUpdate":
        yield "instance", np.array([int(entity.id) for entity in message.entities])
        yield "pose", np.array([pose(entity.cubes[0].pose) for entity in message.entities]).reshape(-1, 7)
        sizes = [[e.cubes[0].size.x, e.cubes[0].size.y, e.cubes[0].size.z] for e in message.entities]
        yield "size", np.array(sizes).reshape(-1, 3)
    elif kind == "PointCloud":
        values = np.frombuffer(message.data, "<f4").reshape(-1, message.point_stride // 4)
        for i, field in enumerate(message.fields):
            yield field.name, values[:, i]


class JsonFactory:
    def decoder_for(self, message_encoding, schema):
        return json.loads if message_encoding == "json" else None


arrays, counts, times = {}, Counter(), {}
with Path(sys.argv[1]).open("rb") as file:
    reader = make_reader(file, validate_crcs=True, decoder_factories=[DecoderFactory(), JsonFactory()])
    summary = reader.get_summary()
    for schema, channel, message, decoded in reader.iter_decoded_messages():
        step = counts[channel.topic]
        counts[channel.topic] += 1
        times.setdefault(channel.topic, []).append(message.log_time)
        if channel.message_encoding == "json":
            found = {name: np.asarray(value) for name, value in decoded.items()}.items()
        else:
            found = fields(schema.name.removeprefix("foxglove."), decoded)
        for name, value in found:
            arrays[f"{channel.topic}|{step}|{name}"] = np.asarray(value)
    metadata = {record.name: record.metadata for record in reader.iter_metadata()}
np.savez(sys.argv[2], **arrays)
schemas = {channel.topic: summary.schemas[channel.schema_id].name for channel in summary.channels.values()}
print(json.dumps({"schemas": schemas, "counts": counts, "times": times, "metadata": metadata}))
