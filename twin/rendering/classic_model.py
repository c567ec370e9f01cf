"""A scene as a MuJoCo model that is only looked at: every visible geom, lights, and for the full profile textures."""

import cv2
import mujoco
import numpy as np

from twin import textures
from twin.rendering.drawables import Drawables
from twin.rendering.lighting import GROUND, LAMP_REACH, SKY, Lighting
from twin.rendering.quality import Quality
from twin.scene import Geom, Light, Material, Scene, Shape

_TYPES = {
    Shape.BOX: mujoco.mjtGeom.mjGEOM_BOX,
    Shape.SPHERE: mujoco.mjtGeom.mjGEOM_SPHERE,
    Shape.CYLINDER: mujoco.mjtGeom.mjGEOM_CYLINDER,
    Shape.CAPSULE: mujoco.mjtGeom.mjGEOM_CAPSULE,
    Shape.PLANE: mujoco.mjtGeom.mjGEOM_PLANE,
    Shape.MESH: mujoco.mjtGeom.mjGEOM_MESH,
}
_GRID = 100.0
"""m between the vertices of a plane: MuJoCo splits planes into squares, which costs more than all the rest."""
_AMBIENT = 1.2 * (SKY + GROUND) / 2
"""More than the mean, for what Lambert leaves dark and our half-Lambert does not."""
_TEXELS = 256
"""Of a texture, each way: MuJoCo wants six of each for what is not flat."""


def model(scene: Scene, drawables: Drawables, quality: Quality, full: bool) -> mujoco.MjModel:
    """Geom i is row i of the drawables. ``full``: with materials, textures and shadows."""
    spec = mujoco.MjSpec()
    _set_look(spec, scene, quality, full)
    for name, row in _first_uses(drawables).items():
        _add_mesh(spec, name, scene, drawables.geoms[row])
    known: set[str] = set()
    colors = drawables.colors(textured=full).tolist()
    for geom, material, color in zip(drawables.geoms, drawables.materials, colors, strict=True):
        handle = spec.worldbody.add_geom(type=_TYPES[geom.shape], contype=0, conaffinity=0, rgba=(*color, 1.0))
        if geom.shape is Shape.MESH:
            handle.meshname = _mesh_name(geom)
        else:
            handle.size = (*geom.size[:2], _GRID) if geom.shape is Shape.PLANE else geom.size
        if full:
            handle.material = _material(spec, material, geom.shape is Shape.PLANE, known)
    return spec.compile()


def _set_look(spec: mujoco.MjSpec, scene: Scene, quality: Quality, full: bool) -> None:
    spec.visual.quality.numquads = 1
    spec.visual.quality.shadowsize = quality.shadow_size if full else 0
    spec.visual.global_.offwidth, spec.visual.global_.offheight = 320, 240
    spec.visual.headlight.ambient = [_AMBIENT * scene.ambient] * 3
    spec.visual.headlight.diffuse = spec.visual.headlight.specular = [0.0] * 3
    light = Lighting.of(scene, quality.local_lights if full else 0)
    kind = mujoco.mjtLightType
    for row, (towards, color) in enumerate(zip(light.towards, light.colors, strict=True)):
        shadow = full and row == 0 and light.caster is not None and light.caster not in light.lamps
        spec.worldbody.add_light(
            type=kind.mjLIGHT_DIRECTIONAL, pos=towards * 30, dir=-towards, castshadow=shadow, **_dyed(color)
        )
    for lamp in light.lamps:
        spec.worldbody.add_light(
            type=kind.mjLIGHT_SPOT if lamp.kind == "spot" else kind.mjLIGHT_POINT,
            pos=lamp.position,
            dir=lamp.direction,
            cutoff=np.degrees(min(lamp.cutoff, np.pi / 2)),
            attenuation=(1.0, 0.0, 1 / LAMP_REACH**2),
            castshadow=lamp is light.caster,
            **_dyed(_strength(lamp)),
        )


def _strength(lamp: Light) -> "np.ndarray[tuple[int, ...], np.dtype[np.float64]]":
    return lamp.intensity * np.array(lamp.color)


def _dyed(color: "np.ndarray[tuple[int, ...], np.dtype[np.float64]]") -> dict[str, object]:
    return {"diffuse": color, "ambient": [0.0] * 3, "specular": [0.0] * 3}


def _material(spec: mujoco.MjSpec, material: Material, plane: bool, known: set[str]) -> str:
    """The name of a material, added where it is new. A texture is laid flat on planes and wrapped around the rest."""
    name = f"{material.name} {'flat' if plane else 'cube'}"
    if name in known:
        return name
    known.add(name)
    handle = spec.add_material(name=name, rgba=(*material.color, 1.0), emission=material.emission, specular=0.0)
    if plane:
        handle.reflectance = 0.15 * (1 - material.roughness)
    if material.texture:
        texture = f"image {material.texture} {'flat' if plane else 'cube'}"
        if texture not in known:
            known.add(texture)
            _add_texture(spec, texture, material.texture, plane)
        handle.textures[mujoco.mjtTextureRole.mjTEXROLE_RGB] = texture
        handle.texuniform = material.texture_size > 0
        if material.texture_size > 0:
            handle.texrepeat = [1 / material.texture_size] * 2
    return name


def _add_texture(spec: mujoco.MjSpec, name: str, source: str, plane: bool) -> None:
    image = cv2.resize(textures.load(source), (_TEXELS, _TEXELS), interpolation=cv2.INTER_AREA)
    sides = 1 if plane else 6
    handle = spec.add_texture(
        name=name,
        type=mujoco.mjtTexture.mjTEXTURE_2D if plane else mujoco.mjtTexture.mjTEXTURE_CUBE,
        width=_TEXELS,
        height=_TEXELS * sides,
        nchannel=3,
    )
    handle.data = np.tile(image, (sides, 1, 1)).tobytes()


def _mesh_name(geom: Geom) -> str:
    return f"{geom.mesh} {geom.size}"


def _first_uses(drawables: Drawables) -> dict[str, int]:
    """A row that uses it, for each mesh and scale."""
    return {_mesh_name(geom): row for row, geom in enumerate(drawables.geoms) if geom.shape is Shape.MESH}


def _add_mesh(spec: mujoco.MjSpec, name: str, scene: Scene, geom: Geom) -> None:
    mesh = next(mesh for mesh in scene.meshes if mesh.name == geom.mesh)
    spec.add_mesh(
        name=name,
        uservert=np.array(mesh.vertices).ravel(),
        userface=np.array(mesh.faces).ravel(),
        scale=geom.size,
        inertia=mujoco.mjtMeshInertia.mjMESH_INERTIA_SHELL,  # need not be closed
    )
