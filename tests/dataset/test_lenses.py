"""Recordings of lenses that distort: they pass the check, and their frames can be drawn again."""

from pathlib import Path

import gymnasium
import numpy as np
import pytest
from pydantic import ValidationError

import envs
import robots
from training.dataset import Dataset, DatasetWriter
from training.dataset.audit import audit
from training.dataset.cameras import model, stored_camera, stored_frame
from training.dataset.recorder import RecordDataset, describe, robot_cameras
from training.dataset.schema import CameraModel
from twin import rendering
from twin.lenses import Distortion, Lens, bends
from twin.scene import Camera

assert envs.__name__  # importing it registers the environments
CAMERAS = """
    - name: barrel
      position: [0.365, 0, 0.54]
      fx: 60
      width: 96
      height: 72
      distortion: {model: brown_conrady, coefficients: [-0.25, 0.06, 0.001, -0.002, 0]}
    - name: fisheye
      position: [0.365, 0, 0.54]
      pitch: 0.2
      fx: 30
      width: 96
      height: 72
      distortion: {model: fisheye, coefficients: [0.02, 0, 0, 0]}
    - {name: eye, position: [0.365, 0, 0.5], width: 64, height: 48, stereo: {baseline: 0.1}}
"""


@pytest.fixture(scope="module")
def bent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One short episode through a barrel lens, a fisheye that sees all around, and a stereo pair."""
    folder = tmp_path_factory.mktemp("bent")
    text = (Path(robots.__file__).parent / "shipped" / "amr.yaml").read_text()
    line = next(line for line in text.splitlines() if "fov_y" in line)
    (folder / "robot.yaml").write_text(text.replace(line, CAMERAS.strip("\n")))
    env = gymnasium.make("FactoryTwin/RouteNav-v0", max_episode_steps=4, robot=str(folder / "robot.yaml"))
    cameras = robot_cameras(env)
    with DatasetWriter.create(folder / "bent.zarr", describe(env, cameras, name="bent")) as writer:
        recorder = RecordDataset(env, writer, cameras)
        recorder.reset(seed=3)
        for _ in range(4):
            recorder.step(np.array([0.6, 0.3], np.float32))
    env.close()
    return folder / "bent.zarr"


def test_a_recording_through_lenses_passes_the_check(bent: Path):
    assert list(audit(Dataset(bent))) == []


def test_frames_are_drawn_again_byte_for_byte(bent: Path):
    dataset = Dataset(bent)
    episode = dataset.episode(0)
    scene = dataset.scene(0)
    with rendering.create(scene) as renderer:
        for names in dataset.meta.cameras:
            values = {name: episode[name][2] for name in episode}
            camera = stored_camera(values, names)
            assert bends(camera.lens) == (names.model != "pinhole")
            assert camera.lens == scene.camera(names.name).lens
            again, stored = renderer.render(values["poses"], camera), stored_frame(values, names)
            assert np.mean(again.instance == stored.instance) > 0.999
            assert np.mean(again.rgb == stored.rgb) > 0.999


def test_a_pair_sees_the_same_from_its_baseline_apart(bent: Path):
    episode = Dataset(bent).episode(0)
    left, right = (episode[f"cameras/robot_eye_{side}/pose_world_camera"] for side in ("left", "right"))
    assert np.allclose(np.linalg.norm(right[:, :3] - left[:, :3], axis=1), 0.1)


def test_a_lens_is_described_with_its_coefficients():
    lens = Lens(distortion=Distortion("fisheye", (0.1, 0.2, 0.3, 0.4)))
    described = model(Camera("a/b", lens=lens))
    assert (described.model, described.distortion) == ("fisheye", (0.1, 0.2, 0.3, 0.4))
    assert CameraModel.model_validate_json(described.model_dump_json()) == described
    assert model(Camera("a", lens=Lens())).model == "pinhole"
    with pytest.raises(ValidationError, match="a_b: fisheye has 4 coefficients, not 5"):
        CameraModel(**{**described.model_dump(), "name": "a_b", "distortion": (0.0,) * 5})
