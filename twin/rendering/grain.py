"""What a texture is too coarse to show: the sand in concrete, a few centimetres before the camera."""

import moderngl
import numpy as np

from twin.rendering.texture_array import MIPMAPPED
from twin.textures import fine_grain

FINE_LENS = 110.0
"""px of focal length from which it is drawn: below, a texel of a floor is never wider than a pixel."""


def grain(gl: moderngl.Context) -> moderngl.Texture:
    """Grey that is 0.5 on the mean; it tiles, and fades where it gets smaller than a pixel."""
    image = np.round(255 * fine_grain()).astype(np.uint8)
    texture = gl.texture(image.shape[::-1], 1, image.tobytes(), alignment=1)
    texture.build_mipmaps()
    texture.filter = MIPMAPPED
    return texture
