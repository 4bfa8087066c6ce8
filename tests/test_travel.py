"""Artifacts that travel: published, fetched at a pinned revision, verified, served or refused."""

import contextlib
import datetime
import http.client
import json
import pickle
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import psycopg2
import pytest

from futurisys.app import create_app
from futurisys.errors import ArtifactError, SettingError
from futurisys.model import artifact
from futurisys.model.predictor import Predictor
from futurisys.model.store import Address
from tests.hub import Hub
from tests.server import PATIENCE_SECONDS, ROOT, Server

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
REPO = "futurisys/model"


@pytest.fixture
def hub(monkeypatch, tmp_path):
    """A hub on loopback, the one that every process of the test knows."""
    with Hub() as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
        monkeypatch.setenv("HF_HUB_DISABLE_XET", "1")
        monkeypatch.setenv("FUTURISYS_CACHE", str(tmp_path / "served"))
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        yield hub


@pytest.fixture
def published(hub, artifact_folder) -> str:
    """The pinned address of the default model, put into the hub without its client."""
    files = {name: (artifact_folder / name).read_bytes() for name in NAMES}
    return address_of(hub, files)


def address_of(hub: Hub, files: dict[str, bytes]) -> str:
    digest = artifact._sha256(files["manifest.json"])
    return f"hf://{REPO}@{hub.commit(files)}#sha256={digest}"


def flask(*arguments: str) -> subprocess.CompletedProcess[str]:
    """A command, as an engineer types it."""
    command = [sys.executable, "-m", "flask", "--app", "wsgi", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)


@pytest.mark.parametrize(
    "text",
    [
        "hf://owner/name",
        "hf://owner/name@main",
        "hf://owner/name@v1#sha256=" + "0" * 64,
        "hf://owner/name@" + "a" * 40,
        "hf://owner/name@" + "a" * 39 + "#sha256=" + "0" * 64,
        "hf://owner@" + "a" * 40 + "#sha256=" + "0" * 64,
        "hf://owner/name@" + "a" * 40 + "#sha256=xyz",
        "instance/model#sha256=12",
    ],
)
def test_an_address_that_pins_nothing_is_refused(text):
    """A floating revision or a missing digest stops the start and shows the right one."""
    with pytest.raises(ArtifactError, match=r"hexadécimaux|flask model publish"):
        Address.parse(text)
    with pytest.raises(SettingError, match="FUTURISYS_MODEL"):
        create_app(FUTURISYS_MODEL=text)


def test_an_address_is_printed_as_it_is_written():
    """What is parsed is what is passed on to another process."""
    text = f"hf://owner/name@{'a' * 40}#sha256={'0' * 64}"
    assert str(Address.parse(text)) == text
    assert str(Address.parse("/srv/model")) == "/srv/model"


@pytest.mark.slow
def test_published_then_served_then_served_without_the_hub(
    hub, artifact_folder, server, sqlite_url, employee, monkeypatch
):
    """The printed address is served from an empty cache, and again with no network call."""
    monkeypatch.setenv("HF_TOKEN", "hf_test")
    done = flask("model", "publish", REPO, "--model", str(artifact_folder))
    assert done.returncode == 0, done.stderr
    address = done.stdout.split()[-1]
    assert b"library_name: xgboost" in hub.main["README.md"]
    settings = {"DATABASE_URL": sqlite_url, "FUTURISYS_MODEL": address}
    first = server(**settings).wait("/health/ready")
    wait_for_all(first)
    assert httpx.post(first.url + "/predict", json=employee).status_code == 200
    first.stop_process()
    hub.illness = "500"
    hub.requests.clear()
    again = server(**settings).wait("/health/ready")
    assert httpx.post(again.url + "/predict", json=employee).status_code == 200
    assert hub.requests == []


def wait_for_all(one: Server) -> None:
    """Return when every worker serves a model: that it is ready is said by the first that does."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while one.log.count("is served.") < len(one.workers()):
        assert time.monotonic() < deadline, one.log
        time.sleep(0.1)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("illness", "reason"),
    [
        ("404", r"\(404\)"),
        ("401", "HF_TOKEN"),
        ("500", r"\(500\)"),
        ("refuses", "ne répond pas"),
        ("hang", "n'a pas livré|ne répond pas"),
        ("drip", "n'a pas livré"),
        ("swap", "n'est pas le fichier"),
    ],
)
def test_service_begins_by_itself_once_the_hub_is_well(
    hub, published, server, sqlite_url, employee, tmp_path, illness, reason
):
    """An ill hub is a 503 with its reason, within the deadline; then service within one retry.

    Live is 200 all the while, and no worker ever loads twice.
    """
    seconds = 4
    if illness == "refuses":
        hub.close()
    else:
        hub.illness = illness
    settings = {"DATABASE_URL": sqlite_url, "FUTURISYS_MODEL": published}
    one = server(**settings, FUTURISYS_HUB_SECONDS=str(seconds)).wait("/health/live")
    # A busy machine takes its time to start; the hub's client would wait for 397 s, or for ever.
    deadline = time.monotonic() + 30 * seconds
    while not re.search(reason, detail := httpx.get(one.url + "/health/ready").json()["detail"]):
        assert time.monotonic() < deadline, detail
        assert httpx.get(one.url + "/health/live").status_code == 200
        time.sleep(0.1)
    assert "essaie à nouveau" in detail
    assert httpx.post(one.url + "/predict", json=employee).status_code == 503
    assert [path for path in (tmp_path / "served").iterdir() if path.name[0] != "."] == []
    if illness == "refuses":
        hub.open()
    hub.illness = ""
    failed = one.log.count("No model is served")
    wait_for_all(one)
    assert httpx.get(one.url + "/health/ready").status_code == 200
    assert httpx.post(one.url + "/predict", json=employee).status_code == 200
    # What was under way when the hub got well may still have failed, once in each worker.
    assert one.log.count("No model is served") <= failed + len(one.workers())
    one.stop_process()
    lines = [json.loads(line) for line in one.log.splitlines() if line.startswith("{")]
    loaded = [line["pid"] for line in lines if "is served." in line["message"]]
    assert len(loaded) == len(set(loaded)) == 2


@pytest.mark.slow
def test_a_private_repository_opens_to_its_token(hub, published, tmp_path, monkeypatch):
    """`pull` without HF_TOKEN is one sentence and no file; with it, the verified files."""
    hub.token = "hf_private"
    monkeypatch.delenv("HF_TOKEN", raising=False)
    pulled = tmp_path / "pulled"
    refused = flask("model", "pull", published, "--output", str(pulled))
    assert refused.returncode == 1
    assert "HF_TOKEN" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert not pulled.exists()
    monkeypatch.setenv("HF_TOKEN", "hf_private")
    done = flask("model", "pull", published, "--output", str(pulled))
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in pulled.iterdir()) == sorted(NAMES)
    assert artifact.read(pulled, Address.parse(published).digest).version
    hub.requests.clear()
    assert flask("model", "verify", published).returncode == 0
    assert hub.requests == []


class Planted:
    """What a malicious pickle does when it is opened."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self):
        return Path.touch, (self.mark,)


def broken(files: dict[str, bytes], name: str, fault: str) -> dict[str, bytes]:
    """The files with one fault; None where the file is missing."""
    content = files[name]
    match fault:
        case "flipped":
            middle = len(content) // 2
            changed = content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
        case "truncated":
            changed = content[: len(content) // 2]
        case "swapped":
            changed = content[::-1]
        case "empty":
            changed = b""
        case _:
            return {n: body for n, body in files.items() if n != name}
    return files | {name: changed}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("fault", ["flipped", "truncated", "missing", "swapped", "empty"])
def test_a_corrupted_artifact_is_refused(artifact_folder, tmp_path, name, fault):
    """Any file, broken in any way, under a pinned digest: refused before it is read."""
    files = {n: (artifact_folder / n).read_bytes() for n in NAMES}
    digest = artifact._sha256(files["manifest.json"])
    write(tmp_path, broken(files, name, fault))
    with pytest.raises(ArtifactError):
        artifact.read(tmp_path, digest)


@pytest.mark.parametrize(
    "edit",
    [
        {"threshold": 0.9},
        {"format": 2},
        {"employee_definition": "0" * 64},
        {"files": {}},
        {"version": "2026-01-01-00000000"},
        {"golden": []},
    ],
    ids=lambda edit: next(iter(edit)),
)
def test_an_edited_manifest_is_refused(artifact_folder, tmp_path, edit):
    """The manifest's version is a digest of all its other words, in a folder without a pin too."""
    files = {n: (artifact_folder / n).read_bytes() for n in NAMES}
    manifest = json.loads(files["manifest.json"]) | edit
    write(tmp_path, files | {"manifest.json": artifact.dump(manifest)})
    with pytest.raises(ArtifactError):
        artifact.read(tmp_path)


def test_a_forged_but_coherent_artifact_is_refused_under_a_pin(artifact_folder, tmp_path):
    """Manifest, files and golden answers that agree with each other are not the pinned ones."""
    files = {n: (artifact_folder / n).read_bytes() for n in NAMES}
    digest = artifact._sha256(files["manifest.json"])
    manifest = json.loads(files.pop("manifest.json")) | {"threshold": 0.99}
    artifact.write(tmp_path, manifest, files)
    assert artifact.read(tmp_path)
    with pytest.raises(ArtifactError, match="empreinte"):
        artifact.read(tmp_path, digest)


def test_a_pickle_under_another_name_is_not_opened(artifact_folder, tmp_path):
    """A pickle in the place of the booster, described by a coherent manifest, does nothing."""
    mark = tmp_path / "opened"
    planted = pickle.dumps(Planted(mark))
    files = {n: (artifact_folder / n).read_bytes() for n in NAMES}
    manifest = json.loads(files.pop("manifest.json"))
    for name in ("model.ubj", "modele_final_xgb.joblib", "preprocesseur_fitted.joblib"):
        folder = tmp_path / name.replace(".", "_")
        artifact.write(folder, manifest, files | {name: planted})
        if name == "model.ubj":
            with pytest.raises(ArtifactError):
                Predictor(artifact.read(folder))
        else:
            assert Predictor(artifact.read(folder)).version
    assert not mark.exists()


def write(folder: Path, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        (folder / name).write_bytes(content)


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
    deadline = time.monotonic() + PATIENCE_SECONDS
    while said not in one.log or old & set(one.workers()):
        assert time.monotonic() < deadline, one.log
        time.sleep(0.1)


def said(askers: list[Asker]) -> list[dict]:
    return [content for asker in askers for content in list(asker.answers)]
