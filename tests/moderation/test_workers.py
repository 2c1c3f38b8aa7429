"""Asking real workers over a real broker, and what is known when nobody answers."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from moderation import servers, worker_card
from moderation.celery import app
from moderation.embedded import broker_url
from moderation.processes import spawn, wait_until_ready
from moderation.workers import BrokerAwayError, Worker, ask_workers, untaken
from tests.site import ROOT, wait_for


@pytest.fixture
def broker(workplace_dir, monkeypatch):
    """A Valkey of this test's own; killed at its end."""
    folder = workplace_dir / "broker"
    folder.mkdir(exist_ok=True)
    program = servers.valkey_program(folder)
    process = spawn(program, folder)
    wait_until_ready(process, program, folder)
    monkeypatch.setenv("CELERY_BROKER_URL", broker_url(folder))
    monkeypatch.setattr(app.amqp, "_producer_pool", None)  # an earlier test may have filled it from another broker
    yield broker_url(folder)
    process.kill()
    process.wait(10)


@pytest.fixture
def start_worker(broker, workplace_dir):
    started = []

    def start(queues: str, name: str) -> subprocess.Popen:
        command = ["-m", "celery", "-A", "moderation.celery", "worker", f"--queues={queues}", f"--hostname={name}"]
        environment = os.environ | {"CUDA_VISIBLE_DEVICES": ""}
        with (workplace_dir / "worker.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, *command, "--concurrency=1"], cwd=ROOT, env=environment, stdout=log, stderr=log
            )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait(10)


@pytest.mark.servers
def test_workers_say_who_they_are_and_are_missed_when_they_are_gone(start_worker):
    process = start_worker("gpu", "scorer@machine-7")
    wait_for(ask_workers, "the worker")
    (found,) = ask_workers()
    assert (found.name, found.host, found.queues, found.busy, found.done) == (
        "scorer@machine-7",
        "machine-7",
        ("gpu",),
        (),
        0,
    )
    assert found.device.startswith("CPU, ")
    assert untaken([found]) == ["cpu"]
    loaded = Path(f"/proc/{process.pid}/maps").read_text()
    assert "libtorch" not in loaded
    process.kill()
    process.wait(10)
    assert ask_workers() == []


def test_a_broker_that_is_away_is_named_soon(monkeypatch, tmp_path):
    monkeypatch.setenv("CELERY_BROKER_URL", f"redis+socket://{tmp_path}/nobody.sock")
    began = time.monotonic()
    with pytest.raises(BrokerAwayError):
        ask_workers()
    assert time.monotonic() - began < 5


def test_both_queues_are_missed_without_workers():
    assert untaken([]) == ["cpu", "gpu"]
    assert untaken([Worker("a", ("cpu",), "", (), 0), Worker("b", ("gpu",), "", (), 0)]) == []


@pytest.fixture
def looking():
    worker_card.device.cache_clear()
    yield worker_card.device
    worker_card.device.cache_clear()


def nvidia_smi(folder, monkeypatch, script: str) -> None:
    program = folder / "nvidia-smi"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)


def test_gpus_are_named(looking, monkeypatch, tmp_path):
    nvidia_smi(tmp_path, monkeypatch, 'echo "GPU 0: NVIDIA H200 (UUID: GPU-5)"; echo "GPU 1: NVIDIA L4 (UUID: GPU-6)"')
    assert looking() == "NVIDIA H200, NVIDIA L4"


@pytest.mark.parametrize(("script", "visible"), [("exit 9", None), ('echo "GPU 0: A (UUID: B)"', "")])
def test_a_gpu_that_does_not_answer_or_is_hidden_is_none(looking, monkeypatch, tmp_path, script, visible):
    nvidia_smi(tmp_path, monkeypatch, script)
    if visible is not None:
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
    assert looking().startswith("CPU, ")
