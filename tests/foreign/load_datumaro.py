"""Annotations by image, as datumaro reads them: load_datumaro.py FORMAT FOLDER"""

import json
import sys

import numpy as np
from datumaro.components.dataset import Dataset

dataset = Dataset.import_from(sys.argv[2], sys.argv[1])
categories = dataset.categories()
names = [c.name for c in next(iter(categories.values())).items] if categories else []


def described(annotation):
    kind = annotation.type.name
    label = getattr(annotation, "label", None)
    found = {"type": kind, "label": names[label] if label is not None else "", "id": annotation.id}
    if kind == "mask":
        found["area"] = int(np.count_nonzero(annotation.image))
        found["box"] = [float(v) for v in annotation.get_bbox()]
    if kind == "bbox":
        found["box"] = [float(v) for v in annotation.get_bbox()]
    return found


print(json.dumps({item.id: [described(a) for a in item.annotations] for item in dataset}))
