"""Whose the model card is: the sample's is anybody's, a company's own is its people's."""

import json
from pathlib import Path

import pytest
from flask import Flask

from futurisys import serving
from futurisys.model import artifact
from tests.console import BROWSER, PROGRAM, Console, key, signed_in, wanted
from tests.evaluated import rewrite


@pytest.fixture
def own(make_closed, artifact_folder: Path, tmp_path: Path) -> Flask:
    """A service whose model has learnt of a company's own people."""
    training = json.loads((artifact_folder / artifact.MANIFEST).read_text())["training"]
    folder = rewrite(artifact_folder, tmp_path / "own", training=training | {"fictional": False})
    app = make_closed(FUTURISYS_MODEL=str(folder))
    serving.load(app)
    return app


@pytest.mark.parametrize("address", ["/model", "/model/effects"])
def test_a_company_s_own_card_is_for_keys_that_read(own, address):
    """Without a key it is 401, with one that only predicts 403, as at every other door."""
    client = own.test_client()
    statuses = {
        scope: client.get(
            address, headers=PROGRAM | {"Authorization": f"Bearer {key(own, scope)}"}
        ).status_code
        for scope in ("predict", "read", "console", "groups")
    }
    assert client.get(address, headers=PROGRAM).status_code == 401
    assert statuses == {"predict": 403, "read": 200, "console": 200, "groups": 200}


def test_a_browser_signs_in_to_a_company_s_own_card(own):
    """Nobody reads it unless signed in, and signing in leads back to it."""
    assert wanted(Console(own).get("/model")) == "/model"
    response = signed_in(own).get("/model")
    assert response.status_code == 200
    assert "n’a pas" not in response.text.partition("<h2")[0]


def test_the_sample_s_card_is_anybody_s(make_closed, artifact_folder):
    """Its people are fictional: there is nothing to keep from anybody."""
    app = make_closed(FUTURISYS_MODEL=str(artifact_folder))
    serving.load(app)
    for accept in (BROWSER, "application/json"):
        assert app.test_client().get("/model", headers={"Accept": accept}).status_code == 200
