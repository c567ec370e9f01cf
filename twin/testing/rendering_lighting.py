"""Lights that change while a scene is drawn."""

from dataclasses import replace

import numpy as np

from twin.scene import Light
from twin.testing.rendering_stage import CAMERA, RendererSuite, busy_stage, same

LIGHTS = (Light("directional", direction=(1.0, 0.4, -0.6), color=(1.0, 0.5, 0.3), intensity=0.8, casts_shadow=True),)


class LightingContract(RendererSuite):
    """``relight`` draws what a renderer draws that was made with those lights."""

    def test_other_lights_are_those_of_another_scene(self) -> None:
        scene = busy_stage()
        renderer = self.renderer(scene)
        before = renderer.render(scene.initial_poses, CAMERA)
        renderer.relight(LIGHTS, 0.4)
        lit = replace(scene, lights=LIGHTS, ambient=0.4)
        assert same(
            renderer.render(scene.initial_poses, CAMERA), self.renderer(lit).render(scene.initial_poses, CAMERA)
        )
        renderer.relight(scene.lights, scene.ambient)
        assert same(renderer.render(scene.initial_poses, CAMERA), before)

    def test_lights_change_colours_alone(self) -> None:
        scene = busy_stage()
        renderer = self.renderer(scene)
        before = renderer.render(scene.initial_poses, CAMERA)
        renderer.relight((), 0.2)
        dark = renderer.render(scene.initial_poses, CAMERA)
        assert np.array_equal(dark.depth, before.depth)
        assert np.array_equal(dark.instance, before.instance)
        assert dark.rgb.mean() < 0.6 * before.rgb.mean()
