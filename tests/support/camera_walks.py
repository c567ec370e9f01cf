"""A dataset of two cameras that are carried through a factory: one held level, one pitched and rolled."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from factories import layout
from factories.builder import build
from training.dataset import ArraySpec, DatasetMeta, DatasetWriter, EpisodeRecord, cameras
from training.dataset.schema import POSES
from twin import rendering
from twin.geometry import quaternion_from_matrix
from twin.lenses import Distortion, Lens
from twin.scene import Camera, Pose

LENS = Lens.from_fov(160, 120, 0.9)
LEVEL, TILTED = Camera("level", lens=LENS), Camera("mast/tilted", lens=Lens(152, 120, 120.0, 118.0, 70.0, 61.5))
FISHEYE = Camera("fisheye", lens=replace(LENS, distortion=Distortion("fisheye", (-0.04, 0.01, 0.0, 0.0))))
GROUPS = ("b", "b", "a")  # train, train, val
FRAMES = 2


def held(x: float, y: float, z: float, yaw: float, pitch: float = 0.0, roll: float = 0.0) -> Pose:
    """A camera there; ``pitch`` looks down, ``roll`` turns the image about its centre (rad)."""
    forward = np.array([np.cos(yaw) * np.cos(pitch), np.sin(yaw) * np.cos(pitch), -np.sin(pitch)])
    right = np.array([np.sin(yaw), -np.cos(yaw), 0.0])
    axes = np.stack([right, np.cross(forward, right), forward], axis=1)
    c, s = np.cos(roll), np.sin(roll)
    turned = axes @ np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])
    return Pose.of(np.concatenate([[x, y, z], quaternion_from_matrix(turned)]))


def write(path: Path, carried: tuple[Camera, ...] = (LEVEL, TILTED)) -> Path:
    """Three episodes of two frames; the first two are one group."""
    scene = build(layout.load("small_warehouse"))
    models = tuple(cameras.model(camera) for camera in carried)
    poses = ArraySpec(name=POSES, dtype="float64", shape=(64, 7), ragged=True)
    meta = DatasetMeta(
        name="walk",
        licence="CC0-1.0",
        arrays=(poses, *(array for model in models for array in cameras.arrays(model))),
        cameras=models,
        splits={"train": 0.5, "val": 0.5},
    )
    with rendering.create(scene) as renderer, DatasetWriter.create(path, meta) as writer:
        for number, group in enumerate(GROUPS):
            with writer.episode(
                EpisodeRecord(episode=number, group=group, layout="hall", instruction=f"Go to dock {number}."), scene
            ) as episode:
                for frame in range(FRAMES):
                    yaw = 0.4 + 0.9 * number + 0.2 * frame
                    row = {POSES: scene.initial_poses}
                    poses_of = (held(9 + number, 8, 1.4, yaw), held(10, 9 + number, 3.5, yaw + 0.5, 0.5, 0.3))
                    for camera, pose in zip(carried, poses_of, strict=False):
                        there = replace(camera, pose=pose)
                        image = renderer.render(scene.initial_poses, there)
                        row |= cameras.row(image, there, scene, scene.initial_poses, cameras.class_lookup(scene))
                    episode.append(row)
    return path
