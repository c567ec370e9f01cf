"""Which renderer is used: by name, or by what the machine can do."""

import os
import subprocess
import sys
import textwrap

import pytest

from twin import rendering
from twin.errors import UnknownNameError
from twin.testing.rendering_stage import stage

NO_OPENGL = {"__EGL_VENDOR_LIBRARY_FILENAMES": "/nonexistent"}


def run(code: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    prologue = "import logging; logging.basicConfig(format='%(name)s: %(message)s')\n"
    return subprocess.run(
        [sys.executable, "-c", prologue + textwrap.dedent(code)],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_an_unknown_renderer_names_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match=r"unknown renderer 'rastr'; did you mean 'raster'\? allowed: auto, cl"):
        rendering.create(stage(), "rastr")


def test_every_name_makes_a_renderer_of_that_name() -> None:
    for name in rendering.RENDERERS:
        with rendering.create(stage(), name) as renderer:
            assert renderer.name == name


def test_auto_is_raster_where_there_is_opengl() -> None:
    with rendering.create(stage()) as renderer:
        assert renderer.name == "raster"


def test_without_opengl_rays_are_chosen_and_said_once() -> None:
    done = run(
        """
        from twin import rendering
        from twin.testing.rendering_stage import CAMERA, box, stage
        scene = stage(box(1, (3, 0, 0)))
        for _ in range(2):
            with rendering.create(scene) as renderer:
                print(renderer.name, (renderer.render(scene.initial_poses, CAMERA).instance == 1).sum() > 50)
        """,
        **NO_OPENGL,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["rays", "True"] * 2
    lines = [line for line in done.stderr.splitlines() if "rays" in line]
    assert len(lines) == 1
    assert lines[0].startswith("twin: drawing with 'rays', which needs no OpenGL but is slower: no OpenGL: ")
    assert "apt install libegl1 libegl-mesa0 libgl1-mesa-dri" in lines[0]


def test_a_renderer_that_is_asked_for_and_cannot_be_had_is_an_error() -> None:
    done = run(
        """
        from twin import rendering
        from twin.errors import RenderError
        from twin.testing.rendering_stage import stage
        for name in ("raster", "classic"):
            try:
                rendering.create(stage(), name)
            except RenderError as error:
                print("OpenGL: " in str(error))
        """,
        **NO_OPENGL,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["True", "True"]


def test_importing_the_registry_loads_no_renderer() -> None:
    done = run(
        """
        import sys
        import twin.rendering
        print([name for name in ("moderngl", "mujoco", "embreex", "PIL") if name in sys.modules])
        """
    )
    assert done.stdout.strip() == "[]", done.stderr
