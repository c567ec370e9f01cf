"""One OpenGL context for each thread, shared by all its renderers, with one framebuffer for each image size.

Works without a display and without a GPU: EGL, with Mesa's llvmpipe where there is no hardware.
"""

import os
import sys
import threading
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import moderngl
import numpy as np
import numpy.typing as npt

from twin.errors import RenderError
from twin.rendering import OPENGL_PACKAGES
from twin.rendering.base import Frame
from twin.rendering.ownership import Owner
from twin.scene import Rgb

_SOFTWARE = ("llvmpipe", "softpipe", "swrast", "swiftshader", "software")
_VERSION = 430  # indirect drawing of many meshes in one call
_KEPT_SIZES = 8
_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Target:
    """What is drawn into: colour, instance ids and linear depth, from one pass."""

    framebuffer: moderngl.Framebuffer
    attachments: tuple[moderngl.Renderbuffer, ...]

    @classmethod
    def of(cls, gl: moderngl.Context, width: int, height: int) -> "Target":
        """No attachment is multisampled: a mean of two ids would be a third one."""
        size = (width, height)
        colors = [gl.renderbuffer(size, 4), gl.renderbuffer(size, 1, dtype="u2"), gl.renderbuffer(size, 1, dtype="f4")]
        depth = gl.depth_renderbuffer(size)
        return cls(gl.framebuffer(colors, depth), (*colors, depth))

    def begin(self) -> None:
        """Draw into it from now on. What a clear leaves in an integer attachment is undefined: draw a background."""
        self.framebuffer.use()
        self.framebuffer.clear()

    def read(self) -> Frame:
        """Copies, in new arrays."""
        width, height = self.framebuffer.size
        rgb = np.empty((height, width, 3), np.uint8)
        instance = np.empty((height, width), np.uint16)
        depth = np.empty((height, width), np.float32)
        self.framebuffer.read_into(rgb, components=3, attachment=0, alignment=1)
        self.framebuffer.read_into(instance, components=1, attachment=1, dtype="u2", alignment=1)
        self.framebuffer.read_into(depth, components=1, attachment=2, dtype="f4", alignment=1)
        return Frame(rgb, depth, instance)

    def release(self) -> None:
        """Free its memory."""
        self.framebuffer.release()
        for attachment in self.attachments:
            attachment.release()


class SharedContext:
    """A thread's context. Enter ``gl`` around every use: other libraries make theirs current too."""

    def __init__(self) -> None:
        """Raises ``RenderError`` where there is no OpenGL."""
        # llvmpipe's own threads gain nothing on small images and do not survive a fork.
        os.environ.setdefault("LP_NUM_THREADS", "0")
        self.owner = Owner.current()
        self.gl = _open()
        self._targets: OrderedDict[tuple[int, int], Target] = OrderedDict()
        with self.gl:
            self.device = str(self.gl.info["GL_RENDERER"])
            self.gl.gc_mode = "context_gc"  # what is dropped without close() is freed by collect()
            self.gl.enable(moderngl.DEPTH_TEST | moderngl.CULL_FACE)
            self.gl.front_face = "cw"  # images are drawn upside down, see projection.py
            self.gl.depth_func = "<="  # lets the background through at the far plane
            self.program = self.gl.program(_shader("raster.vert"), _shader("raster.frag"))
            self._background_program = self.gl.program(_shader("background.vert"), _shader("background.frag"))
            self._background = self.gl.vertex_array(self._background_program, [])

    def target(self, width: int, height: int) -> Target:
        """The framebuffer of that size; the least recently used ones are freed."""
        target = self._targets.get((width, height))
        if target is None:
            target = self._targets[width, height] = Target.of(self.gl, width, height)
            if len(self._targets) > _KEPT_SIZES:
                self._targets.popitem(last=False)[1].release()
        self._targets.move_to_end((width, height))
        return target

    def draw_background(self, color: Rgb) -> None:
        """Fill what is still empty: colour, no instance, no depth."""
        set_uniform(self._background_program, "background", np.array(color))
        self._background.render(moderngl.TRIANGLES, vertices=3)

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


def set_uniform(program: moderngl.Program, name: str, value: npt.ArrayLike) -> None:
    """Matrices row by row, as NumPy has them."""
    array = np.asarray(value, dtype=np.float32)
    array = array.T if array.shape == (4, 4) else array
    cast("moderngl.Uniform", program[name]).write(array.tobytes())


def _open() -> moderngl.Context:
    backend: dict[str, Any] = {"backend": "egl"} if sys.platform == "linux" else {}
    try:
        return moderngl.create_standalone_context(require=_VERSION, **backend)
    except Exception as error:  # moderngl raises bare Exceptions
        raise RenderError(
            f"no OpenGL: {error}; on Debian or Ubuntu: apt install {' '.join(OPENGL_PACKAGES)}"
        ) from error


def _shader(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")
