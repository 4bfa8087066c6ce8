"""Another threshold makes another artifact, of which everything agrees."""

import json
from pathlib import Path
from typing import Any

import pytest

from futurisys import serving
from futurisys.app import create_app
from futurisys.model import artifact
from futurisys.model.predictor import Predictor
from futurisys.records.database import db
from futurisys.sample import SAMPLE
from futurisys.training.run import evaluate, train
from tests.test_card import open_client


@pytest.fixture
def choose(artifact_folder: Path, tmp_path: Path):
    """Run the command into a new folder: what it said, its code, the folder."""

    def run(*arguments: str, output: Path = tmp_path / "chosen"):
        runner = create_app(DATABASE_URL="sqlite://").test_cli_runner()
        given = ["--artifact", str(artifact_folder), "--output", str(output), *arguments]
        done = runner.invoke(args=["model", "threshold", *given])
        return done.output, done.exit_code, output

    return run


@pytest.mark.parametrize(
    ("arguments", "figure", "low", "high"),
    [
        (["--capacity", "0.15"], "flagged", 0.149, 0.15),
        (["--precision", "0.55"], "precision", 0.55, 0.56),
        (["--precision", "0.7"], "precision", 0.7, 0.71),
        (["--cost-missed", "8", "--cost-false", "1"], "recall", 0.7, 0.9),
        (["--cost-missed", "1", "--cost-false", "8"], "recall", 0.05, 0.4),
    ],
)
@pytest.mark.slow
def test_the_threshold_does_what_was_asked(choose, artifact_folder, arguments, figure, low, high):
    """Out of fold, the new threshold flags, or finds, what its means say."""
    said, code, output = choose(*arguments)
    assert code == 0, said
    found = artifact.read(output)
    assert found.evaluation
    assert low <= found.evaluation["at_threshold"][figure] <= high
    assert Predictor(found).version in said
    assert Predictor(found).version != artifact.read(artifact_folder).version
    assert all(found.manifest["golden"])


def test_the_trained_threshold_is_found_again(choose, artifact_folder):
    """The training's own rule, asked for, gives the training's own threshold; all else is kept."""
    _, _, output = choose("--precision", "0.55")
    kept, found = artifact.read(artifact_folder).manifest, artifact.read(output).manifest
    assert found["threshold"] == pytest.approx(kept["threshold"], abs=1e-12)
    assert [found[name] for name in ("bounds", "together")] == [
        kept[name] for name in ("bounds", "together")
    ]


def test_the_bands_follow(choose, artifact_folder):
    """Élevé begins at the new threshold; Modéré at the base rate, or where it was chosen."""
    _, _, output = choose("--capacity", "0.1", "--moderate-capacity", "0.3")
    predictor = Predictor(artifact.read(output))
    assert predictor.moderate < predictor.threshold
    assert predictor.moderate != predictor.base_rate
    bands = [predictor.risk(at) for at in (predictor.moderate - 1e-9, predictor.moderate)]
    assert bands == ["Faible", "Modéré"]
    assert predictor.risk(predictor.threshold) == "Élevé"
    assert predictor.label(predictor.threshold - 1e-9) == "Reste"
    told: Any = open_client(output).get("/model").json
    assert told["Seuil_modere"] == predictor.moderate
    old = Predictor(artifact.read(artifact_folder))
    assert old.moderate == old.base_rate


def test_an_artifact_is_never_changed(choose, artifact_folder):
    """A folder that exists is refused, and the model that is there keeps every byte."""
    before = {path.name: path.read_bytes() for path in artifact_folder.iterdir()}
    said, code, _ = choose("--capacity", "0.15", output=artifact_folder)
    assert code != 0
    assert "never changed: name a new folder" in said
    assert choose("--capacity", "0.15")[1] == 0
    assert choose("--capacity", "0.15")[1] != 0
    assert before == {path.name: path.read_bytes() for path in artifact_folder.iterdir()}


def test_what_is_no_longer_known_is_not_told(choose):
    """Whom the groups' flags would be is not kept with the margins: the card does not say."""
    _, _, output = choose("--capacity", "0.15")
    document = json.loads((output / artifact.EVALUATION).read_text())
    for grouping in document["groups"]:
        assert grouping["ratios"] == {"selection": None, "equal_opportunity": None}
        for level in grouping["levels"]:
            assert level["recall"] is None
            assert level["roc_auc"]["value"] > 0.5
    page = open_client(output).get("/model", headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert "non mesuré" in page.text


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--capacity", "0.1", "--precision", "0.5"],
        ["--cost-missed", "8"],
        ["--capacity", "1.5"],
        ["--precision", "1", "--moderate-cost-false", "1"],
        ["--capacity", "0.2", "--moderate-capacity", "0.1"],
    ],
)
def test_what_cannot_be_is_refused(choose, arguments):
    """No means, two, half of one, a share above one, bands in disorder: one sentence, no file."""
    said, code, output = choose(*arguments)
    assert code != 0
    assert "Error" in said
    assert not output.exists()


@pytest.mark.slow
def test_a_field_left_out_is_not_read(tmp_path, sqlite_url, employee):
    """The model without a field answers without it, says what that cost, and is served."""
    name = "nombre_participation_pee"
    # Where little is to be done, processes take longer to start than to work.
    evaluated = evaluate(SAMPLE, 1, without=(name,), contenders=("model", "complete"), workers=1)
    train(evaluated, tmp_path / "model", refits=2, workers=1)
    cost = evaluated.document["differences"]["complete"]["roc_auc"]
    assert cost["low"] <= cost["value"] <= cost["high"]
    assert name not in Predictor(artifact.read(tmp_path / "model")).fields
    app = create_app(
        DATABASE_URL=sqlite_url, FUTURISYS_MODEL=str(tmp_path / "model"), FUTURISYS_OPEN="predict"
    )
    serving.load(app)
    client = app.test_client()
    answers: list[Any] = [
        client.post("/predict?explication=true", json=employee | {name: value}).json
        for value in (0, 3)
    ]
    assert answers[0]["Probabilite_depart"] == answers[1]["Probabilite_depart"]
    assert name not in {factor["Variable"] for factor in answers[0]["Facteurs"]}
    told: Any = client.get("/model").json
    assert name in told["Champs_non_lus"]
    with app.app_context():
        db.engine.dispose()
