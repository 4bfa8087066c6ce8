"""Artifacts that travel: published, fetched at a pinned revision, verified, served or refused."""

import json
import pickle
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import pytest

from futurisys.app import create_app
from futurisys.errors import ArtifactError, SettingError
from futurisys.model import artifact
from futurisys.model.predictor import Predictor
from futurisys.model.store import Address, Store
from tests.hub import Hub
from tests.server import ROOT

NAMES = (
    "manifest.json",
    "encoder.json",
    "model.ubj",
    "mapping_classes.json",
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
    done = subprocess.run(
        [
            *(sys.executable, "-m", "flask", "--app", "wsgi"),
            *("model", "publish", REPO, "--model", str(artifact_folder)),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    address = done.stdout.split()[-1]
    assert b"library_name: xgboost" in hub.main["README.md"]
    settings = {"DATABASE_URL": sqlite_url, "FUTURISYS_MODEL": address}
    first = server(**settings).wait("/health/ready")
    assert httpx.post(first.url + "/predict", json=employee).status_code == 200
    first.stop_process()
    hub.illness = "500"
    hub.requests.clear()
    again = server(**settings).wait("/health/ready")
    assert httpx.post(again.url + "/predict", json=employee).status_code == 200
    assert hub.requests == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("illness", "reason"),
    [
        ("404", "404"),
        ("401", "HF_TOKEN"),
        ("500", "500"),
        ("hang", "n'a pas livré|ne répond pas"),
        ("drip", "n'a pas livré"),
        ("swap", "n'est pas le fichier"),
    ],
)
def test_an_ill_hub_is_a_reason_within_the_deadline(hub, published, tmp_path, illness, reason):
    """However the hub is ill, fetching ends in time with a reason; once it is well, it works."""
    store = Store(tmp_path / "cache", 8)
    address = Address.parse(published)
    hub.illness = illness
    start = time.monotonic()
    with pytest.raises(ArtifactError, match=reason):
        store.get(address)
    assert time.monotonic() - start < 8 + 2
    assert list((tmp_path / "cache").iterdir()) == []
    hub.illness = ""
    assert Predictor(store.get(address)).version
    hub.requests.clear()
    assert store.get(address)
    assert hub.requests == []


@pytest.mark.slow
def test_a_hub_that_refuses_is_a_reason(hub, published, tmp_path, monkeypatch):
    """Nobody listens at the hub's address."""
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(ArtifactError, match="ne répond pas"):
        Store(tmp_path / "cache", 20).get(Address.parse(published))


@pytest.mark.slow
def test_service_begins_by_itself_when_the_hub_is_well(
    hub, published, server, sqlite_url, employee
):
    """Without the hub: live 200, the rest 503 with the reason; then service, without a restart."""
    hub.illness = "500"
    one = server(DATABASE_URL=sqlite_url, FUTURISYS_MODEL=published).wait("/health/live")
    deadline = time.monotonic() + 20
    while "(500)" not in (detail := httpx.get(one.url + "/health/ready").json()["detail"]):
        assert time.monotonic() < deadline, detail
        time.sleep(0.1)
    assert httpx.post(one.url + "/predict", json=employee).status_code == 503
    assert httpx.get(one.url + "/health/live").status_code == 200
    hub.illness = ""
    one.wait("/health/ready")
    assert httpx.post(one.url + "/predict", json=employee).status_code == 200
    one.stop_process()
    assert one.log.count("is served.") <= 2


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


@pytest.mark.slow
def test_sighup_changes_the_model_without_a_gap(
    server, postgresql_url, artifact_folder, second, employee, tmp_path
):
    """Under 8 connections: no failed answer but a closed connection, and then one version only."""
    holder = tmp_path / "address"
    holder.write_text(f"{artifact_folder}\n")
    one = server(DATABASE_URL=postgresql_url, FUTURISYS_MODEL=str(holder)).wait("/health/ready")
    versions = [artifact.read(folder).version for folder in (artifact_folder, second)]
    answered: list[str] = []
    failed: list[object] = []
    ended = threading.Event()

    def ask(http: httpx.Client) -> httpx.Response:
        try:
            return http.post("/predict", json=employee)
        except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError):
            return http.post("/predict", json=employee)

    def keep_asking() -> None:
        with httpx.Client(base_url=one.url, timeout=30) as http:
            while not ended.is_set():
                try:
                    answer = ask(http)
                    answered.append(answer.json()["Version_modele"])
                except Exception as error:
                    failed.append(error)

    threads = [threading.Thread(target=keep_asking) for _ in range(8)]
    for thread in threads:
        thread.start()
    try:
        for text, said in ((tmp_path / "nothing", "is refused"), (second, "New workers serve")):
            old = set(one.workers())
            holder.write_text(str(text))
            one.process.send_signal(signal.SIGHUP)
            deadline = time.monotonic() + 60
            while said not in one.log or old & set(one.workers()):
                assert time.monotonic() < deadline, one.log
                time.sleep(0.1)
            if said == "is refused":
                assert set(answered) == {versions[0]}
    finally:
        ended.set()
        for thread in threads:
            thread.join()
    assert failed == []
    assert set(answered) == set(versions)
    last = [httpx.post(one.url + "/predict", json=employee).json() for _ in range(8)]
    assert {answer["Version_modele"] for answer in last} == {versions[1]}
