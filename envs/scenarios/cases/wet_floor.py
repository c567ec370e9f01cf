"""The whole floor is wet: dark, shiny, slippery."""

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np
from typing_extensions import override

from envs.scenarios.cases._base import PREFIX, Case
from envs.scenarios.cases._plan import Plan, rectangle
from envs.scenarios.evidence import spread
from factories.materials import MATERIALS
from twin.randomizers import Drawn
from twin.samplers import AnySampler, Dice, Sampler, counting, within
from twin.scene import Body, Material, Scene
from twin.staging import Staging

if TYPE_CHECKING:
    from envs.scenarios.evidence import Evidence

WET = "wet_floor"
DRY = MATERIALS["concrete"]
PICTURES = 5
CHANGED = 14
"""Of 255, by which wet floor differs from dry floor in the same light, in the mean."""
SHARE = 0.05
"""Of the picture that is floor."""
SLIPPERY = 0.3
"""Coulomb's coefficient at most."""


class CASE(Case):
    """Somebody has cleaned, or it has rained in."""

    type: Literal["wet_floor"] = "wet_floor"
    friction: Annotated[AnySampler, within(0.05, 1)] = Sampler(uniform=(0.12, 0.35))
    """Factor on that of the dry floor."""
    darkness: Annotated[AnySampler, within(0.2, 1)] = Sampler(uniform=(0.45, 0.65))
    """Factor on its colour."""
    roughness: Annotated[AnySampler, within(0, 0.3)] = Sampler(uniform=(0.0, 0.06))
    """Of a film of water; dry concrete has 0.7."""
    puddles: Annotated[AnySampler, counting(0, 40)] = Sampler(uniform=(5, 12))
    """Where the water stands, beside the way and in it."""

    @override
    def place(self, plan: Plan, dice: Dice) -> dict[str, Any] | None:
        drawn = {name: dice.number(name, getattr(self, name)) for name in ("friction", "darkness", "roughness")}
        puddles = []
        for k in range(dice.count("puddles", self.puddles)):
            at = plan.beside(dice.uniform(1.5, plan.length), dice.uniform(-1, 1), dice.uniform(-1.8, 1.8))
            size = dice.uniform(0.5, 1.6), dice.uniform(0.4, 1.2)
            puddle = {"type": "spill", "name": f"{PREFIX}puddle_{k}", "at": at, "yaw_deg": dice.uniform(-180, 180)}
            puddle |= {"size": size, "liquid": "water", "friction": 0.8 * drawn["friction"], "seed": dice.whole(2**31)}
            if plan.floor.free(rectangle((*at, 0.0), 1.0, 1.0), walks=False):
                puddles.append(puddle)
        return {**drawn, "equipment": puddles}

    @override
    def apply(self, staging: Staging, drawn: Drawn) -> Staging:
        given: Any = drawn
        scene = staging.scene
        floors = {i.id for i in scene.instances if i.class_name == "floor"}
        known = {material.name: material for material in scene.materials}
        used = {g.material for b in scene.bodies if b.instance in floors for g in b.geoms}
        wet = {name: _wet(known[name], given) for name in sorted(used & known.keys())}

        def changed(body: Body) -> Body:
            if body.instance not in floors:
                return body
            geoms = tuple(
                replace(
                    geom,
                    material=wet[geom.material].name if geom.material in wet else geom.material,
                    friction=geom.friction * float(given["friction"]),
                )
                for geom in body.geoms
            )
            return replace(body, geoms=geoms)

        materials = (*scene.materials, *wet.values())
        return replace(
            staging, scene=replace(scene, materials=materials, bodies=tuple(changed(b) for b in scene.bodies))
        )

    @staticmethod
    @override
    def happened(evidence: "Evidence") -> bool:
        """The floor looks other than a dry one in the same light, and wheels find little hold on it."""
        floors = evidence.of_class("floor")
        held = [g.friction for b in evidence.scene.bodies for i in floors if b.instance == i.id for g in b.geoms]
        if not held or min(held) > SLIPPERY:
            return False
        dry = _dried(evidence.scene)
        off = []
        for view in spread(evidence.views, PICTURES):
            floor = np.isin(view.instance, [i.id for i in floors])
            if floor.mean() > SHARE:
                off.append(np.abs(view.rgb.astype(int) - evidence.drawn(dry, view))[floor].mean())
        return bool(off) and float(np.median(off)) > CHANGED


def _wet(material: Material, drawn: Any) -> Material:
    r, g, b = (float(drawn["darkness"]) * value for value in material.color)
    return replace(
        material, name=f"{WET}_{material.name}", color=(r, g, b), roughness=float(drawn["roughness"]), metallic=0.15
    )


def _dried(scene: Scene) -> Scene:
    """The same scene with a floor of dry concrete."""
    floors = {i.id for i in scene.instances if i.class_name == "floor"}
    dry = replace(DRY, name="dry_floor")
    bodies = tuple(
        replace(b, geoms=tuple(replace(g, material=dry.name) for g in b.geoms)) if b.instance in floors else b
        for b in scene.bodies
    )
    return replace(scene, bodies=bodies, materials=(*scene.materials, dry))
