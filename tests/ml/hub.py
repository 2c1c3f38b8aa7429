"""A Hugging Face hub of one model, for tests: the few addresses that a download asks for, over HTTP."""

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

COMMIT = "c0ffee" * 6 + "c0ff"


class Hub:
    """Serves a folder as the model `name`; `served` holds the files that were sent, `failing` those that are not."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name, self.folder = name, folder
        self.served: list[str] = []
        self.failing: set[str] = set()
        self.address = ""

    def answer(self, path: str) -> tuple[int, dict[str, str], bytes]:
        """Return status, headers and body for an address."""
        path = path.partition("?")[0]
        if path.startswith(f"/api/models/{self.name}/tree/"):
            return 200, {}, json.dumps([_entry(file) for file in self._files()]).encode()
        if path in (f"/api/models/{self.name}", f"/api/models/{self.name}/revision/main"):
            siblings = [{"rfilename": file.name} for file in self._files()]
            return 200, {}, json.dumps({"id": self.name, "sha": COMMIT, "siblings": siblings}).encode()
        file = self.folder / path.rpartition("/")[2]
        if path != f"/{self.name}/resolve/{COMMIT}/{file.name}" or not file.is_file():
            return 404, {"X-Error-Code": "RepoNotFound"}, b""
        if file.name in self.failing:
            return 410, {}, b""  # which nobody asks for again, as they would after a 500
        data = file.read_bytes()
        return 200, {"ETag": f'"{hashlib.sha1(data).hexdigest()}"', "X-Repo-Commit": COMMIT}, data

    def _files(self) -> list[Path]:
        return sorted(self.folder.iterdir())


def _entry(file: Path) -> dict[str, object]:
    data = file.read_bytes()
    return {"type": "file", "path": file.name, "size": len(data), "oid": hashlib.sha1(data).hexdigest()}


@contextmanager
def running(name: str, folder: Path) -> Iterator[Hub]:
    """Serve the folder inside the block; the hub's `address` is for HF_ENDPOINT."""
    hub = Hub(name, folder)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            status, headers, body = hub.answer(self.path)
            self.send_response(status)
            for key, value in headers.items():
                self.send_header(key, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command == "GET":
                if "ETag" in headers:
                    hub.served.append(self.path.rpartition("/")[2])
                self.wfile.write(body)

        do_HEAD = do_GET

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    hub.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
