"""Samples as webdataset reads them: load_webdataset.py OUT.npz SHARD..."""

import io
import json
import sys

import numpy as np
import webdataset
from PIL import Image

arrays, samples = {}, {}
for sample in webdataset.WebDataset(sys.argv[2:], shardshuffle=False).decode(only="json"):
    key = sample["__key__"]
    samples[key] = {**sample["json"], "url": sample["__url__"]}
    for name in ("rgb.png", "depth.png", "instance.png", "semantic.png"):
        arrays[f"{key}/{name}"] = np.asarray(Image.open(io.BytesIO(sample[name])))
np.savez(sys.argv[1], **arrays)
print(json.dumps(samples))
