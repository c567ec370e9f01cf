import subprocess
import sys

import pytest

from twin.errors import UnknownNameError
from twin.physics import create
from twin.physics.base import Physics
from twin.scene import Scene
from twin.testing.physics import PhysicsContract
from twin.testing.stages import stage


class TestMujoco(PhysicsContract):
    def create(self, scene: Scene) -> Physics:
        return create("mujoco", scene)


class TestPybullet(PhysicsContract):
    def create(self, scene: Scene) -> Physics:
        return create("pybullet", scene)


def test_unknown_engine_suggests_the_nearest():
    with pytest.raises(UnknownNameError, match="unknown engine 'mujco'; did you mean 'mujoco'"):
        create("mujco", stage())


def test_pybullet_says_nothing():
    code = "from twin.physics import create; from twin.scene import Scene; create('pybullet', Scene('s')).close()"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (run.stdout, run.stderr) == ("", "")


def test_importing_the_package_loads_no_engine():
    code = "import sys, twin.physics; print({'mujoco', 'pybullet'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "set()\n"
