"""A Hugging Face hub of the tests' own, on loopback, that can be ill in several ways."""

import base64
import contextlib
import hashlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

# The files of a published model.
NAMES = (
    "manifest.json",
    "encoder.json",
    "model.ubj",
    "mapping_classes.json",
    "evaluation.json",
    "out_of_fold.json",
    "modele_final_xgb.joblib",
    "preprocesseur_fitted.joblib",
)
Files = dict[str, bytes]


class Hub:
    """One that keeps what is committed. illness: "", a status, "hang", "drip" or "swap".

    token: what a private repository asks for; empty where it is public. private: what it says of
    itself.
    """

    def __init__(self) -> None:
        self.illness = ""
        self.token = ""
        self.private = False
        self.main: Files = {}
        self.revisions: dict[str, Files] = {}
        self.requests: list[str] = []
        self.port = 0

    def __enter__(self) -> Self:
        self.open()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def open(self) -> None:
        """Listen, the second time on the same port."""
        self.closing = threading.Event()
        handler = type("", (_Handler,), {"hub": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), handler)
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self.port = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        """Listen no more, and let go of who waits."""
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()

    def commit(self, files: Files) -> str:
        self.main = self.main | files
        listed = repr(sorted((name, len(body)) for name, body in self.main.items()))
        revision = hashlib.sha1(listed.encode() + bytes(len(self.revisions))).hexdigest()
        self.revisions[revision] = self.main
        return revision


class _Handler(BaseHTTPRequestHandler):
    hub: Hub
    protocol_version = "HTTP/1.1"

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        self.hub.requests.append(self.path)
        match self.path.split("/"):
            case [_, "api", "models", owner, name]:
                self._json({"id": f"{owner}/{name}", "private": self.hub.private})
            case [_, _, _, "resolve", revision, name]:
                self._file(revision, name)
            case _:
                self._send(404, b"{}")

    def do_POST(self) -> None:
        self.hub.requests.append(self.path)
        body = self.rfile.read(int(self.headers["Content-Length"]))
        match self.path.split("/"):
            case [_, "api", "repos", "create"]:
                self._json({"url": f"{self.hub.url}/futurisys/model", "id": "futurisys/model"})
            case [_, "api", "validate-yaml"]:
                self._json({"errors": [], "warnings": []})
            case [_, "api", "models", _, _, "preupload", _]:
                files = json.loads(body)["files"]
                self._json({"files": [{**_PLAIN, "path": file["path"]} for file in files]})
            case [_, "api", "models", _, _, "commit", _]:
                lines = [json.loads(line)["value"] for line in body.splitlines()]
                files = {v["path"]: base64.b64decode(v["content"]) for v in lines if "path" in v}
                oid = self.hub.commit(files)
                self._json({"commitUrl": f"{self.hub.url}/c/{oid}", "commitOid": oid})
            case _:
                self._send(404, b"{}")

    def _file(self, revision: str, name: str) -> None:
        illness = self.hub.illness
        content = self.hub.revisions.get(revision, {}).get(name)
        if self.hub.token and self.headers["Authorization"] != f"Bearer {self.hub.token}":
            return self._send(401, b"")
        if illness.isdecimal() or content is None:
            return self._send(int(illness or 404), b"")
        if illness == "hang":
            self.hub.closing.wait()
            return None
        if illness == "swap" and name != "manifest.json":
            content = bytes(byte ^ 1 for byte in content)
        pinned = {"ETag": f'"{hashlib.sha1(content).hexdigest()}"', "X-Repo-Commit": revision}
        return self._send(200, content, pinned, drip=illness == "drip")

    def _json(self, document: Any) -> None:
        self._send(200, json.dumps(document).encode(), {"Content-Type": "application/json"})

    def _send(
        self, status: int, body: bytes, headers: dict[str, str] | None = None, drip: bool = False
    ) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "HEAD":
            return
        for start in range(0, len(body), 1) if drip else ():
            self.wfile.write(body[start : start + 1])
            self.wfile.flush()
            if self.hub.closing.wait(0.5):
                return
        if not drip:
            self.wfile.write(body)

    def handle(self) -> None:
        # A client may be ended in the middle of an answer.
        with contextlib.suppress(OSError):
            super().handle()

    def log_message(self, *_: Any) -> None:
        """Say nothing: the tests read `requests`."""


_PLAIN = {"uploadMode": "regular", "shouldIgnore": False, "oid": None}
