"""Artifacts that travel: published, fetched at a pinned revision, and served."""

import hashlib
import json
import re
import subprocess
import sys
import time

import httpx
import pytest

from futurisys.app import create_app
from futurisys.errors import AddressError, SettingError
from futurisys.model import artifact
from futurisys.model.store import Address, Store
from tests.hub import NAMES, Hub
from tests.server import ROOT, Server, until

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
    digest = hashlib.sha256(files["manifest.json"]).hexdigest()
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
    with pytest.raises(AddressError, match=r"hexadecimal|flask model publish"):
        Address.parse(text)
    with pytest.raises(SettingError, match="FUTURISYS_MODEL"):
        create_app(FUTURISYS_MODEL=text)


def test_what_was_fetched_is_at_hand_under_its_own_digest_alone(artifact_folder, tmp_path):
    """The cache answers without the hub, and never with another model than the address names."""
    digest = artifact.read(artifact_folder).digest
    store = Store(tmp_path, seconds=0)
    for name in (digest, "0" * 64):
        (tmp_path / name).symlink_to(artifact_folder)
    found = store.at_hand(Address(repo=REPO, revision="a" * 40, digest=digest))
    assert found is not None
    assert found.digest == digest
    assert store.at_hand(Address(repo=REPO, revision="a" * 40, digest="0" * 64)) is None


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
    until(lambda: one.log.count("is served.") >= len(one.workers()), lambda: one.log)


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

    Live is 200 all the while, the log is English, and no worker ever loads twice.
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
    refused = [line["message"] for line in lines if "No model is served" in line["message"]]
    assert refused
    assert all(message.isascii() for message in refused), "the log is English"
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
