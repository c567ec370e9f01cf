"""Renderers behind one contract. Importing this package loads no OpenGL; ``create`` loads the one that is named."""

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from twin.errors import RenderError, one_of
from twin.rendering.base import Frame, Renderer
from twin.rendering.quality import QUALITIES, STANDARD, Quality, quality_of

if TYPE_CHECKING:
    from twin.scene import Scene

__all__ = ["AUTO", "OPENGL_PACKAGES", "QUALITIES", "RENDERERS", "STANDARD", "Frame", "Quality", "Renderer", "create"]

AUTO = "auto"
OPENGL_PACKAGES = ("libegl1", "libegl-mesa0", "libgl1-mesa-dri")
"""Debian's and Ubuntu's packages for OpenGL without a display and without a GPU."""
_log = logging.getLogger("twin")


def _raster() -> type[Renderer]:
    from twin.rendering.raster import RasterRenderer

    return RasterRenderer


def _classic() -> type[Renderer]:
    from twin.rendering.classic import ClassicRenderer

    return ClassicRenderer


def _rays() -> type[Renderer]:
    from twin.rendering.rays import RayRenderer

    return RayRenderer


RENDERERS: dict[str, Callable[[], type[Renderer]]] = {"raster": _raster, "classic": _classic, "rays": _rays}
"""Renderer names; each entry imports its renderer when called."""


def create(scene: "Scene", renderer: str = AUTO, quality: str | Quality = STANDARD) -> Renderer:
    """Make the named renderer; ``auto`` is ``raster``, or ``rays`` where there is no OpenGL."""
    profile = quality_of(quality)
    if renderer == AUTO:
        return _fastest(scene, profile)
    one_of("renderer", renderer, [AUTO, *RENDERERS])
    return RENDERERS[renderer]()(scene, profile)


_told: set[str] = set()


def _fastest(scene: "Scene", quality: Quality) -> Renderer:
    try:
        from twin.rendering import opengl

        opengl.shared()
    except (ImportError, RenderError) as error:
        message = f"drawing with 'rays', which needs no OpenGL but is slower: {error}"
        if message not in _told:
            _told.add(message)
            _log.warning(message)
        return _without_opengl(scene, quality)
    return create(scene, "raster", quality)


def _without_opengl(scene: "Scene", quality: Quality) -> Renderer:
    try:
        return create(scene, "rays", quality)
    except ImportError as error:
        raise RenderError(f"neither OpenGL nor Embree can be used: {error}; pip install embreex") from error
