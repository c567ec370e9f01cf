"""A scene is data: it survives being written, and says what is wrong with it."""

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twin.errors import InputError, UnknownNameError
from twin.lenses import Lens
from twin.scene import (
    Actuator,
    Body,
    Camera,
    Geom,
    Instance,
    Joint,
    Light,
    Material,
    Mesh,
    Motion,
    Patrol,
    Pose,
    Scene,
    Shape,
    merge,
    pose_world_camera,
    validate,
)
from twin.testing.stages import busy_stage

number = st.floats(-1e6, 1e6)
positive = st.floats(1e-3, 1e3)
vec3 = st.tuples(number, number, number)
geoms = st.builds(
    Geom,
    st.sampled_from([s for s in Shape if s is not Shape.MESH]),
    st.tuples(positive, positive, positive),
    st.builds(Pose, vec3),
    collides=st.booleans(),
    friction=positive,
    surface_velocity=vec3,
)
bodies = st.lists(
    st.tuples(st.lists(geoms, max_size=3), st.builds(Pose, vec3), st.sampled_from(["static", "free", "kinematic"])),
    max_size=4,
)


@st.composite
def scenes(draw) -> Scene:
    parts = draw(bodies)
    return Scene(
        draw(st.text(max_size=5)),
        tuple(
            Body(f"b{i}", pose, tuple(g), Motion(m), mass=1.5, instance=i + 1) for i, (g, pose, m) in enumerate(parts)
        ),
        tuple(Instance(i + 1, f"i{i}", "pallet", f"b{i}", (0, 0, 0), (1, 1, 1), loose=True) for i in range(len(parts))),
        lights=draw(st.lists(st.builds(Light, st.sampled_from(["point", "spot"]), vec3), max_size=2).map(tuple)),
        cameras=tuple(Camera(f"c{i}", f"b{i}", lens=Lens(draw(st.integers(1, 99)))) for i in range(len(parts))),
        patrols=tuple(Patrol(f"b{i}", ((0.0, 0.0), (1.0, draw(number)))) for i in range(len(parts))),
    )


@settings(max_examples=25)
@given(scenes())
def test_json_gives_the_same_scene_back(scene: Scene):
    validate(scene)
    text = scene.to_json()
    back = Scene.from_json(text)
    assert back == scene
    assert back.to_json() == text
    assert back.digest() == scene.digest()


def test_json_keeps_what_an_engine_needs():
    scene = busy_stage()
    assert Scene.from_json(scene.to_json()) == scene


def test_the_digest_is_of_the_content():
    scene = busy_stage()
    assert scene.digest() == busy_stage().digest()
    assert replace(scene, name="other").digest() != scene.digest()


def test_the_digest_is_the_same_in_every_process():
    code = "from twin.testing.stages import busy_stage; print(busy_stage().digest())"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert told.strip() == busy_stage().digest()


BOX = Geom(Shape.BOX, (1.0, 1.0, 1.0))
WRONG = [
    ({"bodies": (Body("a"), Body("a"))}, "body 'a' occurs 2 times"),
    ({"bodies": (Body("a", parent="b"), Body("b"))}, "body 'a': parent 'b' is not listed before it"),
    ({"bodies": (Body("a", geoms=(BOX,), motion=Motion.FREE),)}, "body 'a': a free body needs a mass above 0, not 0.0"),
    ({"bodies": (Body("a", motion=Motion.FREE, mass=float("nan")),)}, "needs a mass above 0, not nan"),
    ({"bodies": (Body("a", joint=Joint()),)}, "body 'a': a joint belongs to jointed bodies, and only to them"),
    ({"bodies": (Body("a", instance=4),)}, "body 'a': no instance has id 4"),
    ({"bodies": (Body("a", geoms=(replace(BOX, material="m"),)),)}, "'a' refers to the material 'm'"),
    ({"bodies": (Body("a", geoms=(replace(BOX, mesh="m"),)),)}, "'a' refers to the mesh 'm'"),
    ({"materials": (Material("m"), Material("m"))}, "material 'm' occurs 2 times"),
    ({"meshes": (Mesh("m", (), ()), Mesh("m", (), ()))}, "mesh 'm' occurs 2 times"),
    ({"cameras": (Camera("c"), Camera("c"))}, "camera 'c' occurs 2 times"),
    ({"cameras": (Camera("c", "ghost"),)}, "'c' refers to the body 'ghost', which does not exist"),
    ({"actuators": (Actuator("motor", "ghost"),)}, "'motor' refers to the body 'ghost'"),
    ({"patrols": (Patrol("ghost", ((0, 0), (1, 1))),)}, "'ghost' refers to the body 'ghost'"),
    ({"instances": (Instance(1, "i", "pallet", "ghost", (0, 0, 0), (1, 1, 1)),)}, "'i' refers to the body 'ghost'"),
]


@pytest.mark.parametrize(("fields", "message"), WRONG, ids=[message for _, message in WRONG])
def test_what_is_wrong_is_said(fields: dict[str, object], message: str):
    with pytest.raises(InputError) as error:
        validate(Scene("wrong", **fields))
    assert "scene 'wrong'" in str(error.value)
    assert message in str(error.value)


def test_everything_wrong_is_said_at_once():
    bodies = (Body("a"), Body("a"), Body("b", motion=Motion.FREE))
    with pytest.raises(InputError, match=r"occurs 2 times\n.*needs a mass"):
        validate(Scene("wrong", bodies))


@pytest.mark.parametrize("number", [0, -1, 65536])
def test_instance_ids_fit_into_an_image(number: int):
    scene = Scene("s", (Body("a"),), (Instance(number, "i", "pallet", "a", (0, 0, 0), (1, 1, 1)),))
    with pytest.raises(InputError, match=f"instance 'i': its id must be from 1 to 65535, not {number}"):
        validate(scene)


def part(name: str, count: int) -> Scene:
    names = [f"{name}{i}" for i in range(count)]
    return Scene(
        name,
        tuple(Body(n, instance=i + 1) for i, n in enumerate(names)),
        tuple(Instance(i + 1, n, "pallet", n, (0, 0, 0), (1, 1, 1)) for i, n in enumerate(names)),
        materials=(Material("steel"),),
    )


@settings(max_examples=10)
@given(st.lists(st.integers(0, 4), min_size=1, max_size=4))
def test_merged_parts_keep_what_belongs_together(counts: list[int]):
    merged = merge(*(part(chr(97 + k), count) for k, count in enumerate(counts)))
    assert merged.name == "a"
    assert [i.id for i in merged.instances] == list(range(1, sum(counts) + 1))
    assert {b.name: b.instance for b in merged.bodies} == {i.body: i.id for i in merged.instances}
    assert merged.materials == (Material("steel"),)


def test_parts_must_not_share_names():
    with pytest.raises(InputError, match="body 'a0' occurs 2 times"):
        merge(part("a", 1), part("a", 1))


def test_initial_poses_follow_parents():
    quarter = Pose.planar(1.0, 0.0, np.pi / 2)
    scene = Scene("chain", (Body("a", quarter), Body("b", quarter, parent="a"), Body("c", quarter, parent="b")))
    np.testing.assert_allclose(scene.initial_poses[:, :2], [[1, 0], [1, 1], [0, 1]], atol=1e-12)
    assert quarter @ quarter == Pose.of(scene.initial_poses[1])


def test_cameras_ride_on_their_bodies():
    scene = Scene(
        "s", (Body("a"),), cameras=(Camera("on", "a", Pose((0, 0, 1))), Camera("fixed", pose=Pose((5, 5, 5))))
    )
    moved = np.array([[1.0, 2.0, 0.0, 1, 0, 0, 0]])
    np.testing.assert_array_equal(pose_world_camera(scene, scene.camera("on"), moved)[:3], [1, 2, 1])
    np.testing.assert_array_equal(pose_world_camera(scene, scene.camera("fixed"), moved)[:3], [5, 5, 5])
    with pytest.raises(UnknownNameError, match="unknown camera 'one'; did you mean 'on'"):
        scene.camera("one")


@given(st.integers(1, 300), st.integers(1, 300), st.floats(0.1, 2.5))
def test_a_resized_lens_sees_the_same(width: int, height: int, fov: float):
    lens = Lens.from_fov(128, 96, fov)
    other = lens.resized(width, height)
    for ray in ([0.0, 0.0, 1.0], [0.3, -0.2, 1.0]):
        u, v, _ = lens.matrix() @ ray
        # As shares of the image, whose first pixel spans -0.5 to 0.5.
        there = (other.matrix() @ ray)[:2] + 0.5
        np.testing.assert_allclose(there / [width, height], [(u + 0.5) / 128, (v + 0.5) / 96], rtol=1e-9, atol=1e-9)
