"""OpenGL in forked and spawned workers: works, or says why not."""

import os
import subprocess
import sys
import textwrap

import pytest

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")

PROLOGUE = """
import os, sys
import numpy as np
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


def test_a_renderer_from_before_a_fork_is_refused_in_the_child() -> None:
    out = run(
        """
        renderers = [rendering.create(scene, name) for name in rendering.RENDERERS]
        for renderer in renderers:
            renderer.render(scene.initial_poses, CAMERA)
        if os.fork() == 0:
            for renderer in renderers:
                try:
                    renderer.render(scene.initial_poses, CAMERA)
                except RenderError as error:
                    print(error, flush=True)
            os._exit(0)
        os.wait()
        """
    )
    for line, kind in zip(out.splitlines(), ("raster", "classic", "ray"), strict=True):
        assert line.startswith(f"the {kind} renderer was made by process ")
        assert "is used in its fork" in line
        assert "create renderers after forking" in line


def test_a_child_that_makes_its_own_draws_the_same() -> None:
    out = run(
        """
        for name in ("raster", "rays"):
            renderer = rendering.create(scene, name)
            frame = renderer.render(scene.initial_poses, CAMERA)
            if os.fork() == 0:
                with rendering.create(scene, name) as own:
                    print("child", same(own.render(scene.initial_poses, CAMERA), frame), flush=True)
                os._exit(0)
            _, status = os.wait()
            print("parent", status, same(renderer.render(scene.initial_poses, CAMERA), frame), flush=True)
        """
    )
    assert out.split() == ["child", "True", "parent", "0", "True"] * 2


@pytest.mark.slow
@pytest.mark.parametrize("context", ["fork", "spawn", "forkserver"])
def test_environments_in_worker_processes_see_the_same(context: str) -> None:
    """Whatever starts the workers, and although this process has drawn before."""
    out = run(
        f"""
        import gymnasium
        def see(**options):
            env = gymnasium.make_vec("FactoryTwin/VisualNav-v0", num_envs=2, camera_size=(32, 24), **options)
            env.reset(seed=4)
            seen = env.step(np.ones(env.action_space.shape, np.float32))[0]["rgb"]
            env.close()
            return seen
        if __name__ == "__main__":
            alone = see(vectorization_mode="sync")
            apart = see(vectorization_mode="async", vector_kwargs={{"context": "{context}"}})
            print(np.array_equal(alone, apart), alone.std() > 10)
        """
    )
    assert out.split() == ["True", "True"]
