"""A whole site whose networks are killed in the middle of batches, and whose broker forgets everything."""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager

import psutil
import psycopg
import pytest
import redis

from moderation import embedded
from tests import site as sites
from tests.machines import colour
from tests.site import ROOT, environment, wait_for

pytestmark = pytest.mark.servers
PICTURES = 40
UNDER_WAY = "SELECT count(*) FROM labeling_machinework WHERE stage"


@pytest.fixture(scope="module")
def site(workplace_dir):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DEMO_PICTURES", "2")  # whose captions and heatmaps would keep the networks busy
        made = sites.Site(workplace_dir / "machines")
        made.start()
        yield made
        made.end()


def ask(site, text):
    with psycopg.connect(embedded.database_url(site.data_dir)) as connection:
        return connection.execute(text).fetchone()[0]


def unscored(site):
    return ask(
        site,
        "SELECT count(*) FROM labeling_image i"
        " WHERE NOT EXISTS (SELECT 1 FROM labeling_embedding e WHERE e.image_id = i.id)",
    )


def scored(site):
    return ask(site, "SELECT count(*) FROM labeling_embedding")


def send_pictures(site, folder, first):
    folder.mkdir()
    for n in range(first, first + PICTURES):
        (folder / f"{n}.jpg").write_bytes(colour(n))
    command = [sys.executable, "manage.py", "import_images", str(folder), "--source", "colours"]
    subprocess.run(command, cwd=ROOT, env=environment(site.data_dir), check=True, capture_output=True)


@contextmanager
def held(site):
    """Let messages for the networks wait inside the block."""
    networks = site.pid("networks")
    os.kill(networks, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(networks, signal.SIGCONT)


def test_networks_killed_in_the_middle_of_a_batch_score_every_image_once(site, tmp_path):
    wait_for(lambda: scored(site) > 0, "the first scored image", 120)
    with held(site):  # or all are scored by the time that they are sent
        send_pictures(site, tmp_path / "first", 0)
    deaths = 0
    deadline = time.monotonic() + 240
    while unscored(site) and time.monotonic() < deadline:
        under_way = ask(site, f"{UNDER_WAY} = 'score'")
        if under_way and deaths < 2:
            # First the process that computes, whose message must come back; then the whole worker.
            victim = psutil.Process(site.pid("networks"))
            for process in victim.children() if deaths % 2 == 0 else [victim]:
                process.send_signal(signal.SIGKILL)
            deaths += 1
            time.sleep(3)
        time.sleep(0.05)
    assert deaths > 0, "nothing was under way when the networks were to be killed"
    assert unscored(site) == 0
    assert scored(site) >= PICTURES
    assert ask(site, "SELECT count(*) - count(DISTINCT image_id) FROM labeling_embedding") == 0
    wait_for(lambda: ask(site, f"{UNDER_WAY} = 'score'") == 0, "an end of the work under way")


def test_a_broker_that_forgets_everything_costs_time_and_no_work(site, tmp_path):
    broker = redis.Redis(unix_socket_path=str(embedded.socket_dir(site.data_dir) / "valkey.sock"))
    with held(site):
        send_pictures(site, tmp_path / "second", 1000)
        wait_for(lambda: broker.llen("gpu") > 0, "a message")
        broker.flushall()
        assert broker.llen("gpu") == 0
        assert unscored(site) > 0
    wait_for(lambda: unscored(site) == 0, "the rest of the scores", 120)
    assert ask(site, "SELECT count(*) - count(DISTINCT image_id) FROM labeling_embedding") == 0
