"""The predictor that one worker holds: loaded once, proven, then only read."""

import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from flask import Flask, current_app

from futurisys import settings
from futurisys.errors import AddressError, ArtifactError, ModelUnavailable, SettingError
from futurisys.model import pointer
from futurisys.model.artifact import Artifact
from futurisys.model.predictor import Predictor
from futurisys.model.store import Address, Store
from futurisys.model.unserved import sentence_of
from futurisys.operations import metrics
from futurisys.records import database

_EXTENSION = "futurisys.serving"
RETRY_FIRST, RETRY_MOST = 1.0, 30.0  # seconds
PROOF_SECONDS = 60

_NO_FOLDER = (
    "Demandez à l'équipe technique de lancer « flask model train », et le service commencera de "
    "lui-même, ou de corriger FUTURISYS_MODEL."
)
_NO_HUB = (
    "Le service essaie à nouveau de lui-même ; si cela dure, demandez à l'équipe technique de "
    "vérifier le hub, HF_TOKEN et FUTURISYS_MODEL."
)
_UNREAD = (
    "Sa lecture a échoué d'une manière que le service n'attendait pas : demandez à l'équipe "
    "technique de lire le journal du service."
)


class Serving:
    """A worker's model, or the reason why it has none."""

    def __init__(self, address: Address, store: Store) -> None:
        self.address = address
        self.store = store
        self.predictor: Predictor | None = None
        self.reason = "Le modèle n'est pas encore chargé : réessayez dans un instant."


def init_app(app: Flask) -> None:
    """Read the address; raises SettingError where it cannot be one."""
    try:
        address = _address(app)
    except AddressError as error:
        raise SettingError(f"FUTURISYS_MODEL: {error}") from error
    app.extensions[_EXTENSION] = Serving(address, store(app))


def store(app: Flask) -> Store:
    """Where artifacts come from and are kept."""
    cache = app.config["FUTURISYS_CACHE"] or Path(app.instance_path) / "hub"
    return Store(Path(cache), app.config["FUTURISYS_HUB_SECONDS"])


def address(app: Flask) -> Address:
    """What FUTURISYS_MODEL said when this process began."""
    return app.extensions[_EXTENSION].address


def address_file(app: Flask) -> Path | None:
    """The file that holds the address, where FUTURISYS_MODEL names one; raises AddressError."""
    return pointer.named(_setting(app))


def hold(app: Flask) -> None:
    """Be the service that a promotion signals; called in the master, which keeps it up for good."""
    file = address_file(app)
    if file and not pointer.hold(file):
        app.logger.warning(
            "`flask model promote` cannot signal this service: %s.lock is held or cannot be "
            "written. Send SIGHUP to the master yourself.",
            file,
        )


def folder(app: Flask) -> Path:
    """Where a training writes and a publication reads: the address's folder, or the default."""
    return app.extensions[_EXTENSION].address.folder or _default(app)


def load(app: Flask) -> None:
    """Verify, build and prove the model; where that fails, keep the reason and go on.

    Called in the process that serves, after the fork: a booster does not survive one.
    """
    serving: Serving = app.extensions[_EXTENSION]
    _take(app, serving.store.get)


def start(app: Flask) -> None:
    """Serve what is at hand at once; fetch the rest in the background, until it is served."""
    serving: Serving = app.extensions[_EXTENSION]
    if database.is_ephemeral(app):
        app.logger.warning(
            "The storage is ephemeral: what is kept here is lost at the next restart."
        )
    _take(app, serving.store.at_hand)
    if serving.predictor is None:
        threading.Thread(target=_retry, args=(app,), daemon=True, name="model").start()


def renew(app: Flask) -> None:
    """Take the address that FUTURISYS_MODEL's file now holds, if a process of its own proves it."""
    serving: Serving = app.extensions[_EXTENSION]
    try:
        address = _address(app)
        if address != serving.address:
            _prove(address, PROOF_SECONDS + serving.store.seconds)
            serving.address = address
            app.logger.info("New workers serve %s.", address)
    except AddressError as error:
        app.logger.error("The new address is refused, new workers get the old one: %s", error)


def served() -> Predictor | None:
    """This worker's predictor, if it has one: what was answered can be read without."""
    predictor: Predictor | None = current_app.extensions[_EXTENSION].predictor
    return predictor


def version() -> str | None:
    """The version of the model that this worker serves, if it serves one."""
    predictor = served()
    return predictor.version if predictor else None


def needed() -> tuple[str, ...]:
    """The optional fields that this worker's model needs; none while it has no model."""
    predictor = served()
    return predictor.needed if predictor else ()


def current() -> Predictor:
    """This worker's predictor; raises ModelUnavailable with a sentence that says what to do."""
    serving: Serving = current_app.extensions[_EXTENSION]
    if serving.predictor is None:
        raise ModelUnavailable(serving.reason)
    return serving.predictor


def _default(app: Flask) -> Path:
    return Path(app.instance_path) / "model"


def _address(app: Flask) -> Address:
    file = address_file(app)
    return Address.parse(pointer.read(file) if file else _setting(app))


def _setting(app: Flask) -> str:
    return app.config["FUTURISYS_MODEL"] or str(_default(app))


def _take(app: Flask, get: Callable[[Address], Artifact | None]) -> None:
    """Serve the artifact that `get` gives, if it gives one."""
    serving: Serving = app.extensions[_EXTENSION]
    try:
        found: Artifact | None = get(serving.address)
        predictor = Predictor(found) if found else None
    except ArtifactError as error:
        remedy = _NO_FOLDER if serving.address.folder else _NO_HUB
        serving.reason = f"Aucun modèle ne peut répondre. {sentence_of(error)} {remedy}"
        app.logger.error("No model is served: %s", error)
        return
    except Exception:  # Whatever a file makes fail, the worker lives, says so and tries again.
        serving.reason = f"Aucun modèle ne peut répondre. {_UNREAD}"
        app.logger.exception("No model is served.")
        return
    if predictor:
        serving.predictor = predictor
        app.logger.info("Model %s is served.", predictor.version)
        metrics.MODEL.labels(predictor.version).set(1)


def _retry(app: Flask) -> None:
    """Try until a model is served, waiting twice as long after each failure."""
    serving: Serving = app.extensions[_EXTENSION]
    wait, pause = RETRY_FIRST, threading.Event()
    _take(app, serving.store.get)
    while serving.predictor is None:
        pause.wait(wait)
        wait = min(2 * wait, RETRY_MOST)
        _take(app, serving.store.get)


def _prove(address: Address, seconds: int) -> None:
    """Fetch and prove an address in a process of its own; raises AddressError."""
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "model", "verify", str(address)]
    try:
        done = subprocess.run(  # noqa: S603 (an address that was parsed, no shell)
            command, capture_output=True, text=True, timeout=seconds, env=settings.environment()
        )
    except subprocess.TimeoutExpired as error:
        raise AddressError(f"{address} was not proven in {seconds} s.") from error
    if done.returncode:
        raise AddressError(done.stderr.strip().rpartition("\n")[2].removeprefix("Error: "))
