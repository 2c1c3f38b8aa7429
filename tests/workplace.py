"""The temporary folder of one test session, with its own PostgreSQL; nothing of it outlives the session for long."""

import os
import shutil
import tempfile
from pathlib import Path

from moderation import embedded, locks, processes, servers

PREFIX = "winnow-test-"


def make() -> Path:
    """Make the folder and point the settings at it, before Django reads them."""
    clear_abandoned()
    folder = Path(tempfile.mkdtemp(prefix=PREFIX)).resolve()
    (folder / "static").mkdir()
    for name in ("ALLOWED_HOSTS", "HTTPS", "BEHIND_PROXY", "STORAGE_BACKEND", "STORAGE_OPTIONS", "SAMPLING_KEY"):
        os.environ.pop(name, None)
    os.environ.setdefault("DATABASE_URL", embedded.database_url(folder))
    os.environ |= {
        "DEBUG": "1",
        "DATA_DIR": str(folder),
        "SECRET_KEY": "only-for-tests",
        "CELERY_BROKER_URL": "memory://",
    }
    return folder


def clear(folder: Path) -> None:
    """End every server that was started for the folder, or for a data folder inside it, and delete it."""
    for data_dir in (folder, *(path.parent for path in folder.glob("*/run"))):
        processes.end_left_behind(data_dir)
        servers.end_postgres(data_dir)
        shutil.rmtree(embedded.socket_dir(data_dir), ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)


def clear_abandoned() -> None:
    """Clear what sessions that were killed have left: their lock is free."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        lock = folder / "session.lock"
        if lock.exists() and (held := locks.try_take(lock)) is not None:
            clear(folder.resolve())
            held.close()
