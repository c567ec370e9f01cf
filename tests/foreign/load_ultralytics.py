"""How many images and labels ultralytics keeps: load_ultralytics.py DATA_YAML SPLIT TASK"""

import json
import sys

import torchvision_without_operators  # noqa: F401
from ultralytics.data.dataset import YOLODataset
from ultralytics.data.utils import check_det_dataset

data = check_det_dataset(sys.argv[1], autodownload=False)
dataset = YOLODataset(img_path=data[sys.argv[2]], data=data, task=sys.argv[3], augment=False, imgsz=160)
print(
    json.dumps(
        {
            "images": len(dataset),
            "boxes": sum(len(label["bboxes"]) for label in dataset.labels),
            "polygons": sum(len(label["segments"]) for label in dataset.labels),
        }
    )
)
