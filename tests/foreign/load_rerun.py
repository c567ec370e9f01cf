"""Everything in a Rerun recording, by Rerun's own reader: load_rerun.py FILE OUT.npz

Arrays are named ENTITY|FRAME|COMPONENT; the frame is -1 for what holds always. Pictures are decoded.
"""

import io
import json
import sys

import numpy as np
from PIL import Image
from rerun.chunk import RrdReader

arrays, texts = {}, {}
for chunk in RrdReader(sys.argv[1]).stream().to_chunks():
    batch = chunk.to_record_batch()
    columns = {name: batch.column(name) for name in batch.schema.names}
    for row in range(chunk.num_rows):
        frame = -1 if chunk.is_static else columns["frame"][row].as_py()
        if not chunk.is_static:
            arrays[f"time|{frame}|s"] = np.asarray(columns["time"][row].value / 1e9)
        for name, column in columns.items():
            if name in ("frame", "time") or name.startswith("rerun."):
                continue
            value = column[row].as_py()
            key = f"{chunk.entity_path}|{frame}|{name}"
            if value is None:
                continue
            if name.endswith(":blob"):
                arrays[key] = np.asarray(Image.open(io.BytesIO(bytes(value[0]))))
            elif name == "SegmentationImage:buffer":
                size = columns["SegmentationImage:format"][row].as_py()[0]
                image = np.frombuffer(bytes(value[0]), "<u2").reshape(size["height"], size["width"])
                arrays[key] = image
            elif value and isinstance(value[0], str):
                texts[key] = value[0]
            elif not (value and isinstance(value[0], dict)) and name != "AnnotationContext:context":
                arrays[key] = np.asarray(value)
np.savez(sys.argv[2], **{key.replace("/", "~"): value for key, value in arrays.items()})
print(json.dumps(texts))
