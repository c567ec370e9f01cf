"""Ids mean something."""

from collections import Counter
from collections.abc import Iterator

from twin.errors import InputError
from twin.labels._input import LabelInput
from twin.labels.audit._problem import Problem
from twin.per_object import per_object
from twin.scene import Scene
from twin.taxonomy import class_ids


def check(given: LabelInput) -> Iterator[Problem]:
    """Every id in the image is the scene's; the scene's ids are unique and its classes in the taxonomy.

    Cannot find two objects that have changed ids where they look alike and lie in one another's box.
    """
    yield from _of_scene(given.scene)
    try:
        _ = given.visible
    except InputError as error:
        yield Problem("ids", "instance", str(error))


@per_object
def _of_scene(scene: Scene) -> tuple[Problem, ...]:
    times = Counter(instance.id for instance in scene.instances)
    twice = [f"{n} objects of scene '{scene.name}' have the id {ident}" for ident, n in times.items() if n > 1]
    strange = [
        f"the class '{instance.class_name}' of '{instance.name}' is not in the taxonomy"
        for instance in scene.instances
        if instance.class_name not in class_ids()
    ]
    return tuple(Problem("ids", "instance", text) for text in twice + strange)
