"""Every renderer passes the public contract, in the profiles that it draws differently."""

import pytest
from typing_extensions import override

from twin import rendering
from twin.rendering.base import Renderer
from twin.scene import Scene
from twin.testing.rendering import RendererContract


class TestRaster(RendererContract):
    @override
    def create(self, scene: Scene) -> Renderer:
        return rendering.create(scene, "raster")


class TestRasterFast(RendererContract):
    @override
    def create(self, scene: Scene) -> Renderer:
        return rendering.create(scene, "raster", "fast")


class TestRasterFull(RendererContract):
    @override
    def create(self, scene: Scene) -> Renderer:
        return rendering.create(scene, "raster", "full")


class TestClassic(RendererContract):
    @override
    def create(self, scene: Scene) -> Renderer:
        return rendering.create(scene, "classic")


@pytest.mark.slow
class TestClassicFull(RendererContract):
    @override
    def create(self, scene: Scene) -> Renderer:
        return rendering.create(scene, "classic", "full")


class TestRays(RendererContract):
    @override
    def create(self, scene: Scene) -> Renderer:
        return rendering.create(scene, "rays")
