"""The supervisor, with small programs instead of servers."""

import os
import signal
import subprocess
import sys
import threading
import time

import psutil
import pytest

from moderation import processes
from moderation.processes import Program, StartError, StopRequested, Supervisor
from tests.site import left_of, wait_for


def program(tmp_path, name, code, **fields):
    return Program(name=name, argv=[sys.executable, "-c", code], env=dict(os.environ), cwd=tmp_path, **fields)


def sleeper(tmp_path, name="sleeper", **fields):
    return program(tmp_path, name, "import time; time.sleep(600)", **fields)


@pytest.fixture
def said():
    return []


@pytest.fixture
def supervisor(tmp_path, said):
    made = Supervisor(tmp_path, said.append)
    yield made
    made.stop()
    # A killed grandchild has no parent here to wait for it: it takes a moment to go.
    wait_for(lambda: left_of(tmp_path) == [], "the end of all that it started", 5)


def pid_of(tmp_path, name):
    path = tmp_path / "run" / f"{name}.pid"
    return int(path.read_text() or 0) if path.exists() else 0


def watch_for(supervisor, seconds):
    threading.Timer(seconds, lambda: setattr(supervisor, "stopping", True)).start()
    supervisor.watch()


def test_start_returns_when_the_program_is_ready(supervisor, tmp_path):
    ready = tmp_path / "ready"
    code = f"import time; time.sleep(.3); open({str(ready)!r}, 'w'); time.sleep(600)"
    supervisor.start(program(tmp_path, "slow", code, ready=ready.exists))
    assert ready.exists()


def test_a_program_that_dies_while_starting_is_reported_with_the_end_of_its_log(supervisor, tmp_path):
    with pytest.raises(StartError, match=r"broken did not start[\s\S]*no such luck"):
        supervisor.start(program(tmp_path, "broken", "raise SystemExit('no such luck')", ready=lambda: False))


def test_what_dies_is_started_again_later_after_each_failure(supervisor, tmp_path, said):
    starts = tmp_path / "starts"
    supervisor.start(program(tmp_path, "short", f"open({str(starts)!r}, 'a').write('x'); raise SystemExit(3)"))
    watch_for(supervisor, 2.5)
    # Pauses of 1/4, 1/2, 1, 2 s, and the time that Python takes to start.
    assert 2 <= len(starts.read_text()) <= 4
    assert "short ended with status 3; starting it again." in said


def test_a_program_that_ends_by_itself_is_not_started_again_once_it_has_succeeded(supervisor, tmp_path, said):
    starts, ended = tmp_path / "starts", []
    code = f"file = open({str(starts)!r}, 'a+'); file.write('x'); file.seek(0); raise SystemExit(len(file.read()) < 2)"
    supervisor.start(program(tmp_path, "errand", code, finished=lambda: ended.append(True)))
    watch_for(supervisor, 2)
    assert starts.read_text() == "xx"
    assert ended == [True]
    assert said == ["errand ended with status 1; starting it again."]


def test_the_children_of_a_program_that_dies_are_ended_before_it_starts_again(supervisor, tmp_path):
    spawner = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import time; time.sleep(600)'])"
    supervisor.start(program(tmp_path, "spawner", spawner))
    first = psutil.Process(pid_of(tmp_path, "spawner"))
    wait_for(first.children, "a child")
    orphan = first.children()[0]
    first.kill()
    watch_for(supervisor, 1)
    wait_for(lambda: not orphan.is_running(), "the end of the child", 5)
    assert pid_of(tmp_path, "spawner") not in {0, first.pid}


def test_stop_goes_in_reverse_order_and_kills_what_does_not_listen(supervisor, tmp_path):
    ends = tmp_path / "ends"
    polite = (
        "import signal, sys, time\n"
        f"signal.signal(signal.SIGTERM, lambda *_: (open({str(ends)!r}, 'a').write(sys.argv[1]), sys.exit()))\n"
        "open(sys.argv[1], 'w'); time.sleep(600)"
    )
    for name in "ab":
        made = program(tmp_path, name, polite, ready=(tmp_path / name).exists)
        made.argv.append(name)
        supervisor.start(made)
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); open('c', 'w'); time.sleep(600)"
    supervisor.start(program(tmp_path, "deaf", deaf, ready=(tmp_path / "c").exists, grace_s=0.3))
    supervisor.stop()
    assert ends.read_text() == "ba"
    assert left_of(tmp_path) == []


def test_run_returns_when_the_program_has_succeeded_and_reports_a_failure(supervisor, tmp_path):
    supervisor.run(program(tmp_path, "fine", "pass"))
    with pytest.raises(StartError, match="failing failed with status 4"):
        supervisor.run(program(tmp_path, "failing", "raise SystemExit(4)"))


def test_a_wish_to_stop_ends_a_program_that_is_being_run(supervisor, tmp_path):
    threading.Timer(0.3, lambda: setattr(supervisor, "stopping", True)).start()
    with pytest.raises(StopRequested):
        supervisor.run(sleeper(tmp_path))
    assert left_of(tmp_path) == []


def test_what_a_killed_supervisor_left_is_ended_and_nothing_else(tmp_path):
    ours = tmp_path / "ours"
    theirs = tmp_path / "theirs"
    left = processes.spawn(sleeper(tmp_path), ours)
    other = processes.spawn(sleeper(tmp_path), theirs)
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    # A process number that was recorded earlier may by now be a stranger's.
    (ours / "run" / "old.pid").write_text(f"{stranger.pid}\n")
    try:
        assert processes.end_left_behind(ours) == 1
        assert left.wait(5) == -signal.SIGTERM
        assert other.poll() is None
        assert stranger.poll() is None
    finally:
        for process in (left, other, stranger):
            process.kill()
            process.wait()


def test_a_log_that_has_grown_large_is_set_aside(tmp_path):
    path = processes.log_path(tmp_path, "web")
    path.write_bytes(b"x" * (processes.LOG_BYTES + 1))
    assert not processes.log_path(tmp_path, "web").exists()
    assert (tmp_path / "logs" / "web.log.1").stat().st_size > processes.LOG_BYTES


def test_signals_are_taken_as_a_wish_and_not_as_an_interruption(supervisor):
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        supervisor.obey_signals()
        for _ in range(2):
            os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.05)
        assert supervisor.stopping
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
