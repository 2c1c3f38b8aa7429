"""The embedded PostgreSQL: its addresses, its key, who starts and stops it, and what a kill leaves."""

import fcntl
import os
import signal
import stat
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import dj_database_url
import psycopg
import pytest

from moderation import embedded, servers
from tests.site import ROOT, environment, left_of, wait_for


def manage(data_dir, *command, **env):
    return subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        env=environment(data_dir, **env),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def query(data_dir, sql):
    with psycopg.connect(embedded.database_url(data_dir)) as connection:
        return connection.execute(sql).fetchone()[0]


def postmaster(data_dir):
    return int((data_dir / "postgres" / "postmaster.pid").read_text().splitlines()[0])


@pytest.fixture
def data_dir(workplace_dir, request):
    """A data folder short enough for its name, cleared at the end of the session at the latest."""
    made = workplace_dir / f"embedded-{abs(hash(request.node.name)) % 10**6}"
    made.mkdir()
    yield made
    servers.end_postgres(made)
    assert left_of(made) == []


def test_processes_that_ask_at_once_get_one_secret_key(tmp_path):
    with ProcessPoolExecutor(4) as pool:
        keys = set(pool.map(embedded.secret_key, [tmp_path] * 16))
    assert len(keys) == 1
    assert len(keys.pop()) > 50
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600
    assert os.listdir(tmp_path) == ["secret_key"]


def test_each_data_folder_has_its_own_short_addresses():
    long = Path("/data") / ("x" * 200)
    parsed = dj_database_url.parse(embedded.database_url(long))
    assert (parsed["HOST"], parsed["NAME"]) == (str(embedded.socket_dir(long)), "winnow")
    assert len(embedded.broker_url(long)) < 100
    assert embedded.socket_dir(long) != embedded.socket_dir(long.parent)


@pytest.mark.parametrize(
    ("command", "expected"),
    [("dev", False), ("check", False), ("", False), ("import_images", True), ("migrate", True)],
)
def test_only_commands_that_open_the_database_have_it_started(command, expected):
    assert embedded.needed_by(["manage.py", command]) is expected
    assert not embedded.needed_by(["manage.py", command, "--help"])


@pytest.mark.servers
def test_a_command_alone_starts_the_database_for_its_own_time(data_dir):
    first = manage(data_dir, "showmigrations", "labeling")
    assert first.returncode == 0, first.stderr
    assert "[ ] 0001" in first.stdout
    assert left_of(data_dir) == []


@pytest.mark.servers
def test_a_database_that_is_not_migrated_is_explained_without_a_traceback(data_dir):
    result = manage(data_dir, "shell", "-c", "from labeling.models import Person; Person.objects.count()")
    assert result.returncode == 1
    assert "manage.py migrate" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_database_that_does_not_answer_is_explained_without_a_traceback(tmp_path):
    result = manage(tmp_path, "migrate", DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")
    assert result.returncode == 1
    assert "The database does not answer" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.servers
def test_the_last_command_that_leaves_stops_the_database(data_dir):
    held = "import sys; print('up', flush=True); sys.stdin.readline()"
    commands = []
    for _ in range(2):
        command = [sys.executable, "manage.py", "shell", "-v0", "-c", held]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        commands.append(subprocess.Popen(command, cwd=ROOT, env=environment(data_dir), **pipes))
        assert commands[-1].stdout.readline() == "up\n"
    first, last = commands
    first.communicate("\n", timeout=120)
    assert query(data_dir, "SELECT 1") == 1
    last.terminate()
    assert last.wait(30) != 0
    assert left_of(data_dir) == []


@pytest.mark.servers
def test_a_killed_command_leaves_a_database_that_the_next_one_uses_and_stops(data_dir):
    suicide = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
    assert manage(data_dir, "shell", "-c", suicide).returncode == -signal.SIGKILL
    orphan = postmaster(data_dir)
    seen = manage(data_dir, "shell", "-v0", "-c", f"import psutil; print(psutil.pid_exists({orphan}))")
    assert seen.stdout == "True\n"
    assert left_of(data_dir) == []


@pytest.mark.servers
def test_nothing_acknowledged_is_lost_when_the_database_is_killed(data_dir):
    servers.start_postgres(data_dir)
    with psycopg.connect(embedded.database_url(data_dir)) as connection:
        connection.execute("CREATE TABLE kept (value int)")
        connection.execute("INSERT INTO kept VALUES (7)")
    os.kill(postmaster(data_dir), signal.SIGKILL)
    wait_for(lambda: not servers.postgres_answers(data_dir), "the end of the database")
    servers.start_postgres(data_dir)
    assert query(data_dir, "SELECT value FROM kept") == 7
    assert query(data_dir, "SELECT current_setting('fsync') || current_setting('synchronous_commit')") == "onon"
    assert query(data_dir, "SELECT current_setting('listen_addresses')") == ""


@pytest.mark.servers
def test_stale_pid_files_that_name_a_living_stranger_harm_nobody(data_dir):
    servers.start_postgres(data_dir)
    stale = (data_dir / "postgres" / "postmaster.pid").read_text().splitlines()
    servers.end_postgres(data_dir)
    owner = servers.postgres_program(data_dir).owner or (None, None)
    stranger = subprocess.Popen(["sleep", "600"], cwd="/", user=owner[0], group=owner[1])
    try:
        stale[0] = str(stranger.pid)
        for path in (data_dir / "postgres" / "postmaster.pid", embedded.socket_dir(data_dir) / ".s.PGSQL.5432.lock"):
            path.write_text("\n".join(stale) + "\n")
        servers.start_postgres(data_dir)
        assert query(data_dir, "SELECT 1") == 1
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


@pytest.mark.servers
def test_a_cluster_whose_making_was_interrupted_is_made_anew(data_dir):
    draft = data_dir / "postgres.new"
    draft.mkdir()
    (draft / "PG_VERSION").write_text("18\n")
    servers.start_postgres(data_dir)
    assert query(data_dir, "SELECT current_database()") == "winnow"
    assert not draft.exists()


@pytest.mark.servers
def test_reset_asks_and_then_deletes_what_is_ours_and_nothing_else(data_dir):
    manage(data_dir, "showmigrations", "labeling")
    (data_dir / "notes.txt").write_text("mine")
    assert manage(data_dir, "reset").returncode == 1
    assert (data_dir / "postgres" / "PG_VERSION").exists()
    assert manage(data_dir, "reset", "--yes").returncode == 0
    assert os.listdir(data_dir) == ["notes.txt"]
    assert not embedded.socket_dir(data_dir).exists()


def test_of_two_that_start_at_once_one_makes_postgresqls_user(monkeypatch):
    made = []

    def known(name):
        if not made:
            raise KeyError(name)
        return SimpleNamespace(pw_uid=7, pw_gid=8)

    def useradd(*arguments, **_):
        other = os.open(servers.USERS, os.O_RDONLY)
        with pytest.raises(BlockingIOError):  # another start waits here, and then finds the user
            fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.close(other)
        made.append(arguments)

    monkeypatch.setattr(servers.os, "geteuid", lambda: 0)
    monkeypatch.setattr(servers.pwd, "getpwnam", known)
    monkeypatch.setattr(servers.subprocess, "run", useradd)
    assert [servers._owner(), servers._owner()] == [(7, 8), (7, 8)]
    assert len(made) == 1
