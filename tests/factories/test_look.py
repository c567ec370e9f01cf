"""What equipment looks like: closed meshes of few triangles, signs and markers that say what they should, lights."""

from collections import Counter

import numpy as np
import pytest

import factories
from factories.equipment import kinds
from factories.equipment.charging_dock import ChargingDock
from factories.equipment.door import Door
from factories.equipment.forklift import Forklift
from factories.equipment.pallet_truck import PalletTruck
from factories.equipment.pillar import Pillar
from factories.equipment.rack import Rack
from factories.equipment.stillage import Stillage
from factories.equipment.worker import Worker
from factories.extents import meshes
from factories.layout import Layout
from factories.lights import SKYLIGHTS, LightModel
from factories.materials import MATERIALS
from twin import textures
from twin.errors import FileError
from twin.scene import Light, Mesh, Scene

MODELLED = [Forklift, PalletTruck, Stillage, Worker]


def signs(item: object) -> list[str]:
    scene = factories.build(Layout(name="s", size=(9, 9), equipment=(item,)))  # type: ignore[arg-type]
    return sorted({g.material for b in scene.bodies for g in b.geoms if ":" in g.material})


@pytest.mark.parametrize("mesh", [m for kind in MODELLED for m in kind.meshes], ids=lambda m: m.name)
def test_meshes_are_closed_and_turned_outwards(mesh: Mesh) -> None:
    edges = Counter((face[i], face[(i + 1) % 3]) for face in mesh.faces for i in range(3))
    assert all(edges[b, a] == count for (a, b), count in edges.items())
    corners = np.array(mesh.vertices)[np.array(mesh.faces)]
    assert np.einsum("ij,ij->i", corners[:, 0], np.cross(corners[:, 1], corners[:, 2])).sum() > 0


@pytest.mark.parametrize("kind", MODELLED, ids=lambda k: k.__name__)
def test_models_have_few_triangles_and_felt_parts_that_are_not_drawn(kind: type) -> None:
    (part, *_) = kind(at=(0, 0), name="m").parts()
    drawn = [g for g in part.geoms if g.visible]
    known = meshes()
    assert 100 < sum(len(known[g.mesh].faces) if g.mesh else 12 for g in drawn) < 1600
    assert not any(g.collides for g in drawn)
    assert all(not g.visible for g in part.geoms if g.collides)


def test_every_material_names_a_texture_that_exists() -> None:
    for material in (*MATERIALS.values(), *(m for kind in kinds().values() for m in kind.materials)):
        if material.texture:
            textures.check(material.texture)


def test_signs_say_what_they_are_told_or_the_number_of_the_name() -> None:
    assert signs(Rack(at=(4, 4), bays=1, fill=0, name="rack_12")) == ["sign:R12"]
    assert signs(Rack(at=(4, 4), bays=1, fill=0, name="north")) == []
    assert signs(Rack(at=(4, 4), bays=1, fill=0, name="rack_12", sign="AA 01")) == ["sign:AA 01"]
    assert signs(Door(at=(4, 4), name="door_3")) == ["sign:3"]
    assert signs(Door(at=(4, 4), name="door_3", width=1)) == ["sign:exit"]
    assert signs(Pillar(at=(4, 4), sign="")) == []
    assert signs(Pillar(at=(4, 4))) == ["sign:forklift"]


def test_docks_carry_the_marker_of_their_number() -> None:
    assert signs(ChargingDock(at=(4, 4), name="dock_7")) == ["marker:7", "sign:charging"]
    assert signs(ChargingDock(at=(4, 4), name="dock_7", marker=900)) == ["marker:900", "sign:charging"]


def test_a_hall_has_skylights_unless_its_layout_says_what_lights_it() -> None:
    def built(**changes: object) -> Scene:
        return factories.build(Layout(name="l", size=(9, 9), **changes))  # type: ignore[arg-type]

    assert built().lights == SKYLIGHTS
    assert built(lights=()).lights == ()
    lamp = LightModel(kind="spot", at=(1, 2, 4), intensity=2.0, cutoff_deg=90 / np.pi, casts_shadow=True)
    assert built(lights=(lamp,)).lights == (
        Light("spot", (1, 2, 4), (0, 0, -1), (1, 1, 1), 2.0, pytest.approx(0.5), True),  # type: ignore[arg-type]
    )


def test_mistakes_in_lights_and_signs_are_told_with_their_place(tmp_path) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / "l.yaml"
    file.write_text(
        "name: l\nsize: [9, 9]\nlights:\n  - {kind: sport, at: [1, 1, 4]}\n"
        "equipment:\n  - {type: rack, at: [4, 4], sign: 'A/1'}\n"
    )
    with pytest.raises(FileError) as caught:
        factories.load(file)
    assert "l.yaml:4:" in str(caught.value)
    assert "lights[0].kind" in str(caught.value)
    assert "l.yaml:6:" in str(caught.value)
    assert "sign" in str(caught.value)
