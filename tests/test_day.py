"""The day's FastAPI that the service is measured beside answers as the service does."""

import os
import sys
from pathlib import Path

import httpx
import psycopg2
import pytest

from benchmarks import day
from benchmarks.service import DAY
from futurisys.employee.schema import ASKED
from tests.server import Server

pytestmark = pytest.mark.slow
SAME = ("Prediction", "Seuil", "Niveau_risque", "Version_modele")


@pytest.fixture
def rival(own_postgresql_url, artifact_folder):
    """Its server, as `make bench` starts it."""
    programs = Path(sys.executable).parent
    settings = {
        "DATABASE_URL": own_postgresql_url,
        "FUTURISYS_MODEL": str(artifact_folder),
        "PATH": f"{programs}:{os.environ['PATH']}",
    }
    server = Server(settings, ["sh", "-c", DAY])
    yield server.wait("/predict", 405)
    server.stop()


def test_it_answers_alike_and_keeps_what_it_answers(
    rival, server, sqlite_url, own_postgresql_url, rows
):
    """The same estimate for the same people, to XGBoost's rounding, and a row for each."""
    ours = server(DATABASE_URL=sqlite_url).wait("/health/ready")
    asked = rows[::49]
    for row in asked:
        answers = [httpx.post(f"{one.url}/predict", json=row) for one in (ours, rival)]
        assert [answer.status_code for answer in answers] == [200, 200]
        own, other = (answer.json() for answer in answers)
        assert other["Probabilite_depart"] == pytest.approx(own["Probabilite_depart"], abs=1e-5)
        assert [other[name] for name in SAME] == [own[name] for name in SAME]
    with psycopg2.connect(own_postgresql_url) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM day_predictions p JOIN day_inputs i ON i.id = p.input_id"
        )
        assert cursor.fetchall() == [(len(asked),)]
    connection.close()


@pytest.mark.parametrize(
    "change",
    [
        {"revenu_mensuel": 0},
        {"satisfaction_employee_equipe": 5},
        {"poste": ""},
        {"frequence_deplacement": "Parfois"},
        {"augementation_salaire_precedente": "101 %"},
    ],
)
def test_it_refuses_what_the_service_refuses(client, employee, change):
    """Its bounds are the service's."""
    with pytest.raises(ValueError, match="1 validation error"):
        day.Employee.model_validate(employee | change)
    assert client.post("/predict", json=employee | change).status_code == 422


def test_it_asks_for_the_same_fields():
    """It is spared none of them."""
    assert sorted(day.FIELDS) == sorted(ASKED)
