"""PostgreSQL and Valkey out of Python wheels, so that one command is enough on a bare machine.

No Django, and light to import: settings.py asks here for the addresses. They are pure functions of the data
folder, whether or not the servers run. How the servers are started is in servers.py.
"""

import hashlib
import os
import secrets
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

DATABASE = "winnow"
# Commands that never open the database. `dev` starts it itself, when it is sure that it is alone.
WITHOUT_DATABASE = frozenset(
    {"", "help", "version", "check", "collectstatic", "dev", "diffsettings", "makemessages", "compilemessages", "reset"}
    | {"agreement"}
)


def secret_key(data_dir: Path) -> str:
    """Return this data folder's own secret key, drawing it on the first call.

    Two processes that call this at once get the same key: the first link wins, and a key is never seen half-written.
    """
    path = data_dir / "secret_key"
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        draft = data_dir / f"secret_key.{os.getpid()}-{threading.get_ident()}"
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(50))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()


def socket_dir(data_dir: Path) -> Path:
    """Return the private folder for the servers' Unix sockets.

    Socket paths must stay under some 100 characters, so it lies outside the data folder; and not under TMPDIR, because
    every terminal must find the same one. Lower case only: URL parsers fold the case of a host.
    """
    digest = hashlib.sha256(str(data_dir).encode()).hexdigest()[:8]
    return Path(f"/tmp/winnow-{os.getuid()}-{digest}")  # noqa: S108 (checked for its owner when it is made)


def database_url(data_dir: Path, database: str = DATABASE) -> str:
    """Return the address of the embedded PostgreSQL of this data folder."""
    return f"postgresql://postgres@{quote(str(socket_dir(data_dir)), safe='')}/{database}"


def broker_url(data_dir: Path) -> str:
    """Return the address of the embedded Valkey of this data folder, as Celery reads it."""
    return f"redis+socket://{socket_dir(data_dir)}/valkey.sock"


def is_in_use(data_dir: Path) -> bool:
    """Return whether the database is the embedded one, and no other is configured."""
    return os.environ.get("DATABASE_URL", "") in {"", database_url(data_dir)}


def needed_by(argv: list[str]) -> bool:
    """Return whether the management command in `argv` opens the database."""
    return (argv[1] if len(argv) > 1 else "") not in WITHOUT_DATABASE and not {"--help", "-h"} & set(argv)


def explain(cause: BaseException | None) -> str | None:
    """Return what a person should do about this error of psycopg, or None where it is a fault of ours."""
    from psycopg import OperationalError, errors

    if isinstance(cause, errors.UndefinedTable | errors.UndefinedColumn):
        return "The database lacks a table or column; `make run` or `manage.py migrate` brings it up to date."
    if isinstance(cause, OperationalError) and cause.sqlstate is None:
        return f"The database does not answer: {cause}"
    return None


@contextmanager
def running(data_dir: Path) -> Iterator[None]:
    """Keep the embedded PostgreSQL running inside the block.

    The one of `make run` is used where that runs. Else it is started, and stopped by the last command that leaves:
    each command holds a shared lock, which the kernel drops also with a killed one.
    """
    from moderation import locks, servers

    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    folder = locks.run_dir(data_dir)
    with locks.take(folder / "postgres.lock"):
        using = locks.take(folder / "users.lock", shared=True)
        if locks.supervisor(data_dir) is None:
            servers.start_postgres(data_dir)
    try:
        servers.wait_for_postgres(data_dir)
        yield
    finally:
        with locks.take(folder / "postgres.lock"):
            using.close()
            last = locks.try_take(folder / "users.lock")
            if last is not None:
                if locks.supervisor(data_dir) is None:
                    servers.end_postgres(data_dir)
                last.close()
