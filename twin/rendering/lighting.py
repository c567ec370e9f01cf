"""The light every renderer of ours shades with: a sky and the scene's directional lights, as half-Lambert.

Half-Lambert (Valve, 2006) keeps shape in faces turned away from the light, where Lambert's are flat black.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from twin.geometry import FloatArray
from twin.scene import Light, Scene

Floats = npt.NDArray[np.float32]

MAX_LIGHTS = 4
SKY = 0.5
"""Light from straight above; from below comes ``GROUND``."""
GROUND = 0.32
KEY = 0.62
"""What all directional lights together add where a face looks into them."""

_DEFAULT = Light("directional", direction=(-0.45, 0.3, -0.84))


@dataclass(frozen=True, slots=True)
class Lighting:
    """``towards`` are unit vectors to the lights, ``colors`` what they add where a face looks at them."""

    towards: FloatArray  # (lights, 3)
    colors: FloatArray  # (lights, 3)

    @classmethod
    def of(cls, scene: Scene) -> "Lighting":
        """The brightest directional lights, scaled to ``KEY`` together; a default where there is none."""
        lights = [light for light in scene.lights if light.kind == "directional" and light.intensity > 0]
        lights = sorted(lights or [_DEFAULT], key=lambda light: -light.intensity)[:MAX_LIGHTS]
        directions = np.array([light.direction for light in lights], dtype=np.float64)
        strength = np.array([light.intensity for light in lights])
        share = KEY * strength / strength.sum()
        return cls(
            -directions / np.linalg.norm(directions, axis=1, keepdims=True),
            share[:, None] * np.array([light.color for light in lights]),
        )

    def shade(self, colors: Floats, normals: Floats, emission: Floats) -> Floats:
        """Colours (n, 3) in 0..1 of faces with ``normals`` (n, 3); the same formula as in ``raster.vert``."""
        ambient = GROUND + (SKY - GROUND) * (0.5 + 0.5 * normals[:, 2:])
        half = 0.5 + 0.5 * normals @ self.towards.T.astype(np.float32)
        light = ambient + (half * half) @ self.colors.astype(np.float32)
        return np.minimum(colors * (light + emission[:, None] * (1 - np.minimum(light, 1))), 1)
