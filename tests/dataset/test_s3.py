"""The same dataset on an object store: a real client against a server on this machine."""

import logging
import os
import random
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from small_datasets import assert_holds, write
from writing_for_ever import episode, killer

from training.cli import main
from training.dataset import Dataset, DatasetMeta, DatasetWriter
from training.dataset.audit import audit
from twin.errors import DatasetError

BUCKET = "warehouses"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Address of a server with an empty bucket."""
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    running = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    yield "http://{}:{}".format(*running.get_host_and_port())
    running.stop()


@pytest.fixture
def bucket(server: str, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> str:
    """URL of a place of the test's own; the variables say how to get there."""
    import boto3

    for name, value in {
        "AWS_ENDPOINT_URL": server,
        "AWS_ACCESS_KEY_ID": "anyone",
        "AWS_SECRET_ACCESS_KEY": "anything",
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(name, value)
    boto3.client("s3").create_bucket(Bucket=BUCKET)
    return f"s3://{BUCKET}/{request.node.name}"


def message_of(call: Any, *arguments: Any) -> str:
    with pytest.raises(DatasetError) as caught:
        call(*arguments)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_it_holds_what_a_folder_holds(bucket: str, tmp_path: Path, meta: DatasetMeta) -> None:
    for location in (f"{bucket}/D.zarr", tmp_path / "D.zarr"):
        with DatasetWriter.create(location, meta) as writer:
            write(writer, [episode(n) for n in range(4)])
        with DatasetWriter.resume(location) as writer:
            write(writer, [episode(n) for n in range(4, 7)], first=4)
    remote, local = Dataset(f"{bucket}/D.zarr"), Dataset(tmp_path / "D.zarr")
    assert remote.digest() == local.digest()
    for number in range(7):
        assert_holds(remote, number, episode(number))
    assert not list(audit(remote))


def test_what_is_there_is_not_overwritten(bucket: str, meta: DatasetMeta) -> None:
    DatasetWriter.create(f"{bucket}/D.zarr", meta).close()
    assert "is a dataset already" in message_of(DatasetWriter.create, f"{bucket}/D.zarr", meta)


def test_writers_at_the_same_time_each_have_a_part(bucket: str, meta: DatasetMeta) -> None:
    """No lock to be left behind: whoever makes the part's first key has it."""
    url = f"{bucket}/D.zarr"
    DatasetWriter.create(url, meta).close()

    def one(k: int) -> None:
        with DatasetWriter.resume(url) as writer:
            write(writer, [episode(3 * k + n) for n in range(3)], first=3 * k)

    threads = [threading.Thread(target=one, args=(k,)) for k in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    dataset = Dataset(url)
    assert dataset.numbers.tolist() == list(range(9))
    assert [part.count for part in dataset.parts] == [0, 3, 3, 3]
    for number in range(9):
        assert_holds(dataset, number, episode(number))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_killed_writers_lose_nothing_committed(bucket: str, meta: DatasetMeta) -> None:
    url, moments, before = f"{bucket}/D.zarr", random.Random(0), 0
    DatasetWriter.create(url, meta).close()
    with killer(url) as it:
        for _ in range(3):
            it.kill_after(moments.uniform(0.5, 1.0))
            dataset = Dataset(url)
            assert dataset.numbers.tolist() == list(range(dataset.episodes))
            assert dataset.episodes >= before
            before = dataset.episodes
    assert before > 0
    for number in range(before):
        assert_holds(dataset, number, episode(number))
    assert not list(audit(dataset))


def test_the_commands(bucket: str, capsys: pytest.CaptureFixture[str]) -> None:
    url = f"{bucket}/D.zarr"
    flags = ["--agent", "straight", "--size", "32x24", "--every", "9", "--out", url]
    assert main(["collect", "--episodes", "1", *flags]) == 0
    assert main(["collect", "--episodes", "2", "--resume", *flags]) == 0
    assert f"{url}: 2 episodes, " in capsys.readouterr().out
    assert main(["check", url]) == 0
    assert f"{url}: 2 episodes, " in capsys.readouterr().out
    assert main(["info", url]) == 0
    assert main(["collect", "--episodes", "2", *flags]) == 2
    assert "is a dataset already; go on with it (--resume)" in capsys.readouterr().err


def test_what_is_wrong_is_told_in_a_line(bucket: str, meta: DatasetMeta, monkeypatch: pytest.MonkeyPatch) -> None:
    assert message_of(Dataset, f"{bucket}/none.zarr") == f"{bucket}/none.zarr: there is no dataset here"
    assert "there is no such bucket" in message_of(DatasetWriter.create, "s3://no-such-bucket/D.zarr", meta)
    assert "should name a bucket and a path in it" in message_of(Dataset, "s3://bucket")
    assert "give a folder, s3://bucket/path, or a zarr Store" in message_of(Dataset, "gs://bucket/D.zarr")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    assert "the store cannot be reached" in message_of(Dataset, f"{bucket}/D.zarr")
    monkeypatch.setitem(sys.modules, "obstore.store", None)
    assert "object stores need obstore: pip install 'factory-twin[s3]'" in message_of(Dataset, f"{bucket}/D.zarr")


def test_a_folder_needs_no_client() -> None:
    code = "import sys; import training.dataset.writer; sys.exit('obstore' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
