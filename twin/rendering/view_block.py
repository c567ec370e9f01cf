"""What the shaders know of a frame, in one block of memory: the other side of ``shaders/view.glsl``."""

import numpy as np
import numpy.typing as npt

from twin.geometry import FloatArray
from twin.lenses import Lens
from twin.rendering import lighting
from twin.scene import Light

_VIEW = np.dtype(
    [
        ("clip_from_world", "f4", (4, 4)),  # column by column, as OpenGL has them
        ("shadow_from_world", "f4", (4, 4)),
        ("eye", "f4", 4),
        ("ray", "f4", 4),
        ("ray_right", "f4", 4),
        ("ray_down", "f4", 4),
        ("background", "f4", 4),
        ("ambient", "f4", 4),
        ("shadow", "f4", 4),
        ("caster", "f4", 4),
        ("occlusion", "f4", 4),
        ("light_towards", "f4", (lighting.MAX_LIGHTS, 4)),
        ("light_color", "f4", (lighting.MAX_LIGHTS, 4)),
        ("lamp_position", "f4", (lighting.MAX_LAMPS, 4)),
        ("lamp_direction", "f4", (lighting.MAX_LAMPS, 4)),
        ("lamp_color", "f4", (lighting.MAX_LAMPS, 4)),
    ]
)
VIEW_BYTES = _VIEW.itemsize
OCCLUSION_REACH = 0.6
"""m within which things darken each other."""


class ViewBlock:
    """Fill it, then write ``bytes`` to the GPU."""

    def __init__(self, ceiling: float, occlusion: bool) -> None:
        """``ceiling``: height of the roof behind everything, m."""
        self._data = np.zeros(1, _VIEW)
        self._clip, self._shadow_from_world = (self._data[name][0] for name in _VIEW.names[:2])  # type: ignore[index]
        self._eye, self._shadow = self._data["eye"][0], self._data["shadow"][0]
        self._occlusion = self._data["occlusion"][0]
        self._rays = [self._data[name][0] for name in ("ray", "ray_right", "ray_down")]
        self._eye[3] = ceiling
        self._occlusion[:] = OCCLUSION_REACH, 0.0, 1.5 if occlusion else 0.0, 0.0

    @property
    def bytes(self) -> npt.NDArray[np.void]:
        """What the GPU gets."""
        return self._data

    def light(self, light: lighting.Lighting, background: FloatArray, per_pixel: bool) -> None:
        """Once, and whenever the lights change; ``background`` (3,): what is seen where nothing is hit."""
        linear = lighting.Linear
        self._data["background"][0, :3] = background
        self._data["ambient"][0] = light.ambient * np.array([lighting.SKY, lighting.GROUND, linear.SKY, linear.GROUND])
        for name in ("light_towards", "light_color", "lamp_position", "lamp_direction", "lamp_color", "caster"):
            self._data[name] = 0
        count = len(light.towards)
        self._data["light_towards"][0, :count, :3] = light.towards
        scale = linear.KEY / lighting.KEY if per_pixel else 1.0
        self._data["light_color"][0, :count, :3] = scale * light.colors
        if light.caster is not None:
            from_lamp = light.caster in light.lamps
            self._data["caster"][0] = *(light.caster.position if from_lamp else light.towards[0]), from_lamp
        for row, lamp in enumerate(light.lamps):
            self._data["lamp_position"][0, row] = *lamp.position, lamp is light.caster
            self._data["lamp_direction"][0, row] = *_unit(lamp.direction), _edge(lamp)
            self._data["lamp_color"][0, row, :3] = linear.LAMP * lamp.intensity * np.array(lamp.color)

    def look(self, clip_from_world: FloatArray, lens: Lens, position: FloatArray, axes: FloatArray) -> None:
        """Where the camera is; ``axes`` (3, 3): its x, y and z in the world, as columns."""
        self._clip[:] = clip_from_world.T
        self._eye[:3] = position
        right, down = axes[:, 0] / lens.fx, axes[:, 1] / lens.fy
        for row, value in zip(self._rays, (axes[:, 2] - lens.cx * right - lens.cy * down, right, down), strict=True):
            row[:3] = value
        self._occlusion[1] = lens.fy

    def shadow(self, shadow_from_world: FloatArray | None, texel: float, texels: int, looks: int, moving: bool) -> None:
        """The map that light is looked up in, or none; ``texel`` in metres, ``texels`` across.

        ``looks``: how many lookups a pixel takes the mean of.
        """
        if shadow_from_world is not None:
            self._shadow_from_world[:] = shadow_from_world.T
        self._shadow[:] = texel, texels, 0 if shadow_from_world is None else looks, moving


def _unit(direction: tuple[float, float, float]) -> FloatArray:
    array = np.array(direction)
    return array / max(float(np.linalg.norm(array)), 1e-9)


def _edge(lamp: Light) -> float:
    return float(np.cos(lamp.cutoff)) if lamp.kind == "spot" else -2.0
