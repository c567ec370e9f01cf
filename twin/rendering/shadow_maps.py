"""Depth as the light sees it. What stands still is drawn once for each place of the map; what moves, each frame.

Both maps have the same view, and which geom is in which is decided by the scene: a frame does not depend on the frames
before it.
"""

from collections import OrderedDict
from dataclasses import dataclass

import moderngl
import numpy as np
import numpy.typing as npt

from twin.rendering import shadow_view
from twin.rendering.batch import Batch
from twin.rendering.drawables import Drawables, Rows
from twin.rendering.shadow_view import ShadowView
from twin.scene import Light, Shape

_KEPT = 4
"""Maps of what stands still."""
_COARSER = 4
"""Times that the map of what moves has fewer texels each way: it is cleared and drawn for each frame."""


@dataclass(frozen=True, slots=True)
class DepthMap:
    """A depth texture that can be drawn into, compared with and smoothed when looked up."""

    texture: moderngl.Texture
    framebuffer: moderngl.Framebuffer

    @classmethod
    def of(cls, gl: moderngl.Context, size: int) -> "DepthMap":
        """Square."""
        texture = gl.depth_texture((size, size))
        texture.compare_func = "<="
        texture.filter = (moderngl.LINEAR, moderngl.LINEAR)
        texture.repeat_x = texture.repeat_y = False
        return cls(texture, gl.framebuffer(depth_attachment=texture))

    def release(self) -> None:
        """Free its memory."""
        self.framebuffer.release()
        self.texture.release()


class ShadowMaps:
    """The maps of one light over one scene."""

    def __init__(self, gl: moderngl.Context, light: Light, size: int, drawables: Drawables, batch: Batch) -> None:
        self._gl, self._light, self.size, self._batch = gl, light, size, batch
        # The floor shadows nothing, and would be most of what there is to draw.
        casts = np.array([geom.shape is not Shape.PLANE for geom in drawables.geoms], dtype=bool)
        self._still, self._movers = (
            np.flatnonzero(casts & ~drawables.may_move),
            np.flatnonzero(casts & drawables.may_move),
        )
        self._fixed: OrderedDict[tuple[float, ...], DepthMap] = OrderedDict()
        self._moving: DepthMap | None = None
        self._bounds: tuple[npt.NDArray[np.float64], float] | None = None
        self._fixtures = np.flatnonzero(~drawables.may_move)
        self._ground = 0.0

    def forget(self) -> None:
        """What should stand still was moved."""
        self._bounds = None
        for depth_map in self._fixed.values():
            depth_map.release()
        self._fixed.clear()

    def view(self, eye: npt.NDArray[np.float64], far: float) -> ShadowView:
        """What the maps have to show for a camera at ``eye`` that sees ``far`` m."""
        if self._bounds is None:
            self._bounds = self._sphere()
            self._ground = float(self._batch.extent(self._fixtures)[0][2]) if self._fixtures.size else np.inf
        return shadow_view.of_light(self._light, eye, far, *self._bounds)

    def moving_casters(self, view: ShadowView, planes: npt.NDArray[np.float32]) -> Rows:
        """What may move and throws shadows into what the camera sees."""
        centers, radii = self._batch.centers, self._batch.radii
        rows = self._movers
        if not rows.size:
            return rows
        ground = min(self._ground, float((centers[rows, 2] - radii[rows]).min()))
        rows = rows[shadow_view.towards_camera(self._light, planes, centers[rows], radii[rows], ground)]
        return shadow_view.casters(view, rows, centers, radii)

    def draw(self, program: moderngl.Program, view: ShadowView, moving: Rows) -> tuple[DepthMap, DepthMap]:
        """The maps of what stands still and of what moves; the second one is empty unless something is ``moving``."""
        fixed = self._fixed.get(view.key)
        if fixed is None:
            fixed = self._fixed[view.key] = DepthMap.of(self._gl, self.size)
            rows = shadow_view.casters(view, self._still, self._batch.centers, self._batch.radii)
            self._fill(fixed, program, view, rows)
            if len(self._fixed) > _KEPT:
                self._fixed.popitem(last=False)[1].release()
        self._fixed.move_to_end(view.key)
        if not moving.size:
            return fixed, fixed
        if self._moving is None:
            self._moving = DepthMap.of(self._gl, max(1, self.size // _COARSER))
        self._fill(self._moving, program, view, moving)
        return fixed, self._moving

    def release(self) -> None:
        """Free its memory."""
        self.forget()
        if self._moving is not None:
            self._moving.release()

    def _sphere(self) -> tuple[npt.NDArray[np.float64], float]:
        """About what stands still."""
        if not self._still.size:
            return np.zeros(3), shadow_view.REACH
        low, high = self._batch.extent(self._still)
        # Half a metre more for what stands at the edge and may move.
        return (low + high) / 2, float(np.linalg.norm(high - low)) / 2 + 0.5

    def _fill(self, depth_map: DepthMap, program: moderngl.Program, view: ShadowView, rows: Rows) -> None:
        depth_map.framebuffer.use()
        depth_map.framebuffer.clear()
        self._gl.disable(moderngl.CULL_FACE)
        self._gl.polygon_offset = 1.0, 1.0
        self._batch.draw(program, rows, np.full(len(rows), self.size / view.width / 4, np.float32))
        self._gl.polygon_offset = 0.0, 0.0
        self._gl.enable(moderngl.CULL_FACE)
