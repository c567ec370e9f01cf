"""All textures that are in use, as the layers of one OpenGL texture that every renderer of a context shares."""

import moderngl
import numpy as np
import numpy.typing as npt

from twin import textures

MIPMAPPED = (moderngl.LINEAR_MIPMAP_LINEAR, moderngl.LINEAR)
"""Between the two nearest of the smaller images."""
_COARSER = (moderngl.LINEAR_MIPMAP_NEAREST, moderngl.LINEAR)
"""In the nearest alone: half the work."""


class TextureArray:
    """Grows by what is asked for; a texture keeps its layer."""

    def __init__(self, gl: moderngl.Context) -> None:
        self._gl = gl
        self._layers: dict[str, int] = {}
        self._array: moderngl.TextureArray | None = None

    def layers(self, names: list[str]) -> npt.NDArray[np.float32]:
        """The layer of each name; -1 for no name. Raises ``InputError`` for a texture that does not exist."""
        new = [name for name in dict.fromkeys(names) if name and name not in self._layers]
        if new:
            images = {name: textures.load(name) for name in [*self._layers, *new]}
            self._layers = {name: layer for layer, name in enumerate(images)}
            self._upload(list(images.values()))
        return np.array([self._layers[name] if name else -1 for name in names], dtype=np.float32)

    def use(self, location: int, smooth: bool) -> None:
        """Bind it for programs that look at ``location``; ``smooth``: without steps in sharpness along a floor."""
        if self._array is not None:
            self._array.filter = MIPMAPPED if smooth else _COARSER
            self._array.use(location)

    def _upload(self, images: list[npt.NDArray[np.uint8]]) -> None:
        if self._array is not None:
            self._array.release()
        size = (textures.SIZE, textures.SIZE, len(images))
        self._array = self._gl.texture_array(size, 3, np.stack(images).tobytes(), alignment=1)
        self._array.build_mipmaps()
