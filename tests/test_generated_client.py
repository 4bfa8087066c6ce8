"""A client that openapi-python-client makes of the document asks a real server."""

import importlib
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest

from futurisys.app import create_app

pytestmark = pytest.mark.slow
# Of a file that is sent as it is, which the generator does not know; a form carries it too.
FILES = {
    "text/csv",
    "text/plain",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class Generated:
    """A generated client that holds a key, and its models."""

    def __init__(self, url: str, key: str) -> None:
        self.models = importlib.import_module("generated.models")
        self.types = importlib.import_module("generated.types")
        client = importlib.import_module("generated.client")
        self.session = client.AuthenticatedClient(
            base_url=url, token=key, raise_on_unexpected_status=True
        )

    def call(self, operation: str, **sent: Any) -> Any:
        """The answer of an operation; `parsed` is what the client read from it."""
        module = importlib.import_module(f"generated.api.default.{operation}")
        return module.sync_detailed(client=self.session, **sent)


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """What the generator says of the document; its package can be imported."""
    folder = tmp_path_factory.mktemp("client")
    document = create_app(DATABASE_URL="sqlite://").test_client().get("/openapi.json").data
    (folder / "openapi.json").write_bytes(document)
    programs = Path(sys.executable).parent
    done = subprocess.run(
        [
            *(programs / "openapi-python-client", "generate", "--path", "openapi.json"),
            *("--output-path", "generated", "--meta", "none"),
        ],
        cwd=folder,
        # It has ruff mend what it wrote.
        env=os.environ | {"PATH": f"{programs}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=True,
    )
    sys.path.insert(0, str(folder))
    yield done.stdout + done.stderr
    sys.path.remove(str(folder))
    for name in [name for name in sys.modules if name.partition(".")[0] == "generated"]:
        del sys.modules[name]


@pytest.fixture
def client(said, server, sqlite_url, key_in) -> Iterator[Generated]:
    """The client of a real server that is closed to whoever has no key."""
    key = key_in(sqlite_url)["Authorization"].removeprefix("Bearer ")
    running = server(DATABASE_URL=sqlite_url, FUTURISYS_OPEN="").wait("/health/ready")
    generated = Generated(running.url, key)
    with generated.session:
        yield generated


def test_the_generator_understands_the_document(said):
    """Of all operations nothing is left out but files that are not sent in a form."""
    assert set(re.findall("Unsupported content type (.+)", said)) == FILES
    parts = re.findall("^(?:WARNING|ERROR) parsing (.+) within", said, re.MULTILINE)
    assert set(parts) == {"POST /predict/batch", "POST /outcomes"}


def test_what_may_be_absent_is_one_thing_or_nothing(client, employee):
    """A value that the training data had not leaves no interval: null, and no third kind."""
    asked = client.models.Employe.from_dict(employee | {"poste": "Dompteur"})
    answer = client.call("predict", body=asked).parsed
    assert answer.avertissements
    assert answer.intervalle is None
    annotation = get_type_hints(type(answer), localns=vars(client.models))["intervalle"]
    assert set(get_args(annotation)) == {client.models.Intervalle, type(None)}


def test_what_is_always_the_same_has_its_type(client):
    """A sentence of the card is a text to the client, and their list a list of texts."""
    hints = get_type_hints(client.models.Fiche, localns=vars(client.models))
    assert hints["avis"] in (str, str | client.types.Unset)
    assert hints["usages_exclus"] in (list[str], list[str] | client.types.Unset)


def test_a_prediction_is_read_and_found_again(client, employee):
    """An employee, its reasons, and the same in the history, by names alone."""
    asked = client.models.Employe.from_dict(employee)
    answer = client.call("predict", body=asked, explication=True, idempotency_key="une")
    assert answer.status_code == 200
    assert isinstance(answer.parsed, client.models.ReponseExpliquee)
    assert 0 < answer.parsed.probabilite_depart < 1
    assert isinstance(answer.parsed.intervalle, client.models.Intervalle)
    assert all(isinstance(one, client.models.Facteur) for one in answer.parsed.facteurs)
    page = client.call("list_predictions", total=True).parsed
    assert page.total == 1
    [found] = page.predictions
    assert found.identifiant == answer.parsed.identifiant
    assert found.probabilite_depart == answer.parsed.probabilite_depart


def test_a_population_is_sent_by_value_and_as_a_file(client, rows):
    """The same people in JSON and in a form's CSV get the same answers."""
    employees = [client.models.Employe.from_dict(row) for row in rows[:3]]
    by_value = client.call("predict_batch", body=client.models.Population(employes=employees))
    text = ",".join(rows[0]) + "".join(
        "\n" + ",".join(str(value) for value in row.values()) for row in rows[:3]
    )
    file = client.types.File(payload=text.encode(), file_name="extrait.csv", mime_type="text/csv")
    form = client.models.PredictBatchFilesBody(fichiers=[file])
    as_file = client.call("predict_batch", body=form)
    assert (by_value.status_code, as_file.status_code) == (200, 200)
    assert [one.probabilite_depart for one in by_value.parsed.predictions] == [
        one.probabilite_depart for one in as_file.parsed.predictions
    ]


def test_a_change_is_simulated(client, employee):
    """Two estimates and their difference."""
    models = client.models
    asked = models.Simulation.from_dict(
        {"employe": employee, "changements": {"heure_supplementaires": "Non"}}
    )
    answer = client.call("simulate", body=asked)
    assert answer.status_code == 200
    told = answer.parsed
    assert told.difference == pytest.approx(
        told.apres.probabilite_depart - told.avant.probabilite_depart
    )


def test_the_card_is_read(client):
    """The model's card, what it says of itself included."""
    card = client.call("get_model").parsed
    assert isinstance(card, client.models.Fiche)
    assert isinstance(card.bornes, client.models.Bornes)
    assert isinstance(card.avis, str)
    assert all(isinstance(one, str) for one in card.usages_exclus)


def test_a_refusal_says_where(client, employee):
    """A 422 is a problem whose faults point at their fields."""
    employee["revenu_mensuel"] = -1
    answer = client.call("predict", body=client.models.Employe.from_dict(employee))
    assert answer.status_code == 422
    assert isinstance(answer.parsed, client.models.Probleme)
    assert [fault.pointer for fault in answer.parsed.errors] == ["/revenu_mensuel"]
