"""``twin demo --quick`` as a user types it, and the page it leaves."""

import base64
import io
import json
import math
import re
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from training import cli
from training.commands.demo import Args
from training.dataset import Dataset
from training.demo.budget import FULL, QUICK
from training.demo.steps import AGENTS, SUITES, Paths, steps

LAYOUTS = ("narrow_aisles", "small_warehouse")


class Page(HTMLParser):
    """What a reader of the page meets: images, links, text, and the rows of its tables."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.rows: list[list[str]] = []
        self._in_cell = False
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self._in_cell = True
            self.rows[-1].append("")
        elif self._in_cell:
            self.rows[-1][-1] += " "  # apart, as in the browser

    def handle_endtag(self, tag: str) -> None:
        self._in_cell = self._in_cell and tag not in ("td", "th")

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        if self._in_cell:
            self.rows[-1][-1] += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture(scope="module")
def page(demo: Any) -> Page:
    return Page((demo.out / "report.html").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def text(page: Page) -> str:
    return " ".join(" ".join(page.words).split())


def test_it_says_each_step_and_where_the_report_is(demo: Any) -> None:
    assert demo.process.stdout.endswith("report: demo/report.html\n")
    for step in steps(Paths(Path("demo")), "small_warehouse", (), QUICK):
        assert step.title in demo.process.stdout
    assert demo.process.stderr.count("drawing with 'rays', which needs no OpenGL but is slower") == 1


def test_every_image_is_inside_the_page_and_shows_something(page: Page) -> None:
    images = page.all("img")
    assert len(images) == 1 + 3 * QUICK.frames + 2  # the factory, frames, learning curve, trajectories
    for attributes in images:
        head, _, content = str(attributes["src"]).partition(",")
        assert re.fullmatch(r"data:image/(png|jpeg);base64", head)
        assert attributes["alt"]
        image = Image.open(io.BytesIO(base64.b64decode(content, validate=True))).convert("RGBA")
        colors = np.asarray(image).view(np.uint32)
        assert len(np.unique(colors)) > 30, attributes["alt"]


def test_the_page_needs_nothing_else(demo: Any, page: Page) -> None:
    source = (demo.out / "report.html").read_text(encoding="utf-8")
    assert "://" not in source
    assert "@import" not in source
    assert not re.search(r"url\(", source)
    assert not {tag for tag, _ in page.tags} & {"script", "link", "iframe", "object", "embed"}


def test_its_links_lead_to_what_was_made(demo: Any, page: Page) -> None:
    links = [str(a["href"]) for a in page.all("a")]
    assert {"dataset.zarr", "coco", "policy"} <= set(links)
    assert [link for link in links if not (demo.out / link).exists()] == []


def scores(demo: Any, agent: str, suite: str) -> Mapping[str, Any]:
    return json.loads((demo.out / f"scores_{agent}_{suite}.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("suite", SUITES)
@pytest.mark.parametrize("agent", AGENTS)
def test_the_table_says_what_the_files_say(demo: Any, page: Page, agent: str, suite: str) -> None:
    rows = [row for row in page.rows if row and row[0].strip() == agent and len(row) == 8]
    assert len(rows) == len(SUITES)
    row = rows[list(SUITES).index(suite)]
    found = scores(demo, agent, suite)
    assert int(row[1]) == found["episodes"] == len(found["per_episode"])
    shown = [re.match(r"\s*([\d.]+)", cell) for cell in row[2:7]]
    values = [float(match[1]) if match else None for match in shown]
    wanted = [100 * found["success"], found["spl"], found["soft_spl"], 100 * found["collision_rate"]]
    assert values[:4] == pytest.approx(wanted, abs=0.05)
    if found["time_to_goal"] is None:
        assert values[4] is None
    else:
        assert values[4] == pytest.approx(found["time_to_goal"], abs=0.051)
    arrived, collided, late = (int(n) for n in row[7].split("/"))
    assert arrived + collided + late == found["episodes"]
    assert arrived == round(found["success"] * found["episodes"])
    assert all(map(math.isfinite, (v for v in values if v is not None)))


def test_the_first_sentences_follow_from_the_figures(demo: Any, text: str) -> None:
    found = {agent: scores(demo, agent, "generated") for agent in AGENTS}
    for agent in AGENTS:
        arrived = round(found[agent]["success"] * found[agent]["episodes"])
        assert f"{arrived} of {found[agent]['episodes']} episodes" in text
    assert "This was the quick demo" in text
    dataset = Dataset(demo.out / "dataset.zarr")
    assert f"{dataset.episodes} recorded episodes, {dataset.frames} frames that passed every check" in text


def test_it_names_the_renderer_that_drew(demo: Any, text: str) -> None:
    renderer = Dataset(demo.out / "dataset.zarr").record(0).renderer
    assert renderer.startswith("rays")
    assert renderer in text


def test_it_gives_the_command_and_the_time_of_each_step(demo: Any, page: Page) -> None:
    journal = json.loads((demo.out / "demo.json").read_text(encoding="utf-8"))
    commands = {" ".join(row[1].split()): row[2].strip() for row in page.rows if len(row) == 3}
    for entry in journal["entries"].values():
        assert entry["finished"]
        assert commands[entry["command"]]


@pytest.mark.parametrize("budget", [FULL, QUICK], ids=["full", "quick"])
def test_agents_are_scored_with_the_shield_that_the_policy_had(budget: Any) -> None:
    shown = steps(Paths(Path("demo")), "small_warehouse", LAYOUTS, budget)
    assert {"--shield" in s.arguments for s in shown if s.arguments[0] in ("train", "eval")} == {budget.shield}


def test_the_policy_was_not_trained_where_the_full_demo_scores_it() -> None:
    train = FULL.train[FULL.train.index("--layout") + 1]
    assert train == "generated"  # from the first seeds on; scoring draws its seeds from 2**31 on


@pytest.mark.parametrize("budget", [FULL, QUICK], ids=["full", "quick"])
def test_every_step_is_a_command_that_its_flags_fit(budget: Any) -> None:
    for step in steps(Paths(Path("demo")), "cross_dock", LAYOUTS, budget):
        cli.parse(step.arguments[0], step.arguments[1:])
        if step.goes_on:
            cli.parse(step.arguments[0], [*step.arguments[1:], "--resume"])


def test_make_demo_runs_what_this_file_tests() -> None:
    makefile = (Path(__file__).parents[2] / "Makefile").read_text(encoding="utf-8")
    assert f"twin demo --out {Args().out.as_posix()}" in makefile
