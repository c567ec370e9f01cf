"""The light that our renderers shade with: a sky, the scene's directional lights, and its lamps (points and spots).

Profiles that shade vertices use half-Lambert (Valve, 2006), which keeps shape in faces turned away from the light,
where Lambert's are flat black. Those that shade pixels use Lambert for the light that casts the shadow, in linear
space; their constants make the same surface about as bright.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from twin.geometry import FloatArray
from twin.scene import Light, Scene

Floats = npt.NDArray[np.float32]

MAX_LIGHTS = 4
MAX_LAMPS = 16
SKY = 0.56
"""Light from straight above; from below comes ``GROUND``."""
GROUND = 0.37
KEY = 0.64
"""What directional lights add where a face looks into them, if their intensities are 1 together or more."""
LAMP_REACH = 4.0
"""m at which a lamp is half as bright as at its own place: intensity / (1 + (distance / LAMP_REACH)^2)."""

_DEFAULT = Light("directional", direction=(-0.45, 0.3, -0.84))


@dataclass(frozen=True, slots=True)
class Linear:
    """The same light for profiles that shade pixels, before the film curve."""

    SKY: ClassVar[float] = 0.36
    GROUND: ClassVar[float] = 0.22
    KEY: ClassVar[float] = 0.8
    LAMP: ClassVar[float] = 1.0


@dataclass(frozen=True, slots=True)
class Lighting:
    """``towards`` are unit vectors to the lights, ``colors`` what they add where a face looks at them."""

    ambient: float  # factor on what comes from the sky and the ground
    towards: FloatArray  # (lights, 3)
    colors: FloatArray  # (lights, 3), together ``KEY`` at most
    lamps: tuple[Light, ...]
    caster: Light | None
    """The one that casts a shadow: the first of the lights, or one of the lamps."""

    @classmethod
    def of(cls, scene: Scene, lamps: int = 0) -> "Lighting":
        """The brightest directional lights, ``KEY`` together at most, and the ``lamps`` brightest others.

        A default directional light where there is nothing, save in scenes that say how dark they are.
        """
        shining = sorted((light for light in scene.lights if light.intensity > 0), key=_dimness)
        kept = tuple(light for light in shining if light.kind != "directional")[: min(lamps, MAX_LAMPS)]
        suns = [light for light in shining if light.kind == "directional"][:MAX_LIGHTS]
        if not suns and not kept and scene.ambient == 1.0:
            suns = [_DEFAULT]
        casters = [light for light in (*suns, *kept) if light.casts_shadow and light.kind != "point"]
        caster = casters[0] if casters else None
        suns.sort(key=lambda light: light is not caster)
        directions = np.array([light.direction for light in suns], dtype=np.float64).reshape(-1, 3)
        strength = np.array([light.intensity for light in suns])
        share = KEY * strength / max(strength.sum(), 1.0)
        return cls(
            scene.ambient,
            -directions / np.maximum(np.linalg.norm(directions, axis=1, keepdims=True), 1e-9),
            share[:, None] * np.array([light.color for light in suns]).reshape(-1, 3),
            kept,
            caster,
        )

    def shade(self, colors: Floats, normals: Floats, emission: Floats) -> Floats:
        """Colours (n, 3) in 0..1 of faces with ``normals`` (n, 3); the same formula as in ``lit.vert``."""
        ambient = self.ambient * (GROUND + (SKY - GROUND) * (0.5 + 0.5 * normals[:, 2:]))
        half = 0.5 + 0.5 * normals @ self.towards.T.astype(np.float32)
        light = ambient + (half * half) @ self.colors.astype(np.float32)
        return np.minimum(colors * (light + emission[:, None] * (1 - np.minimum(light, 1))), 1)


def dimmed(ambient: float) -> float:
    """Factor on the colour of what is not lit by anything near: the background, in the code of colours (sRGB)."""
    return float(ambient ** (1 / 2.2))


def _dimness(light: Light) -> float:
    return -light.intensity * sum(light.color)
