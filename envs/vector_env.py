"""Many environments stepped together: worlds on all cores, rewards and observations as arrays."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from gymnasium.error import ClosedEnvironmentError, ResetNeeded
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space

from envs import option_checks as check
from envs import rewards
from envs.factory_env import FactoryEnv
from envs.goals import way_left
from envs.movers import seen_movers
from envs.navigation import NavigationState, Progress, counted, following, over, put_row, row_of, stacked
from envs.observations import OBSERVATIONS
from envs.tasks import Task
from envs.ways import Ways
from twin.errors import InputError
from twin.geometry import FloatArray
from twin.many_worlds import ManyWorlds
from twin.rendering import Frame
from twin.scene import Camera
from twin.sensors import Bumper, Lidar
from twin.threads import Threads, cores

BoolArray = npt.NDArray[np.bool_]


class FactoryVectorEnv(VectorEnv[dict[str, Any], npt.NDArray[np.float32], npt.NDArray[Any]]):
    """``num_envs`` environments of one task, each with a layout, an episode and a random stream of its own.

    Environment k does, bit for bit, what a single one does that is reset with the k-th seed, given the same actions.
    One that ends is reset in the same step (``AutoresetMode.SAME_STEP``): ``final_obs`` and ``final_info`` hold how it
    ended. Worlds are stepped by threads; MuJoCo and the lidar release Python's lock.
    """

    def __init__(
        self,
        task: str | Task,
        num_envs: int = 1,
        *,
        max_episode_steps: int | None = None,
        threads: int | None = None,
        **options: Any,
    ) -> None:
        """``options`` are those of ``FactoryEnv``. ``max_episode_steps``: the task's unless given.

        ``threads``: one for each core unless given.
        """
        check.count("num_envs", num_envs)
        if options.get("render_mode") == "human":
            raise InputError(
                "render_mode='human': environments that are stepped together open no window; "
                "take 'rgb_array', or vectorization_mode='sync'"
            )
        count = cores() if threads is None else check.count("threads", threads)
        first = FactoryEnv(task, **options)
        options["robot"] = first.robot  # its file need not be read again
        self.envs = [first, *(FactoryEnv(task, **options) for _ in range(num_envs - 1))]
        first.venues.worlds.keep = max(first.venues.worlds.keep, num_envs)  # a megabyte each, and milliseconds to make
        for env in self.envs[1:]:
            env.venues.sites, env.venues.worlds = (
                first.venues.sites,
                first.venues.worlds,
            )  # one set of maps for all, and one pool
        self.num_envs = num_envs
        self.task = first.task
        steps = self.task.max_episode_steps if max_episode_steps is None else max_episode_steps
        self.max_episode_steps = check.count("max_episode_steps", steps)
        self.metadata = {**first.metadata, "autoreset_mode": AutoresetMode.SAME_STEP}
        self.render_mode = first.render_mode
        self.single_action_space, self.single_observation_space = first.action_space, first.observation_space
        self.action_space = batch_space(self.single_action_space, num_envs)
        self.observation_space = batch_space(self.single_observation_space, num_envs)
        self.top_twist, self.lidar, self.bumper = first.top_twist, first.lidar, first.bumper
        self._names = tuple(first.observation_space)
        self._steps = np.zeros(num_envs, dtype=np.int64)
        self._threads = Threads(min(num_envs, count) if first.threadsafe else 1)
        self._worlds: ManyWorlds | None = None
        self._ways = Ways(num_envs)
        self._running = False
        self.state: NavigationState
        self.totals: Progress

    top_twist: FloatArray
    lidar: Lidar
    bumper: Bumper

    # -- Gymnasium --------------------------------------------------------------------------------------------------

    def reset(
        self, *, seed: int | Sequence[int | None] | None = None, options: dict[str, Any] | None = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """New episodes everywhere, or where ``options["reset_mask"]`` says.

        One number as ``seed`` gives environment k the seed + k.
        """
        self._check_open()
        options = dict(check.mapping("the options of a reset", options))
        mask = options.pop("reset_mask", None)
        if mask is not None and not self._running:
            raise InputError("reset_mask: at first all environments are reset")
        if "scenario" in options:
            raise InputError("environments that are stepped together have one scenario: scenario= when they are made")
        rows = list(range(self.num_envs)) if mask is None else self._masked(mask)
        seeds = self._seeds(seed)
        self._begin(rows, lambda k: self.envs[k].begin(seeds[k], options))
        self._running = True
        infos: dict[str, Any] = {}
        for k in rows:
            infos = self._add_info(infos, {**self.envs[k].info(), "instruction": self.envs[k].instruction}, k)
        return self._observe(), infos

    def step(
        self, actions: npt.NDArray[np.float32]
    ) -> tuple[dict[str, Any], FloatArray, BoolArray, BoolArray, dict[str, Any]]:
        """One control period everywhere; what ends begins anew."""
        self._check_open()
        if not self._running:
            raise ResetNeeded("reset these environments before their first step")
        wanted = self.envs[0].actions.checked(actions, self.num_envs)
        if self._worlds is None:
            self._each(wanted)
        else:
            self._together(wanted, self._worlds)
        self._steps += 1
        state = self.state
        reward = np.asarray(rewards.total(self.task.rewards, state), dtype=np.float64)
        terminated = np.asarray(over(state, collision_ends=self.task.collision_ends))
        truncated = (self._steps >= self.max_episode_steps) & ~terminated
        observations = self._observe()
        infos: dict[str, Any] = {}
        ended = np.flatnonzero(terminated | truncated).tolist()
        if ended:
            observations, infos = self._begin_anew(ended, observations)
        return observations, reward, terminated, truncated, infos

    def render(self) -> tuple[Any, ...] | None:
        """A picture of each environment."""
        for k in range(self.num_envs):
            self._tell(k)
        return tuple(env.render() for env in self.envs)

    def close_extras(self, **_: Any) -> None:
        """Free all worlds."""
        self._threads.close()
        for env in self.envs:
            env.close()

    # -- what observations are made from ----------------------------------------------------------------------------

    @property
    def camera(self) -> Camera:
        """The robots' camera; the same lens in all of them."""
        return self.envs[0].camera

    @property
    def frame(self) -> Frame:
        """What the cameras see, each image (n, height, width, ...)."""
        frames = [env.frame for env in self.envs]
        return Frame(*(np.stack([getattr(f, name) for f in frames]) for name in ("rgb", "depth", "instance")))

    @property
    def image_age(self) -> FloatArray:
        """Seconds since the cameras took their images, (n,)."""
        return np.array([env.image_age for env in self.envs])

    def movers(self) -> FloatArray:
        """Who moves and is seen, (n, k, 5)."""
        rows = zip(self.envs, np.asarray(self.state.pose), self.state.lidar, strict=True)
        return np.stack([seen_movers(env.world.patrols, pose, scan, self.lidar) for env, pose, scan in rows])

    def surroundings(self) -> FloatArray:
        """Metres to what is on the robots' maps around them, (n, k)."""
        rows = zip(self.envs, np.asarray(self.state.time), np.asarray(self.state.pose), strict=True)
        return np.stack([env.navigator.around(time, pose) for env, time, pose in rows])

    def odometry(self) -> FloatArray:
        """Dead reckoning, (n, 3)."""
        return np.stack([env.odometry() for env in self.envs])

    def imu(self) -> FloatArray:
        """Accelerations and turn rates, (n, 6)."""
        return np.stack([env.imu() for env in self.envs])

    def pressed(self) -> FloatArray:
        """Sectors of the bumpers, (n, sectors)."""
        return np.stack([env.pressed() for env in self.envs])

    # -- inside -----------------------------------------------------------------------------------------------------

    def _begin(self, rows: Sequence[int], begin: Callable[[int], None]) -> None:
        """Have new episodes in ``rows``."""
        self._threads.do(begin, rows)
        self.envs[0].venues.worlds.trim()
        self._steps[rows] = 0
        if len(rows) == self.num_envs:
            self.state = stacked([env.state for env in self.envs])
            self.totals = stacked([env.totals for env in self.envs])
        else:
            for k in rows:
                put_row(self.state, k, self.envs[k].state)
                put_row(self.totals, k, self.envs[k].totals)
        if self._worlds is None and self.envs[0].scenario is None and self.envs[0].world.steps_with_others:
            self._worlds = ManyWorlds(self.envs[0].world, self.num_envs, self._threads)
        for k in rows:
            if self._worlds is not None:
                self._worlds.put(k, self.envs[k].world)

    def _together(self, actions: FloatArray, worlds: ManyWorlds) -> None:
        """One period of all worlds at once; what is left to do for each is to look at its route."""
        driven, withheld = self._driven(actions)
        worlds.step(driven, [env.np_random for env in self.envs])
        ranges, before = worlds.ranges.copy(), self.state
        time, pose = np.empty(self.num_envs), np.empty((self.num_envs, 3))
        for k, env in enumerate(self.envs):
            at, now = env.world.planar(), env.world.time
            time[k], pose[k] = now, at
            if env.look(now, at, ranges[k]) or not self._ways.holds(k, env.navigator):
                self._ways.put(k, env.navigator, env.episode)
        distance, ahead = self._ways.follow(pose)
        if self.task.left is not way_left:
            distance[:] = [self.task.left(env.episode, env.world.planar()) for env in self.envs]
        self.state = following(
            before,
            time=time,
            pose=pose,
            twist=worlds.odometry_twists.copy(),
            action=actions,
            lidar=ranges,
            contact=self._contacts(worlds.touching),
            distance=distance,
            ahead=ahead,
            arrival=self.task.arrival,
            withheld=withheld,
        )
        self.totals = counted(self.totals, before, self.state)
        if self.task.rules:
            self._judge()

    def _driven(self, actions: FloatArray) -> tuple[FloatArray, FloatArray]:
        """The twists (n, 3) that the robots drive, and what their shields keep back, (n,)."""
        if self.task.overlooked is not None and not self.task.rules:  # where there are rules, each knows its state
            for k in range(self.num_envs):
                self._tell(k)
        wanted = self.envs[0].actions.twist(actions)
        if not self.envs[0].shielded:
            return wanted, np.zeros(self.num_envs)
        rows = zip(self.envs, wanted, self.state.lidar, strict=True)
        driven, withheld = zip(*(env.driven(twist, scan) for env, twist, scan in rows), strict=True)
        return np.stack(driven), np.array(withheld)

    def _contacts(self, touching: BoolArray) -> BoolArray:
        """Which of those that touch something collide, (n,)."""
        contact = touching.copy()
        for k in np.flatnonzero(touching).tolist():
            contact[k] = self.envs[k].collides(touching=True)
        return contact

    def _judge(self) -> None:
        """What the task's rules make of this step, in each environment, whose state is of the step before."""
        for k, env in enumerate(self.envs):
            before, now = env.state, row_of(self.state, k)
            env.state = now
            env.judge(before)
            if env.state is not now:
                put_row(self.state, k, env.state)

    def _each(self, actions: FloatArray) -> None:
        """One period of each world by itself."""
        threads = Threads(1) if self.task.sees_by.needs_camera else self._threads  # OpenGL belongs to this thread
        threads.do(lambda k: self.envs[k].advance(actions[k]), range(self.num_envs))
        self.state = stacked([env.state for env in self.envs])
        self.totals = stacked([env.totals for env in self.envs])

    def _tell(self, k: int) -> None:
        """Let an environment know where it stands."""
        self.envs[k].state, self.envs[k].totals = row_of(self.state, k), row_of(self.totals, k)

    def _observe(self) -> dict[str, npt.NDArray[Any]]:
        return {name: OBSERVATIONS[name].value(self) for name in self._names}

    def _begin_anew(
        self, ended: list[int], last: dict[str, npt.NDArray[Any]]
    ) -> tuple[dict[str, npt.NDArray[Any]], dict[str, Any]]:
        """Reset what ended; observations of now, and infos with how it ended."""
        for k in ended:
            self._tell(k)
        final = {k: self.envs[k].info() for k in ended}
        self._begin(ended, lambda k: self.envs[k].begin(None, None))
        observations = {name: value.copy() for name, value in last.items()}
        infos: dict[str, Any] = {}
        for k in ended:
            env = self.envs[k]
            for name, value in env.observe().items():  # one by one: asking again would draw noise again
                observations[name][k] = value
            row = {name: value[k] for name, value in last.items()}
            news = {**env.info(), "instruction": env.instruction, "final_obs": row, "final_info": final[k]}
            infos = self._add_info(infos, news, k)
        return observations, infos

    def _seeds(self, seed: int | Sequence[int | None] | None) -> list[int | None]:
        if seed is None:
            return [None] * self.num_envs
        if isinstance(seed, int | np.integer):
            return [int(seed) + k for k in range(self.num_envs)]
        seeds = list(seed)
        if len(seeds) != self.num_envs:
            raise InputError(f"seed must be one number or {self.num_envs} of them, not {len(seeds)}")
        return seeds

    def _check_open(self) -> None:
        if self.closed:
            raise ClosedEnvironmentError("these environments are closed")

    def _masked(self, mask: npt.ArrayLike) -> list[int]:
        chosen = np.asarray(mask)
        if chosen.shape != (self.num_envs,) or chosen.dtype != np.bool_ or not chosen.any():
            raise InputError(f"reset_mask must be {self.num_envs} booleans, one of them true")
        return [int(k) for k in np.flatnonzero(chosen)]
