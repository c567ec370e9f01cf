"""A sentence about what a frame shows, from its labels: "A forklift 6.2 m ahead, half hidden by a rack"."""

from dataclasses import dataclass

import numpy as np

from twin.geometry import FloatArray
from twin.labels import LABELS, LabelInput
from twin.lenses import unproject
from twin.taxonomy import CLASSES
from twin.wording import article

MENTIONED = 3
"""Objects in a sentence."""
SMALLEST = 0.001
"""Share of the image that an object fills to be mentioned."""
ALONGSIDE = 0.14
"""rad within which something is straight ahead."""
AT = 0.05
"""m within which no distance is told: "close ahead"."""
HIDDEN = ((0.75, "mostly"), (0.4, "half"), (0.15, "partly"))
"""From which share on something is hidden how."""
CUT_OFF = 0.3
"""Truncation from which on it is said."""
RELEVANCE = {"person": 3.0, "vehicle": 3.0, "load_carrier": 1.5, "equipment": 1.5, "safety": 1.0, "building": 0.0}
"""By supercategory, 1 where it is not listed: what matters more to who drives comes first; the building is not told."""


@dataclass(frozen=True, slots=True)
class Fact:
    """What is told of one object."""

    instance: int
    class_name: str
    distance: float
    """m, to the nearest point of its 3D box."""
    bearing: float
    """rad to the left of the optical axis, of the middle of what is seen."""
    hidden: float
    """Share of its silhouette in the image that other things hide; 0 where no renderer was given."""
    hidden_by: str
    """Class of what hides most of it; empty for nothing and for what is not labelled."""
    truncation: float


def facts(given: LabelInput) -> list[Fact]:
    """The most relevant objects, most relevant first: near, large and of a kind that matters."""
    classes, pixels = LABELS["class_id"](given), LABELS["visible_pixels"](given)
    distances, truncation = LABELS["distance"](given), LABELS["truncation"](given)
    worth = np.array([RELEVANCE.get(CLASSES[kind - 1].supercategory, 1.0) for kind in classes])
    seen = np.sqrt(pixels / given.frame.instance.size)
    weight = np.where(seen >= np.sqrt(SMALLEST), worth * seen / (1.0 + distances), 0.0)
    chosen = [int(row) for row in np.argsort(-weight, kind="stable")[:MENTIONED] if weight[row] > 0]
    hidden, occluder = np.zeros(len(classes)), np.zeros(len(classes), np.intp)
    if given.renderer is not None and chosen:
        hidden, occluder = LABELS["occlusion"](given), LABELS["occluded_by"](given)
    bearings = _bearings(given)
    return [
        Fact(
            instance=int(given.ids[row]),
            class_name=CLASSES[classes[row] - 1].name,
            distance=float(distances[row]),
            bearing=float(bearings[row]),
            hidden=float(hidden[row]),
            hidden_by=_class_of(given, int(occluder[row])),
            truncation=float(truncation[row]),
        )
        for row in chosen
    ]


def caption(given: LabelInput) -> str:
    """A sentence about the most relevant objects; the same frame gives the same sentence.

    What hides them is told where ``given`` has a renderer.
    """
    told = [_phrase(fact) for fact in facts(given)]
    if not told:
        return "Nothing but the building in view."
    text = "; ".join(told)
    return f"{text[0].upper()}{text[1:]}."


def _phrase(fact: Fact) -> str:
    noun = fact.class_name.replace("_", " ")
    side = "left" if fact.bearing > 0 else "right"
    where = "ahead" if abs(fact.bearing) <= ALONGSIDE else f"ahead to the {side}"
    far = "close" if fact.distance < AT else f"{fact.distance:.1f} m"
    said = [f"{article(noun)} {far} {where}"]
    how = next((word for least, word in HIDDEN if fact.hidden >= least), "")
    if how:
        behind = f" by {_other(fact)}" if fact.hidden_by else ""
        said.append(f"{how} hidden{behind}")
    if fact.truncation >= CUT_OFF:
        said.append("cut off by the edge of the image")
    return ", ".join(said)


def _other(fact: Fact) -> str:
    noun = fact.hidden_by.replace("_", " ")
    return f"another {noun}" if fact.hidden_by == fact.class_name else article(noun)


def _class_of(given: LabelInput, ident: int) -> str:
    kind = int(given.table.class_of_id[ident]) if ident else 0
    return CLASSES[kind - 1].name if kind else ""


def _bearings(given: LabelInput) -> FloatArray:
    """Radians to the left, of the middle of each object's tight box."""
    boxes = LABELS["bounding_box_2d_tight"](given).astype(np.float64)
    middles = (boxes[:, :2] + boxes[:, 2:]) / 2 - 0.5
    rays = unproject(given.camera.lens, middles)
    bearings: FloatArray = -np.arctan2(rays[:, 0], rays[:, 2])
    return bearings
