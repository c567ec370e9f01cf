"""A task in a world, as a Gymnasium environment."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from inspect import signature
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import numpy.typing as npt
from gymnasium import spaces
from gymnasium.error import ResetNeeded
from gymnasium.utils.seeding import np_random

from envs import metrics, rewards
from envs import option_checks as check
from envs.actions import Actions
from envs.episodes import Episode, inside
from envs.guide import Guide
from envs.instructions import instruction
from envs.movers import drawn_temperaments, seen_movers
from envs.navigation import NavigationState, Progress, at_start, counted, following, over
from envs.navigator import Navigator
from envs.observations import OBSERVATIONS
from envs.rules import Rule
from envs.scenarios import Scenario
from envs.shield import Shield
from envs.sites import ROBOT, Site, Sites
from envs.tasks import Task
from envs.venues import Venues
from envs.worlds import Worlds
from factories.layout import Layout
from robots.robot import Robot
from twin.errors import InputError, one_of
from twin.geometry import FloatArray
from twin.physics import ENGINES
from twin.rendering import AUTO, QUALITIES, RENDERERS, Frame
from twin.scene import Camera
from twin.sensors import Bumper, CameraMount, Lidar
from twin.sensors.lidar import scan_points
from twin.sensors.shutter import Image
from twin.world import World

RENDER_MODES = ("rgb_array", "human")


class FactoryEnv(gymnasium.Env[dict[str, Any], npt.NDArray[np.float32]]):
    """Drive one robot through one factory.

    Actions are the moving components of the wanted twist, each in [-1, 1] of the drive's limits: (v, yaw rate) for a
    differential drive, (vx, vy, yaw rate) for an omnidirectional one.
    """

    metadata: dict[str, Any] = {  # noqa: RUF012 - as Gymnasium declares it
        "render_modes": list(RENDER_MODES),
        "render_fps": 10,
    }

    def __init__(  # noqa: PLR0913 - the options of an environment are its interface
        self,
        task: str | Task,
        *,
        layout: str | Path | Sequence[str | Path] = "small_warehouse",
        generator: Mapping[str, Any] | None = None,
        robot: str | Path | Robot = "amr",
        engine: str = "mujoco",
        obs: str | Sequence[str] | None = None,
        rewards: Mapping[str, float] | None = None,
        camera: str | None = None,
        camera_size: tuple[int, int] | None = None,
        calibration: str | Path | None = None,
        quality: str | None = None,
        control_period: float = 0.1,
        collision_ends: bool | None = None,
        shield: bool = False,
        renderer: str = "auto",
        scenario: str | Path | Scenario | None = None,
        keep_sites: int = 16,
        render_mode: str | None = None,
        **unknown: Any,
    ) -> None:
        """See ``docs/environments.md`` for the options.

        ``layout``: a shipped name, a file, ``generated`` (see ``generator``), or a list to draw from at each reset.
        ``rewards`` overrides single weights of the task. ``camera_size`` (width, height) resamples the robot's cameras.
        ``calibration``: a ROS camera_info file for the camera. ``quality``: how images are drawn.
        ``shield`` brakes when the lidar says that driving on and then braking would hit something.
        ``scenario``: what is randomized, a shipped one's name, a file, or a ``Scenario``.
        ``keep_sites``: how many layouts stay loaded.
        """
        for name in unknown:
            one_of("environment option", name, options())
        self.task = check.task(task, rewards, collision_ends)
        self.robot = check.robot(robot)
        self.render_mode = None if render_mode is None else one_of("render_mode", render_mode, RENDER_MODES)
        self._names = check.observations(self.task.observations if obs is None else obs)
        self._camera_name = check.camera(camera, self.robot, self.task)
        period = check.period(control_period)
        if calibration is not None:
            self.robot = self.robot.calibrated(self._camera_name, Path(calibration))
        elif camera_size is None:
            camera_size = self.task.camera_size
        size = None if camera_size is None else check.image_size(camera_size)
        drawn = one_of("quality", self.task.quality if quality is None else quality, QUALITIES)
        one_of("engine", engine, ENGINES)
        one_of("renderer", renderer, (AUTO, *RENDERERS))

        def site(chosen: Layout) -> Site:
            return Site.of(chosen, self.robot, size)

        def world(site: Site) -> World:
            scene, mobile, look = site.staging.scene, site.staging.mobile, site.staging.look
            return World(scene, mobile, engine, period, renderer, drawn, look)

        keep = check.count("keep_sites", keep_sites)
        self._shield = Shield(self.robot, period) if check.flag("shield", shield) else None
        sites = Sites(layout, {**self.task.generator, **check.mapping("generator", generator)}, site, keep)
        self.venues = Venues(self.task, sites, Worlds(world, keep), scenario)
        self.threadsafe = engine == "mujoco"
        self.metadata = {**type(self).metadata, "render_fps": max(1, round(1 / period))}
        drive = self.robot.drive
        self.top_twist = np.maximum(np.maximum(np.abs(drive.low), np.abs(drive.high)), 1e-9)
        self.actions = Actions(drive, self.task.expo)
        self.action_space = self.actions.space
        self.observation_space: spaces.Dict = spaces.Dict({n: OBSERVATIONS[n].space(self) for n in self._names})
        self._running = False
        self._image: Image | None = None
        self._viewer: Any = None
        self.guide: Guide
        self.state: NavigationState
        self.totals: Progress
        self.rules: tuple[Rule, ...] = ()

    # -- what observations and agents read --------------------------------------------------------------------------

    @property
    def site(self) -> Site:
        """Where the current episode is; before the first one, where some episode could be."""
        return self.venues.site

    @property
    def world(self) -> World:
        """The world of the current episode."""
        return self.venues.world

    @property
    def scenario(self) -> Scenario | None:
        """What is randomized."""
        return self.venues.scenario

    @property
    def episode(self) -> Episode:
        """What the current episode asks for now."""
        return self.guide.episode

    @property
    def navigator(self) -> Navigator:
        """The route to there."""
        return self.guide.navigator

    @property
    def lidar(self) -> Lidar:
        """The robot's lidar."""
        return self.robot.sensors.lidar

    @property
    def camera(self) -> Camera:
        """The robot's camera that ``rgb`` and ``depth`` come from; ``InputError`` where it has none."""
        return self.world.scene.camera(self.mount.on(ROBOT))

    @property
    def mount(self) -> CameraMount:
        """That camera as the robot's file has it, whatever a scenario made of it."""
        for mount in self.robot.sensors.cameras:
            if mount.name == self._camera_name:
                return mount
        raise InputError(f"robot '{self.robot.name}' has no camera: leave out rgb, depth and instance_segmentation")

    @property
    def frame(self) -> Frame:
        """What that camera shows; drawn once a step, however many observations come from it."""
        return self._newest.frame

    @property
    def image_age(self) -> float:
        """Seconds since that camera took its image; it may have a rate of its own."""
        return self.world.time - self._newest.time

    @property
    def _newest(self) -> Image:
        if self._image is None:
            self._image = self.world.image(self.camera.name)
        return self._image

    @property
    def bumper(self) -> Bumper:
        """The robot's bumper."""
        return self.robot.sensors.bumper

    def movers(self) -> FloatArray:
        """Those who move and whom the lidar sees, (k, 5)."""
        return seen_movers(self.world.patrols, self.state.pose, self.state.lidar, self.lidar)

    def surroundings(self) -> FloatArray:
        """Metres to what is on the robot's map around it, (k,)."""
        return self.navigator.around(self.state.time, self.state.pose)

    def odometry(self) -> FloatArray:
        """Dead reckoning x, y (m), heading (rad) since the start."""
        return self.world.odometry()

    def imu(self) -> FloatArray:
        """Specific force (m/s^2) and turn rate (rad/s), (6,), with noise that is drawn at every call."""
        return self.world.imu(self.np_random)

    def pressed(self) -> FloatArray:
        """Which sectors of the bumper are pressed, (sectors,), 0 or 1."""
        return self.world.bumper()

    @property
    def instruction(self) -> str:
        """What the episode asks for, in words."""
        return self.episode.words or instruction(self.site.layout, self.navigator.route)

    @property
    def draws(self) -> dict[str, Any]:
        """What the episode's seed decided, as plain data: what a record of it keeps."""
        return {
            "start": list(self.episode.start),
            "goal": list(self.episode.goal),
            **self.episode.draws,
            **(self.venues.production.data() if self.venues.production is not None else {}),
            **drawn_temperaments(self.world.scene.patrols, self.world.patrols.traits),
        }

    # -- Gymnasium --------------------------------------------------------------------------------------------------

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[dict[str, npt.NDArray[Any]], dict[str, Any]]:
        """A new episode. ``options`` are those of the task's goals: ``start`` (x, y, heading), ``goal`` (x, y);
        and ``scenario``, for this episode and those after it.
        """
        self.begin(seed, options)
        self.venues.worlds.trim()
        self._show()
        return self.observe(), {**self.info(), "instruction": self.instruction}

    def begin(self, seed: int | None, options: dict[str, Any] | None) -> None:
        """The part of ``reset`` that moves the world."""
        # A stream of its own until there is an episode: where there is none, the one that runs goes on as before.
        rng = deepcopy(self.np_random) if seed is None else np_random(seed)[0]
        episode = self.venues.begin(rng, options or {})
        super().reset(seed=seed)
        self._np_random = rng
        self.world.reset(*episode.start, rng)
        self.guide = Guide(self.task, self.robot, self.site.known, self.world.patrols, episode)
        self.totals = Progress(episode.shortest)
        scan = self.world.lidar(rng)
        pose = self.world.planar()
        self.state = at_start(
            episode,
            pose,
            still=self.actions.still,
            scan=scan,
            left=self.guide.left(pose),
            ahead=self.guide.ahead(episode.start[:2]),
        )
        self.rules = tuple(make(self) for make in self.task.rules)
        for rule in self.rules:
            self.state = rule.begin(self.state)
        self._image = None
        self._running = True

    def step(
        self, action: npt.NDArray[np.float32]
    ) -> tuple[dict[str, npt.NDArray[Any]], float, bool, bool, dict[str, Any]]:
        """One control period. Ends on arrival, and on contact where ``collision_ends``."""
        self.advance(self.actions.checked(action))
        self._show()
        reward = float(rewards.total(self.task.rewards, self.state))
        return self.observe(), reward, self.ended, False, self.info()

    def advance(self, action: FloatArray) -> None:
        """The part of ``step`` that moves the world: physics, sensors and planning, most of it in compiled code."""
        if not self._running:
            raise ResetNeeded("the environment was not reset yet, or it is closed: call reset() first")
        driven, withheld = self.driven(self.actions.twist(action), self.state.lidar)
        self.world.step(driven, self.np_random)
        self.venues.direct()
        world, pose = self.world, self.world.planar()
        before, scan = self.state, world.lidar(self.np_random)
        self.look(world.time, pose, scan)
        self.state = following(
            before,
            time=world.time,
            pose=pose,
            twist=world.odometry_twist.copy(),
            action=action,
            lidar=scan,
            contact=self.collides(touching=bool(world.touching())),
            distance=self.guide.left(pose),
            ahead=self.guide.ahead(pose[:2]),
            arrival=self.task.arrival,
            withheld=withheld,
        )
        self.totals = counted(self.totals, before, self.state)
        self.judge(before)

    def judge(self, before: NavigationState) -> None:
        """The part of a step that the task's rules decide."""
        for rule in self.rules:
            self.state = rule.judge(before, self.state)

    def collides(self, *, touching: bool) -> bool:
        """Whether touching something is a collision here: anywhere but in the episode's bumper."""
        patch = self.episode.bumper
        return touching and (patch is None or not inside(patch, self.world.contact_points()[:, :2]).all())

    @property
    def shielded(self) -> bool:
        """Whether a shield may brake."""
        return self._shield is not None

    def driven(self, wanted: FloatArray, scan: FloatArray) -> tuple[FloatArray, float]:
        """The twist (3,) to drive for a wanted one, and how much of that the shield keeps back: ``withheld``."""
        if self._shield is None:
            return wanted, 0.0
        points = scan_points(self.lidar, scan)
        if self.task.overlooked is not None:
            points = points[~self.task.overlooked(self.state, self.robot, points)]
        twist = self._shield.filter(wanted, self.world.command, points)
        return twist, 0.0 if twist is wanted else self._shield.withheld(wanted, twist)

    def look(self, time: float, pose: tuple[float, float, float], scan: FloatArray) -> bool:
        """Have the guide look where it is time, and say whether it did; part of every step, after the world's."""
        self._image = None
        view = self.task.sees_by.look(self, scan) if self.navigator.looks(time) else None
        if view is not None:
            self.guide.look(time, pose, view)
        return view is not None

    @property
    def ended(self) -> bool:
        """Arrived, cannot go on, or touched something where ``collision_ends``."""
        return bool(over(self.state, collision_ends=self.task.collision_ends))

    def render(self) -> npt.NDArray[np.uint8] | None:
        """The factory from above with route, robot and goal, (height, width, 3); None when shown in a window."""
        if self.render_mode != "rgb_array":
            return None
        from envs.overview import draw_overview

        return draw_overview(self)

    def close(self) -> None:
        """Free engines, renderers and windows; ``reset`` makes them again."""
        self._running = False
        self.venues.leave()
        self.venues.worlds.close()
        if self._viewer is not None:
            self._viewer.close()
            self._viewer = None

    # -- what vector environments call as well --------------------------------------------------------------------

    def observe(self) -> dict[str, npt.NDArray[Any]]:
        """The observations of this step."""
        return {name: OBSERVATIONS[name].value(self) for name in self._names}

    def info(self) -> dict[str, Any]:
        """The scores so far."""
        scores: dict[str, Any] = {**metrics.summary(self.state, self.totals), "layout": self.site.layout.name}
        if self.scenario is not None:
            scores["scenario"] = self.scenario.name
        for rule in self.rules:
            scores |= rule.info()
        return scores

    # -- inside -----------------------------------------------------------------------------------------------------

    def _show(self) -> None:
        if self.render_mode != "human":
            return
        from envs.overview import draw_overview
        from envs.viewer import Viewer

        if self._viewer is None:
            self._viewer = Viewer("Factory Twin")
        self._viewer.show(draw_overview(self))


def options() -> tuple[str, ...]:
    """Names of the options of all environments."""
    given = signature(FactoryEnv.__init__).parameters
    return tuple(name for name, one in given.items() if one.kind is one.KEYWORD_ONLY)
