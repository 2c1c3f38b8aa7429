"""What a worker says of itself when the page "Machines" asks. Loaded by Celery's workers only.

One command answers everything, so that a page waits for one round of replies. It runs in the worker's main process,
which never loads a network: the device is found without torch.
"""

import os
import shutil
import subprocess
import time
from functools import cache
from typing import Any

from celery.signals import worker_init
from celery.worker import state as worker_state
from celery.worker.control import inspect_command

NO_GPU = {"", "-1"}  # CUDA_VISIBLE_DEVICES, when it hides every GPU from the worker
LOOK_S = 10


@inspect_command()
def worker_card(state: Any) -> dict[str, Any]:
    """Return the queues that the worker takes, its device, what it is busy with, and how many tasks it has done."""
    consumer = state.consumer.task_consumer
    return {
        "queues": sorted(queue.name for queue in consumer.queues) if consumer else [],
        "device": device(),
        "busy": [_job(request) for request in list(worker_state.active_requests)],
        "done": sum(worker_state.total_count.values()),
    }


def _job(request: Any) -> dict[str, Any]:
    """Return a task under way; its age in seconds, because the clocks of two machines differ."""
    began = request.time_start or time.time()
    return {"task": request.name, "ids": [str(each) for each in request.args], "for_s": time.time() - began}


@cache
def device() -> str:
    """Return the GPUs' names, or how many cores the CPU has for us."""
    hidden = os.environ.get("CUDA_VISIBLE_DEVICES", "all") in NO_GPU
    found = [] if hidden or not shutil.which("nvidia-smi") else _gpus()
    cores = len(os.sched_getaffinity(0))
    return ", ".join(found) or f"CPU, {cores} core{'' if cores == 1 else 's'}"


def _gpus() -> list[str]:
    """Return the names from lines such as "GPU 0: NVIDIA H200 (UUID: GPU-…)"."""
    try:
        told = subprocess.run(["nvidia-smi", "-L"], capture_output=True, text=True, timeout=LOOK_S, check=True).stdout
    except (subprocess.SubprocessError, OSError):
        return []
    return [line.split(": ", 1)[1].split(" (UUID")[0] for line in told.splitlines() if line.startswith("GPU ")]


@worker_init.connect
def look_once(**_: Any) -> None:
    """Look for the device at the start: who asks later waits for a second only."""
    device()
