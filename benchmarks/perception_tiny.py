"""PyBullet's TinyRenderer as a renderer of ours: another program's pictures of the same scenes, with its ids.

For what nothing was tuned on. It draws no textures here: a material has its own colour.
"""

from typing import Any, ClassVar

import numpy as np

# Imports PyBullet without its greeting; whoever imports it later hears nothing either.
import twin.physics.pybullet  # noqa: F401  # isort: skip
import pybullet
from rendering_baselines import _shape
from typing_extensions import override

from twin.geometry import FloatArray, compose, matrix_from_quaternion
from twin.rendering.base import Frame, Renderer
from twin.rendering.drawables import Drawables
from twin.rendering.quality import STANDARD, Quality
from twin.scene import Camera, Scene, pose_world_camera


class TinyRenderer(Renderer):
    """Of cameras whose optical axis is the image's middle; one instance alone cannot be asked for."""

    name: ClassVar[str] = "tiny"

    @override
    def __init__(self, scene: Scene, quality: Quality = STANDARD) -> None:
        self.scene, self.quality, self._lit = scene, quality, scene
        self._client = pybullet.connect(pybullet.DIRECT)
        self._drawables = drawn = Drawables.of(scene)
        meshes = {mesh.name: mesh for mesh in scene.meshes}
        self._placed = self._places(scene.initial_poses)
        # In an empty world bodies are numbered from 0: body i is row i.
        for geom, color, pose in zip(drawn.geoms, drawn.colors(textured=False).tolist(), self._placed, strict=True):
            shape = pybullet.createVisualShape(
                **_shape(geom, meshes), rgbaColor=(*color, 1), specularColor=(0, 0, 0), physicsClientId=self._client
            )
            pybullet.createMultiBody(0, -1, shape, *_bullet(pose), physicsClientId=self._client)
        self._instances = np.append(drawn.instance, 0).astype(np.uint16)  # the last one is that of body -1, nothing

    @override
    def _draw(self, poses: FloatArray, camera: Camera, only: int | None) -> Frame:
        self._move(poses)
        lens, pose = camera.lens, pose_world_camera(self.scene, camera, poses)
        axes = matrix_from_quaternion(pose[3:])
        view = pybullet.computeViewMatrix(pose[:3], pose[:3] + axes[:, 2], -axes[:, 1])
        fov = np.degrees(2 * np.arctan(lens.height / 2 / lens.fy))
        projection = pybullet.computeProjectionMatrixFOV(fov, lens.width / lens.height, lens.near, lens.far)
        sun = next(light for light in self._lit.lights if light.kind == "directional")
        _, _, rgba, inverse, bodies = pybullet.getCameraImage(
            lens.width,
            lens.height,
            view,
            projection,
            lightDirection=[-20 * v for v in sun.direction],
            lightColor=sun.color,
            lightAmbientCoeff=0.55 * self._lit.ambient,
            lightDiffuseCoeff=0.6,
            lightSpecularCoeff=0.0,
            shadow=1,
            renderer=pybullet.ER_TINY_RENDERER,
            physicsClientId=self._client,
        )
        size = (lens.height, lens.width)
        owner = np.reshape(bodies, size)
        rgb = np.reshape(rgba, (*size, 4))[..., :3].astype(np.uint8)
        rgb[owner < 0] = np.round(255 * np.array(self.scene.background))
        scaled = 2 * np.reshape(inverse, size).astype(np.float64) - 1
        depth = 2 * lens.far * lens.near / (lens.far + lens.near - scaled * (lens.far - lens.near))
        return Frame(rgb, np.where(owner >= 0, depth, 0).astype(np.float32), self._instances[owner])

    @override
    def _light(self, lit: Scene) -> None:
        self._lit = lit

    @override
    def describe(self) -> str:
        return f"tiny: PyBullet {pybullet.getAPIVersion()}'s TinyRenderer"

    @override
    def close(self) -> None:
        if self._client >= 0:
            pybullet.disconnect(physicsClientId=self._client)
            self._client = -1

    def _places(self, poses: FloatArray) -> FloatArray:
        return compose(poses[self._drawables.body], self._drawables.pose)

    def _move(self, poses: FloatArray) -> None:
        placed = self._places(poses)
        for row in np.flatnonzero((placed != self._placed).any(axis=1)).tolist():
            pybullet.resetBasePositionAndOrientation(row, *_bullet(placed[row]), physicsClientId=self._client)
        self._placed = placed


def _bullet(pose: FloatArray) -> tuple[Any, Any]:
    x, y, z, qw, qx, qy, qz = pose.tolist()
    return (x, y, z), (qx, qy, qz, qw)
