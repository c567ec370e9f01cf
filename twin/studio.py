"""Takes pictures of a scene with the lights and the cameras' ways of a look."""

from dataclasses import replace

from twin.look import Look
from twin.moments import Moments
from twin.rendering.base import Frame, Renderer
from twin.scene import Camera


class Studio:
    """One renderer; its lights are changed when a look says so."""

    def __init__(self, renderer: Renderer) -> None:
        """``renderer`` shines with the lights of its scene."""
        self.renderer = renderer
        self._lit = renderer.scene.lights, renderer.scene.ambient

    def take(self, moments: Moments, camera: Camera, look: Look, time: float) -> Frame:
        """What ``camera`` delivers ``time`` s after the start."""
        light = look.light(self.renderer.scene)
        if self._lit != light:
            self.renderer.relight(*light)
            self._lit = light
        if look.exposure or look.readout:
            from twin.shutter_times import taken

            frame = taken(lambda poses: self.renderer.render(poses, camera), moments, look.exposure, look.readout)
        else:
            frame = self.renderer.render(moments.now, camera)
        return replace(frame, rgb=look.developed(frame.rgb, camera.name, time))
