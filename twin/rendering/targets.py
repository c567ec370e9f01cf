"""What is drawn into, and how it is read."""

from dataclasses import dataclass

import cv2
import moderngl
import numpy as np
import numpy.typing as npt

from twin.rendering.frame import Frame


@dataclass(frozen=True, slots=True)
class Target:
    """Colour, instance ids and linear depth from one pass; where light is worked out afterwards, normals too.

    No attachment is multisampled: a mean of two ids would be a third one.
    """

    surface: moderngl.Framebuffer
    colors: moderngl.Texture
    depths: moderngl.Texture
    normals: moderngl.Texture | None
    picture: moderngl.Framebuffer
    parts: tuple[moderngl.Texture | moderngl.Renderbuffer, ...]

    @classmethod
    def of(cls, gl: moderngl.Context, width: int, height: int, per_pixel: bool) -> "Target":
        """With ``per_pixel`` the picture is another image than the surface's colours."""
        size = (width, height)
        colors, ids, depths = gl.texture(size, 4), gl.renderbuffer(size, 1, dtype="u2"), gl.texture(size, 1, dtype="f4")
        attachments: list[moderngl.Texture | moderngl.Renderbuffer] = [colors, ids, depths]
        normals = gl.texture(size, 4) if per_pixel else None
        if normals is not None:
            attachments.append(normals)
        parts = [*attachments, gl.depth_renderbuffer(size)]
        surface = gl.framebuffer(attachments, parts[-1])
        if normals is None:
            return cls(surface, colors, depths, None, surface, tuple(parts))
        parts.append(gl.renderbuffer(size, 4))
        return cls(surface, colors, depths, normals, gl.framebuffer([parts[-1]]), tuple(parts))

    def begin(self) -> None:
        """Draw surfaces from now on. What a clear leaves in an integer attachment is undefined: draw a background."""
        self.surface.use()
        self.surface.clear()

    def read(self) -> Frame:
        """Copies, in new arrays."""
        width, height = self.surface.size
        instance = np.empty((height, width), np.uint16)
        depth = np.empty((height, width), np.float32)
        rgb = self.read_picture()
        self.surface.read_into(instance, components=1, attachment=1, dtype="u2", alignment=1)
        self.surface.read_into(depth, components=1, attachment=2, dtype="f4", alignment=1)
        return Frame(rgb, depth, instance)

    def read_picture(self) -> npt.NDArray[np.uint8]:
        """Three of its four components: reading four and leaving one out is ten times faster than reading three."""
        width, height = self.surface.size
        rgba = np.empty((height, width, 4), np.uint8)
        self.picture.read_into(rgba, components=4, attachment=0, alignment=1)
        return np.asarray(cv2.cvtColor(rgba, cv2.COLOR_RGBA2RGB), np.uint8)

    def release(self) -> None:
        """Free its memory."""
        self.surface.release()
        if self.picture is not self.surface:
            self.picture.release()
        for part in self.parts:
            part.release()
