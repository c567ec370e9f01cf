"""Rows as datasets reads them: load_hf.py FOLDER OUT.npz"""

import json
import sys

import numpy as np
from datasets import load_dataset

arrays, rows = {}, []
dataset = load_dataset(sys.argv[1])
for split, part in dataset.items():
    for row in part:
        key = len(rows)
        for name in ("image", "depth", "instance_segmentation", "semantic_segmentation"):
            arrays[f"{key}/{name}"] = np.asarray(row.pop(name))
        classes = part.features["objects"].feature["class"]
        for item in row["objects"]:
            item["class"] = classes.int2str(item["class"])
        rows.append({**row, "loaded_as": split})
np.savez(sys.argv[2], **arrays)
print(json.dumps(rows))
