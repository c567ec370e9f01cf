"""Boxes, classes and mask areas by image, as supervision reads them: load_supervision.py IMAGES LABELS DATA MASKS"""

import json
import sys
from pathlib import Path

import supervision

images, labels, data, masks = sys.argv[1:]
dataset = supervision.DetectionDataset.from_yolo(images, labels, data, force_masks=masks == "masks")
found = {
    Path(path).stem: {
        "boxes": detections.xyxy.tolist(),
        "classes": [dataset.classes[int(k)] for k in detections.class_id],
        "areas": [] if detections.mask is None else [int(mask.sum()) for mask in detections.mask],
    }
    for path, _, detections in dataset
}
print(json.dumps(found))
