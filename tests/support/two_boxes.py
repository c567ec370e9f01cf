"""Two boxes before a camera, and everything that labels are made from."""

from twin import rendering
from twin.labels import LabelInput
from twin.testing.rendering_stage import CAMERA, box, stage


def seen() -> LabelInput:
    """Instances 1 and 2, apart from each other."""
    scene = stage(box(1, (3, 0.3, 0)), box(2, (5, -1.2, 0.5)))
    with rendering.create(scene) as renderer:
        return LabelInput(renderer.render(scene.initial_poses, CAMERA), scene, scene.initial_poses, CAMERA)
