"""`make run` as a person meets it: it starts, it heals, it stops, it starts again with the same data."""

import re
import signal
import subprocess
import sys

import psutil
import pytest
from celery import Celery

from moderation import embedded
from tests import site as sites
from tests.site import log_in

pytestmark = pytest.mark.servers


@pytest.fixture(scope="module")
def site(workplace_dir):
    made = sites.Site(workplace_dir / "dev")
    yield made
    made.end()


@pytest.fixture
def running(site):
    if site.dev is None or site.dev.poll() is not None:
        site.start()
    return site


def is_logged_in(site, browser):
    return browser.get(f"{site.url}/", timeout=30, allow_redirects=False).status_code == 200


def start_another(data_dir, *arguments):
    return subprocess.run(
        [sys.executable, "manage.py", "dev", *arguments],
        cwd=sites.ROOT,
        env=sites.environment(data_dir),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_ready_comes_with_the_demo_logins_and_they_work(running):
    assert f"Ready: {running.url}/\n" in running.said()
    assert re.search(r"labeler +lena +winnow-demo", running.said())
    assert is_logged_in(running, log_in(running))
    assert not is_logged_in(running, log_in(running, password="wrong"))


def test_the_rest_of_the_demo_is_filled_in_behind_and_the_first_page_says_how_far_it_is(running):
    browser = log_in(running)
    assert "You can label already" in running.said()
    if "Demo complete." not in running.said():
        assert "The demo is being filled in" in browser.get(f"{running.url}/", timeout=30).text
    sites.wait_for(lambda: "Demo complete." in running.said(), "the whole demo", 200)
    sites.wait_for((running.data_dir / "demo-done").exists, "the note that it is complete")
    assert "The demo is being filled in" not in browser.get(f"{running.url}/", timeout=30).text
    assert running.pid("seed_demo") == 0


@pytest.mark.parametrize("name", ["web", "postgres", "valkey", "worker", "beat"])
def test_a_part_that_is_killed_comes_back(running, name):
    browser = log_in(running)
    running.kill(name)
    sites.wait_for(lambda: running.answers() and is_logged_in(running, browser), "the same session")
    assert f"{name} was ended by SIGKILL; starting it again." in running.said()


def test_a_web_worker_that_is_killed_comes_back(running):
    sites.wait_for(lambda: len(psutil.Process(running.pid("web")).children()) == 2, "two workers")
    victim = psutil.Process(running.pid("web")).children()[0]
    victim.kill()
    sites.wait_for(lambda: not victim.is_running(), "the end of the worker")
    sites.wait_for(lambda: len(psutil.Process(running.pid("web")).children()) == 2, "a new worker")
    sites.wait_for(running.answers, "an answer")


def test_the_celery_worker_listens_again_after_the_broker_was_killed(running, monkeypatch):
    running.kill("valkey")
    monkeypatch.delenv("CELERY_BROKER_URL")  # Celery prefers it to what it is given
    app = Celery(broker=embedded.broker_url(running.data_dir), set_as_current=False)
    sites.wait_for(lambda: app.control.ping(timeout=1), "an answer of the worker")


def test_a_second_start_names_the_address_of_the_first(running):
    second = start_another(running.data_dir, "--port", str(sites.free_port()))
    assert second.returncode == 1
    assert f"{running.url}/" in second.stderr
    assert running.answers()


def test_a_port_in_use_is_named_before_anything_starts(running, workplace_dir):
    data_dir = workplace_dir / "other"
    second = start_another(data_dir, "--port", str(running.port))
    assert second.returncode == 1
    assert f"Port {running.port} cannot be used" in second.stderr
    assert "PORT=" in second.stderr
    assert not (data_dir / "postgres").exists()
    assert not sites.left_of(data_dir)


def test_reset_refuses_while_the_site_runs(running):
    result = subprocess.run(
        [sys.executable, "manage.py", "reset", "--yes"],
        cwd=sites.ROOT,
        env=sites.environment(running.data_dir),
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 1
    assert running.url in result.stderr
    assert running.answers()


def test_control_c_leaves_no_process_and_the_next_start_draws_nothing_and_has_the_same_data(running):
    browser = log_in(running)
    assert running.stop() == 0
    assert sites.left_of(running.data_dir) == []
    running.start()
    assert is_logged_in(running, browser)
    assert not {"Drawing the first pictures …", "Demo complete."} & set(running.said().splitlines())


def test_a_demo_that_was_interrupted_goes_on_with_the_next_start(workplace_dir, monkeypatch):
    monkeypatch.setenv("DEMO_PICTURES", "32")
    site = sites.Site(workplace_dir / "interrupted")
    try:
        site.start()
        sites.wait_for(lambda: site.pid("seed_demo"), "the process that fills the demo in")
        assert site.stop() == 0
        assert sites.left_of(site.data_dir) == []
        assert (site.data_dir / "demo-begun").exists()
        site.start()
        sites.wait_for(lambda: "Demo complete." in site.said(), "the whole demo", 200)
    finally:
        site.end()


def test_a_start_after_the_supervisor_was_killed_recovers(running):
    browser = log_in(running)
    before = sites.left_of(running.data_dir)
    running.dev.send_signal(signal.SIGKILL)
    running.dev.wait()
    assert len(sites.left_of(running.data_dir)) > 5, before
    running.start()
    assert "Ended what an earlier start had left behind." in running.said()
    assert is_logged_in(running, browser)
    running.dev.terminate()
    assert running.dev.wait(60) == 0
    assert sites.left_of(running.data_dir) == []
