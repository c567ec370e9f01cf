"""One OpenGL context for each thread, shared by all its renderers, with one framebuffer for each image size.

Works without a display and without a GPU: EGL, with Mesa's llvmpipe where there is no hardware.
"""

import os
import re
import sys
import threading
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import moderngl

from twin.errors import RenderError
from twin.rendering import OPENGL_PACKAGES
from twin.rendering.grain import grain
from twin.rendering.ownership import Owner
from twin.rendering.shadow_maps import DepthMap
from twin.rendering.targets import Target
from twin.rendering.texture_array import TextureArray
from twin.rendering.view_block import VIEW_BYTES, ViewBlock

_SOFTWARE = ("llvmpipe", "softpipe", "swrast", "swiftshader", "software")
_VERSION = 430  # indirect drawing of many meshes in one call
_KEPT_SIZES = 8
_SHADERS = Path(__file__).parent / "shaders"
_INCLUDE = re.compile(r'^#include "(\w+\.glsl)"$', re.MULTILINE)
LOCATIONS = {
    "textures": 0,
    "colors": 1,
    "depths": 2,
    "normals": 3,
    "fixed_shadow": 4,
    "moving_shadow": 5,
    "grain": 6,
}
"""Where programs find their images."""


@dataclass(frozen=True, slots=True)
class Programs:
    """Everything that runs on the GPU."""

    lit: moderngl.Program
    surface: moderngl.Program
    surface_grained: moderngl.Program
    shadow: moderngl.Program
    background: moderngl.Program
    hall: moderngl.Program

    @classmethod
    def of(cls, gl: moderngl.Context) -> "Programs":
        """Compile them."""
        programs = cls(
            gl.program(_shader("lit.vert"), _shader("lit.frag")),
            gl.program(_shader("surface.vert"), _shader("surface.frag")),
            gl.program(_with("GRAIN", _shader("surface.vert")), _with("GRAIN", _shader("surface.frag"))),
            gl.program(_shader("shadow.vert"), _shader("shadow.frag")),
            gl.program(_shader("full_screen.vert"), _shader("background.frag")),
            gl.program(_shader("full_screen.vert"), _shader("hall.frag")),
        )
        for program in (programs.surface, programs.surface_grained):
            _locate(program)
        return programs


class SharedContext:
    """A thread's context. Enter ``gl`` around every use: other libraries make theirs current too."""

    def __init__(self) -> None:
        """Raises ``RenderError`` where there is no OpenGL."""
        # llvmpipe's own threads gain nothing on small images and do not survive a fork.
        os.environ.setdefault("LP_NUM_THREADS", "0")
        self.owner = Owner.current()
        self.gl = _open()
        self._targets: OrderedDict[tuple[int, int, bool], Target] = OrderedDict()
        with self.gl:
            self.device = str(self.gl.info["GL_RENDERER"])
            self.gl.gc_mode = "context_gc"  # what is dropped without close() is freed by collect()
            self.gl.enable(moderngl.DEPTH_TEST | moderngl.CULL_FACE)
            self.gl.front_face = "cw"  # images are drawn upside down, see projection.py
            self.gl.depth_func = "<="  # lets the background through at the far plane
            self.programs = Programs.of(self.gl)
            self.textures = TextureArray(self.gl)
            self.grain = grain(self.gl)
            self._background = self.gl.vertex_array(self.programs.background, [])
            self._hall = self.gl.vertex_array(self.programs.hall, [])
            self._shade: dict[frozenset[str], moderngl.VertexArray] = {}
            self._view = self.gl.buffer(reserve=VIEW_BYTES, dynamic=True)
            self._no_shadow = DepthMap.of(self.gl, 1)

    def target(self, width: int, height: int, per_pixel: bool) -> Target:
        """The framebuffer of that size; the least recently used ones are freed."""
        key = (width, height, per_pixel)
        target = self._targets.get(key)
        if target is None:
            target = self._targets[key] = Target.of(self.gl, *key)
            if len(self._targets) > _KEPT_SIZES:
                self._targets.popitem(last=False)[1].release()
        self._targets.move_to_end(key)
        return target

    def set_view(self, view: ViewBlock) -> None:
        """What all programs know of the frame from now on."""
        self._view.write(view.bytes)
        self._view.bind_to_uniform_block(0)

    def draw_background(self, per_pixel: bool) -> None:
        """Fill what is still empty: colour, no instance, no depth. ``per_pixel``: with a roof and its lights."""
        background = self._hall if per_pixel else self._background
        background.render(moderngl.TRIANGLES, vertices=3)

    def draw_picture(self, target: Target, shadows: tuple[DepthMap, DepthMap] | None, features: frozenset[str]) -> None:
        """Put light on the surfaces that were drawn; ``features``: what ``shade.frag`` is to be able to do."""
        fixed, moving = shadows or (self._no_shadow, self._no_shadow)
        assert target.normals is not None
        target.picture.use()
        for name, texture in (
            ("colors", target.colors),
            ("depths", target.depths),
            ("normals", target.normals),
            ("fixed_shadow", fixed.texture),
            ("moving_shadow", moving.texture),
        ):
            texture.use(LOCATIONS[name])
        self._shading(features).render(moderngl.TRIANGLES, vertices=3)

    def _shading(self, features: frozenset[str]) -> moderngl.VertexArray:
        """Compiled with these features and no others: what a shader might do costs software drivers as if it did."""
        found = self._shade.get(features)
        if found is None:
            source = _shader("shade.frag")
            for feature in sorted(features):
                source = _with(feature, source)
            program = self.gl.program(_shader("full_screen.vert"), source)
            _locate(program)
            found = self._shade[features] = self.gl.vertex_array(program, [])
        return found

    def collect(self) -> None:
        """Free what renderers that were never closed left behind."""
        with self.gl:
            # moderngl queues what was released by hand as well, and then fails on it.
            left = [item for item in self.gl.objects if not isinstance(item, moderngl.InvalidObject)]
            self.gl.objects.clear()
            self.gl.objects.extend(left)
            self.gl.gc()

    @property
    def software(self) -> bool:
        """Whether the CPU draws."""
        return any(name in self.device.lower() for name in _SOFTWARE)

    def describe(self) -> str:
        """The driver's name and OpenGL's version."""
        return f"{self.device}, OpenGL {self.gl.version_code // 100}.{self.gl.version_code // 10 % 10}"


class _Local(threading.local):
    context: SharedContext | None = None


_local = _Local()
_inherited: list[SharedContext] = []  # from before a fork: freeing them would talk to the parent's driver


def shared() -> SharedContext:
    """The context of the thread that asks, made at first use."""
    context = _local.context
    if context is not None and context.owner.process != os.getpid():
        _inherited.append(context)
        context = None
    if context is None:
        context = _local.context = SharedContext()
    return context


def _open() -> moderngl.Context:
    backend: dict[str, Any] = {"backend": "egl"} if sys.platform == "linux" else {}
    try:
        return moderngl.create_standalone_context(require=_VERSION, **backend)
    except Exception as error:  # moderngl raises bare Exceptions
        raise RenderError(
            f"no OpenGL: {error}; on Debian or Ubuntu: apt install {' '.join(OPENGL_PACKAGES)}"
        ) from error


def _shader(name: str) -> str:
    """A shader's source, with the files it includes."""
    text = (_SHADERS / name).read_text(encoding="utf-8")
    return _INCLUDE.sub(lambda found: _shader(found[1]), text)


def _locate(program: moderngl.Program) -> None:
    """Tell a program where its images are."""
    for name, location in LOCATIONS.items():
        if name in program:
            cast("moderngl.Uniform", program[name]).value = location


def _with(define: str, source: str) -> str:
    """A shader with a preprocessor's name defined, after the line of its version."""
    return source.replace("\n", f"\n#define {define}\n", 1)
