"""Class ids are in datasets: they never change."""

import pytest

from twin.errors import UnknownNameError
from twin.taxonomy import BACKGROUND_ID, CLASSES, class_id, having

# Ids as first published, in order; new classes are added behind these.
PUBLISHED = (
    *("forklift", "pallet_truck", "pallet", "small_load_carrier", "stillage"),  # the LOCO dataset's
    *("carton", "person", "robot", "rack", "conveyor", "workstation", "machine", "charging_dock", "barrier"),
    *("pillar", "wall", "door", "floor", "floor_marking"),
)


def test_ids_are_stable_and_leave_0_to_the_background():
    assert tuple(c.name for c in CLASSES[: len(PUBLISHED)]) == PUBLISHED
    assert [c.id for c in CLASSES] == list(range(1, len(CLASSES) + 1))
    assert BACKGROUND_ID == 0


def test_what_exports_call_stuff_is_as_published():
    assert having("stuff") == {"floor", "floor_marking", "wall"}


def test_names_and_colours_are_distinct():
    assert len({c.name for c in CLASSES}) == len({c.color for c in CLASSES}) == len(CLASSES)
    assert (0, 0, 0) not in {c.color for c in CLASSES}


def test_names_lead_to_ids():
    assert {c.name: class_id(c.name) for c in CLASSES} == {c.name: c.id for c in CLASSES}


def test_an_unknown_class_suggests_the_nearest():
    with pytest.raises(UnknownNameError, match="unknown class 'fork_lift'; did you mean 'forklift'"):
        class_id("fork_lift")
