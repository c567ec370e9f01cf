"""Every renderer passes the public contract."""

from typing_extensions import override

from twin import rendering
from twin.rendering.base import Renderer
from twin.scene import Scene
from twin.testing.rendering import RendererContract


class TestRaster(RendererContract):
    @override
    def create(self, scene: Scene) -> Renderer:
        return rendering.create(scene, "raster")


class TestClassic(RendererContract):
    @override
    def create(self, scene: Scene) -> Renderer:
        return rendering.create(scene, "classic")


class TestRays(RendererContract):
    @override
    def create(self, scene: Scene) -> Renderer:
        return rendering.create(scene, "rays")
