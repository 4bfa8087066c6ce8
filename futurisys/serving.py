"""The predictor that one worker holds: loaded once, proven, then only read."""

from pathlib import Path

from flask import Flask, current_app

from futurisys.errors import ArtifactError, ModelUnavailable
from futurisys.model import artifact
from futurisys.model.predictor import Predictor
from futurisys.operations import metrics

_EXTENSION = "futurisys.serving"


class Serving:
    """A worker's model, or the reason why it has none."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.predictor: Predictor | None = None
        self.reason = "Le modèle n'est pas encore chargé : réessayez dans un instant."


def init_app(app: Flask) -> None:
    app.extensions[_EXTENSION] = Serving(folder(app))


def folder(app: Flask) -> Path:
    """Where the artifact is."""
    return Path(app.config["FUTURISYS_MODEL"] or Path(app.instance_path) / "model")


def load(app: Flask) -> None:
    """Verify, build and prove the model; where that fails, keep the reason and go on.

    Called once in each worker, after the fork: a booster does not survive one.
    """
    serving: Serving = app.extensions[_EXTENSION]
    try:
        serving.predictor = Predictor(artifact.read(serving.folder))
    except ArtifactError as error:
        serving.reason = (
            f"Aucun modèle ne peut répondre. {error} Demandez à l'équipe technique de lancer "
            "« flask model train », ou de corriger FUTURISYS_MODEL, puis de redémarrer le service."
        )
        app.logger.error("No model is served: %s", error)
    else:
        app.logger.info("Model %s is served.", serving.predictor.version)
        metrics.MODEL.labels(serving.predictor.version).set(1)


def version() -> str | None:
    """The version of the model that this worker serves, if it serves one."""
    predictor = current_app.extensions[_EXTENSION].predictor
    return predictor.version if predictor else None


def current() -> Predictor:
    """This worker's predictor; raises ModelUnavailable with a sentence that says what to do."""
    serving: Serving = current_app.extensions[_EXTENSION]
    if serving.predictor is None:
        raise ModelUnavailable(serving.reason)
    return serving.predictor
