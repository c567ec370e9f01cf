"""What our renderers are held against: the stock ``mujoco.Renderer`` and PyBullet's TinyRenderer on the same scene."""

import os
from collections.abc import Callable

os.environ.setdefault("MUJOCO_GL", "egl")

import mujoco
import numpy as np
import pybullet

from twin.geometry import FloatArray, compose, matrix_from_quaternion
from twin.lenses import Lens
from twin.rendering import QUALITIES
from twin.rendering.classic_model import model
from twin.rendering.drawables import Drawables
from twin.scene import Geom, Scene, Shape

Draw = Callable[[FloatArray], object]
"""Draws the scene where it starts, seen from a camera's pose (7,)."""


def stock(scene: Scene, lens: Lens, one_shadow: bool = False) -> Draw:
    """``mujoco.Renderer`` in three passes (colour, depth, segmentation) with MuJoCo's own visual settings.

    As MuJoCo's users author scenes: each light casts a shadow (MuJoCo's default) and the lines of the floor's grid are
    0.1 m apart. ``one_shadow``: only the light casts that does so in the scene.
    """
    drawables = Drawables.of(scene)
    built = model(scene, drawables, QUALITIES["full"], full=True)
    _as_authored(built, lens)
    if not one_shadow:
        built.light_castshadow[:] = 1
    data = mujoco.MjData(built)
    rows = np.arange(len(drawables.geoms))
    mujoco.mj_forward(built, data)
    placed = compose(
        compose(scene.initial_poses[drawables.body[rows]], drawables.pose[rows]),
        np.concatenate([built.geom_pos, built.geom_quat], axis=1),
    )
    data.geom_xpos[:], data.geom_xmat[:] = placed[:, :3], matrix_from_quaternion(placed[:, 3:]).reshape(-1, 9)
    renderer = mujoco.Renderer(built, lens.height, lens.width)

    def draw(pose: FloatArray) -> object:
        camera = _free_camera(pose)
        renderer.update_scene(data, camera)
        rgb = renderer.render()
        renderer.enable_depth_rendering()
        depth = renderer.render()
        renderer.disable_depth_rendering()
        renderer.enable_segmentation_rendering()
        ids = renderer.render()
        renderer.disable_segmentation_rendering()
        return rgb, depth, ids

    return draw


def _as_authored(built: mujoco.MjModel, lens: Lens) -> None:
    """Everything that ``ClassicRenderer`` tunes back to what a new MjModel has."""
    fresh = mujoco.MjSpec().compile()
    quality = built.vis.quality
    for name in ("shadowsize", "offsamples", "numslices", "numstacks", "numquads"):
        setattr(quality, name, getattr(fresh.vis.quality, name))
    built.geom_size[built.geom_type == mujoco.mjtGeom.mjGEOM_PLANE, 2] = 0.1
    built.vis.global_.fovy = np.degrees(2 * np.arctan(lens.height / 2 / lens.fy))
    built.vis.map.znear, built.vis.map.zfar = lens.near / built.stat.extent, lens.far / built.stat.extent


def _free_camera(pose: FloatArray) -> mujoco.MjvCamera:
    ahead = matrix_from_quaternion(pose[3:])[:, 2]
    camera = mujoco.MjvCamera()
    camera.type = mujoco.mjtCamera.mjCAMERA_FREE.value
    camera.distance = 1.0
    camera.lookat = pose[:3] + ahead
    camera.azimuth = np.degrees(np.arctan2(ahead[1], ahead[0]))
    camera.elevation = np.degrees(np.arcsin(ahead[2]))
    return camera


def tiny(scene: Scene, lens: Lens) -> Draw:
    """PyBullet's TinyRenderer: colour, depth and segmentation in one call, without shadows."""
    client = pybullet.connect(pybullet.DIRECT)
    drawables = Drawables.of(scene)
    meshes = {mesh.name: mesh for mesh in scene.meshes}
    positions, quaternions = _world_poses(scene, drawables)
    for geom, material, position, (w, x, y, z) in zip(
        drawables.geoms, drawables.materials, positions, quaternions, strict=True
    ):
        shape = pybullet.createVisualShape(
            **_shape(geom, meshes), rgbaColor=(*material.color, 1), physicsClientId=client
        )
        pybullet.createMultiBody(0, -1, shape, position.tolist(), (x, y, z, w), physicsClientId=client)
    fov = np.degrees(2 * np.arctan(lens.height / 2 / lens.fy))
    projection = pybullet.computeProjectionMatrixFOV(fov, lens.width / lens.height, lens.near, lens.far)

    def draw(pose: FloatArray) -> object:
        axes = matrix_from_quaternion(pose[3:])
        view = pybullet.computeViewMatrix(pose[:3], pose[:3] + axes[:, 2], -axes[:, 1])
        return pybullet.getCameraImage(
            lens.width,
            lens.height,
            view,
            projection,
            shadow=0,
            renderer=pybullet.ER_TINY_RENDERER,
            physicsClientId=client,
        )

    return draw


def _world_poses(scene: Scene, drawables: Drawables) -> tuple[FloatArray, FloatArray]:
    placed = compose(scene.initial_poses[drawables.body], drawables.pose)
    return placed[:, :3], placed[:, 3:]


def _shape(geom: Geom, meshes: dict[str, object]) -> dict[str, object]:
    a, b, c = geom.size
    match geom.shape:
        case Shape.BOX:
            return {"shapeType": pybullet.GEOM_BOX, "halfExtents": (a, b, c)}
        case Shape.PLANE:
            return {"shapeType": pybullet.GEOM_BOX, "halfExtents": (a, b, 0.001)}
        case Shape.SPHERE:
            return {"shapeType": pybullet.GEOM_SPHERE, "radius": a}
        case Shape.CYLINDER:
            return {"shapeType": pybullet.GEOM_CYLINDER, "radius": a, "length": 2 * b}
        case Shape.CAPSULE:
            return {"shapeType": pybullet.GEOM_CAPSULE, "radius": a, "length": 2 * b}
    mesh = meshes[geom.mesh]
    return {
        "shapeType": pybullet.GEOM_MESH,
        "vertices": [[x * a, y * b, z * c] for x, y, z in mesh.vertices],  # type: ignore[attr-defined]
        "indices": [i for face in mesh.faces for i in face],  # type: ignore[attr-defined]
        "meshScale": (1, 1, 1),
    }
