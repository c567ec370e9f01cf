"""Captions say what the labels say."""

import pytest

from twin import rendering
from twin.captions import caption, facts
from twin.labels import LABELS, LabelInput
from twin.lenses import Lens
from twin.scene import Body, Camera, Geom, Instance, Pose, Scene, Shape
from twin.testing.rendering_stage import AHEAD

CAMERA = Camera("eye", pose=Pose((0.0, 0.0, 0.5), AHEAD), lens=Lens.from_fov(128, 96, 1.0))


def scene(*things: tuple[str, tuple[float, float, float], tuple[float, float, float]]) -> Scene:
    """Boxes: class, place, full size."""
    bodies, instances = [], []
    for number, (kind, place, size) in enumerate(things, start=1):
        half = (size[0] / 2, size[1] / 2, size[2] / 2)
        bodies.append(Body(f"{kind}{number}", Pose(place), (Geom(Shape.BOX, half),), instance=number))
        instances.append(Instance(number, f"{kind}{number}", kind, f"{kind}{number}", (0, 0, 0), size))
    return Scene("stage", tuple(bodies), tuple(instances), cameras=(CAMERA,))


def told(stage: Scene, *, alone: bool = True) -> str:
    with rendering.create(stage) as renderer:
        frame = renderer.render(stage.initial_poses, CAMERA)
        seen = LabelInput(frame, stage, stage.initial_poses, CAMERA, renderer if alone else None)
        assert caption(seen) == caption(seen)
        return caption(seen)


def test_what_where_and_hidden_by_what() -> None:
    stage = scene(("forklift", (7.2, 0, 0.5), (2, 1, 1)), ("rack", (5, 0.4, 0.5), (0.1, 0.75, 2)))
    assert "a forklift 6.2 m ahead, half hidden by a rack" in told(stage).lower()
    assert "hidden" not in told(stage, alone=False)


@pytest.mark.parametrize(("y", "side"), [(0.0, "ahead."), (2.0, "ahead to the left."), (-2.0, "ahead to the right.")])
def test_sides(y: float, side: str) -> None:
    assert told(scene(("person", (6, y, 0.5), (0.4, 0.4, 1)))).endswith(side)


def test_cut_off_and_nothing() -> None:
    assert "cut off by the edge of the image" in told(scene(("pallet", (3, 2.0, 0.5), (1, 1, 1))))
    assert told(scene(("wall", (6, 0, 0.5), (1, 1, 1)))) == "Nothing but the building in view."


def test_facts_are_the_labels() -> None:
    stage = scene(
        ("forklift", (7.2, 0, 0.5), (2, 1, 1)),
        ("carton", (5, 0.3, 0.5), (0.1, 0.6, 2)),
        ("pallet", (4, -1, 0.3), (1, 1, 0.2)),
    )
    with rendering.create(stage) as renderer:
        seen = LabelInput(renderer.render(stage.initial_poses, CAMERA), stage, stage.initial_poses, CAMERA, renderer)
        labels = {
            name: LABELS[name](seen) for name in ("instance_id", "distance", "occlusion", "truncation", "occluded_by")
        }
        found = facts(seen)
    assert len(found) == 3
    for fact in found:
        row = labels["instance_id"].tolist().index(fact.instance)
        assert fact.distance == labels["distance"][row]
        assert fact.hidden == labels["occlusion"][row]
        assert fact.truncation == labels["truncation"][row]
    assert next(f for f in found if f.class_name == "forklift").hidden_by == "carton"
