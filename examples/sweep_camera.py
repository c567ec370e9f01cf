"""Fly a camera through a factory and record what it sees: ``python examples/sweep_camera.py --layout cross_dock``.

No robot and no environment: the scene's poses stay, the camera moves. Colours, depth, ids and every label that follows
from them can be read, checked and exported like any other dataset.
"""

import argparse
from dataclasses import replace
from pathlib import Path

import numpy as np

import factories
from factories.cameras import look_at
from training.dataset import ArraySpec, Dataset, DatasetMeta, DatasetWriter, EpisodeRecord, cameras
from training.dataset.schema import POSES
from twin import rendering
from twin.lenses import Lens
from twin.scene import Camera

parser = argparse.ArgumentParser(description="Record a camera that circles through a shipped layout.")
parser.add_argument("--layout", default="small_warehouse", help="a shipped name or a file")
parser.add_argument("--frames", type=int, default=90)
parser.add_argument("--size", type=int, nargs=2, default=(320, 240), metavar=("WIDTH", "HEIGHT"))
parser.add_argument("--out", type=Path, default=Path("sweep.zarr"))
args = parser.parse_args()

layout = factories.load(args.layout)
scene = factories.build(layout)
camera = Camera("sweep", lens=Lens.from_fov(*args.size, fov_y=np.radians(60)))
poses = scene.initial_poses
middle = np.median(poses[:, :2], axis=0)
reach = np.percentile(np.abs(poses[:, :2] - middle), 80, axis=0)

model = cameras.model(camera)
places = ArraySpec(name=POSES, dtype="float64", shape=(64, 7), unit="m", ragged=True, description="of every body")
meta = DatasetMeta(name="sweep", licence="CC0-1.0", cameras=(model,), arrays=(places, *cameras.arrays(model)))
classes = cameras.class_lookup(scene)
with DatasetWriter.create(args.out, meta) as writer, rendering.create(scene) as renderer:
    record = EpisodeRecord(episode=0, layout=layout.name, layout_digest=layout.digest(), renderer=renderer.describe())
    with writer.episode(record, scene) as episode:
        for angle in np.linspace(0.0, 2 * np.pi, args.frames, endpoint=False):
            x, y = middle + reach * (np.cos(angle), np.sin(angle))
            seen = replace(camera, pose=look_at((x, y, 3.0), (*middle, 0.5)))
            image = renderer.render(poses, seen)
            episode.append({POSES: poses, **cameras.row(image, seen, scene, poses, classes)})

dataset = Dataset(args.out)
boxes = dataset.labels(0, "sweep", ["bounding_box_2d_tight"])["bounding_box_2d_tight"]
print(f"{args.out}: {len(dataset)} frames, {len(boxes)} objects in the first")
