"""Work that threads share while they wait: all of it is done, once or twice, whoever gives up."""

import threading
from functools import partial

import pytest

from training.dataset import helpers
from training.dataset.helpers import Helpers


@pytest.mark.parametrize("threads", [0, 2])
def test_results_come_in_the_order_of_the_tasks(threads: int) -> None:
    team = Helpers(threads)
    tasks = team.start([partial(pow, k, 2) for k in range(100)])
    assert team.finish(tasks) == [k * k for k in range(100)]
    team.close()


def test_who_waits_helps() -> None:
    team, told = Helpers(), threading.Event()
    by = team.start([threading.get_ident])
    waiting = threading.Thread(target=team.until, args=(told.is_set,))
    waiting.start()
    while not by[0].done:
        pass
    told.set()
    with team.changed:
        team.changed.notify_all()
    waiting.join()
    assert team.finish(by) == [waiting.ident]


def test_what_goes_wrong_is_raised_where_the_result_is_wanted() -> None:
    def wrong() -> None:
        raise OSError("no room")

    team = Helpers()
    tasks = team.start([wrong])
    team.until(lambda: tasks[0].done)  # who helps is not bothered
    with pytest.raises(OSError, match="no room"):
        team.finish(tasks)


def test_ctrl_c_in_a_helper_costs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(helpers, "PATIENCE", 0.01)
    calls: list[int] = []

    def work() -> str:
        calls.append(1)
        if len(calls) == 1:
            raise KeyboardInterrupt
        return "done"

    team = Helpers()
    tasks = team.start([work])
    with pytest.raises(KeyboardInterrupt):
        team.until(lambda: False)
    assert team.finish(tasks) == ["done"]
