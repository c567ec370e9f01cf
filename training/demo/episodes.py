"""Which episodes the report shows from above: not the prettiest ones."""

from collections.abc import Iterator, Mapping
from typing import Any

import factories
from factories.layout import Layout
from training.report.plan import Plan, Way

Results = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""Suite -> agent -> what ``twin eval --json --trajectories`` wrote."""

SHOWN = 3
"""Of each suite."""


def episodes_to_show(results: Results) -> list[Plan]:
    """Of each suite the first ones; the last of them is the next one in which the policy failed, if it did."""
    return [_plan(agents, index) for agents in results.values() for index in _chosen(agents)]


def _chosen(agents: Mapping[str, Mapping[str, Any]]) -> Iterator[int]:
    outcomes = [episode["outcome"] for episode in agents["policy"]["per_episode"]]
    yield from range(min(SHOWN - 1, len(outcomes)))
    later = range(SHOWN - 1, len(outcomes))
    yield from [*(k for k in later if outcomes[k] != "success"), *later][:1]


def _plan(agents: Mapping[str, Mapping[str, Any]], index: int) -> Plan:
    episode = agents["expert"]["per_episode"][index]
    layout = _layout(episode["layout"])
    return Plan(
        title=f"{layout.name}, seed {episode['seed']}",
        layout=layout,
        scene=factories.build(layout),
        goal=episode["goal"],
        ways=tuple(
            Way(agent, found["per_episode"][index]["trajectory"], found["per_episode"][index]["outcome"])
            for agent, found in agents.items()
        ),
    )


def _layout(name: str) -> Layout:
    """The layout of an episode: a shipped one, or one that the generator makes again from its seed."""
    kind, _, seed = name.rpartition("_")
    return factories.generate(int(seed)) if kind == "generated" else factories.load(name)
