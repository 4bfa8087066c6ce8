"""A running service changes its model without a gap."""

import contextlib
import datetime
import http.client
import json
import signal
import socket
import threading
import time
from pathlib import Path

import psycopg2
import pytest

from futurisys.model import artifact
from tests.server import PATIENCE_SECONDS, Server, until


@pytest.fixture
def second(artifact_folder, tmp_path) -> Path:
    """Another model: the same with another threshold, hence another version."""
    folder = tmp_path / "second"
    manifest = json.loads((artifact_folder / "manifest.json").read_text())
    files = {name: (artifact_folder / name).read_bytes() for name in manifest["files"]}
    artifact.write(folder, manifest | {"threshold": 0.5}, files)
    return folder


class Asker(threading.Thread):
    """Asks one prediction after the other on one connection, until it is told to end.

    A connection that closes before any byte of the answer is opened again, once for a request.
    answers: what it was given. failures: whatever else happened.
    """

    def __init__(self, port: int, employee: dict, ended: threading.Event) -> None:
        super().__init__()
        self.http = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
        self.body, self.ended = json.dumps(employee), ended
        self.answers: list[dict] = []
        self.failures: list[object] = []

    def run(self) -> None:
        with contextlib.closing(self.http):
            self.ask_again_and_again()

    def ask_again_and_again(self) -> None:
        while not self.ended.is_set() and not self.failures:
            if not (self.has_answer() or self.has_answer()):
                self.failures.append("closed twice")
                return
            try:
                answer = self.http.getresponse()
                content = json.loads(answer.read())
            except (OSError, http.client.HTTPException, ValueError) as error:
                self.failures.append(error)
                return
            if answer.status != 200:
                self.failures.append((answer.status, content))
            self.answers.append(content)

    def has_answer(self) -> bool:
        """Send the request; whether a first byte of its answer came."""
        try:
            self.http.request("POST", "/predict", self.body, {"Content-Type": "application/json"})
            if self.http.sock.recv(1, socket.MSG_PEEK):
                return True
        except ConnectionError:
            pass
        self.http.close()
        return False


@pytest.mark.slow
def test_sighup_changes_the_model_without_a_gap(
    server, postgresql_url, artifact_folder, second, employee, tmp_path
):
    """Under 8 connections: no failure but a connection closed before its answer began.

    A refused address changes nothing; after an accepted one each stored row carries one of the
    two versions, and none the old one once the last old worker has gone.
    """
    holder = tmp_path / "address"
    holder.write_text(f"{artifact_folder}\n")
    one = server(DATABASE_URL=postgresql_url, FUTURISYS_MODEL=str(holder)).wait("/health/ready")
    old, new = (artifact.read(folder).version for folder in (artifact_folder, second))
    ended = threading.Event()
    askers = [Asker(int(one.port), employee, ended) for _ in range(8)]
    for asker in askers:
        asker.start()
    try:
        renewed(one, holder, tmp_path / "nothing", "is refused")
        assert {content["Version_modele"] for content in said(askers)} == {old}
        renewed(one, holder, second, "New workers serve")
        gone = datetime.datetime.now(datetime.UTC)
        most = len(said(askers)) + 100
        while len(said(askers)) < most and any(asker.is_alive() for asker in askers):
            time.sleep(0.1)
    finally:
        ended.set()
        for asker in askers:
            asker.join()
    assert [failure for asker in askers for failure in asker.failures] == []
    with psycopg2.connect(postgresql_url) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT id::text, model_version, created_at FROM predictions")
        rows = {identifier: (version, at) for identifier, version, at in cursor}
    connection.close()
    assert {version for version, _ in rows.values()} == {old, new}
    for content in said(askers):
        assert rows[content["Identifiant"]][0] == content["Version_modele"]
    assert {version for version, at in rows.values() if at > gone} == {new}


def renewed(one: Server, holder: Path, address: Path, said: str) -> None:
    """Write an address, send SIGHUP, and wait until the log says so and the old workers went."""
    old = set(one.workers())
    holder.write_text(str(address))
    one.process.send_signal(signal.SIGHUP)
    until(lambda: said in one.log and not old & set(one.workers()), lambda: one.log)


def said(askers: list[Asker]) -> list[dict]:
    return [content for asker in askers for content in list(asker.answers)]
