"""OpenGL in forked and spawned workers: works, or says why not."""

import os
import subprocess
import sys
import textwrap

import pytest

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")

PROLOGUE = """
import os, sys
from twin import rendering
from twin.errors import RenderError
from twin.testing.rendering_stage import CAMERA, busy_stage, same
scene = busy_stage()
"""


def run(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PROLOGUE + textwrap.dedent(code)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("name", ["raster", "classic", "rays"])
def test_a_renderer_from_before_a_fork_is_refused_in_the_child(name: str) -> None:
    out = run(
        f"""
        renderer = rendering.create(scene, "{name}")
        renderer.render(scene.initial_poses, CAMERA)
        if os.fork() == 0:
            try:
                renderer.render(scene.initial_poses, CAMERA)
            except RenderError as error:
                print(error, flush=True)
            os._exit(0)
        os.wait()
        """
    )
    assert "is used in its fork" in out
    assert "create renderers after forking" in out


@pytest.mark.parametrize("name", ["raster", "rays"])
def test_a_child_that_makes_its_own_draws_the_same(name: str) -> None:
    out = run(
        f"""
        renderer = rendering.create(scene, "{name}")
        frame = renderer.render(scene.initial_poses, CAMERA)
        if os.fork() == 0:
            with rendering.create(scene, "{name}") as own:
                print("child", same(own.render(scene.initial_poses, CAMERA), frame), flush=True)
            os._exit(0)
        _, status = os.wait()
        print("parent", status, same(renderer.render(scene.initial_poses, CAMERA), frame))
        """
    )
    assert out.split() == ["child", "True", "parent", "0", "True"]
