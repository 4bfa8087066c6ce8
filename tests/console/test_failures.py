"""What the form says, and the log does not, when the model or the database fails."""

from collections.abc import Callable

import pytest
from flask import Flask

from futurisys import serving
from futurisys.app import create_app
from futurisys.records.database import db
from tests.console import EMPLOYEE, PROGRAM, WHAT_IF, Console, page_of, signed_in
from tests.console.employees import typed
from tests.server import free_port


@pytest.fixture
def make(artifact_folder) -> Callable[..., Flask]:
    """An application on another database, or with another model."""

    def one(**given: str) -> Flask:
        app = create_app(
            **{"FUTURISYS_MODEL": str(artifact_folder), "FUTURISYS_OPEN": "predict"} | given
        )
        serving.load(app)
        return app

    return one


@pytest.mark.parametrize("url", ["sqlite_url", "own_postgresql_url"])
def test_an_error_of_the_database_tells_the_log_nothing_of_a_person(
    request, make, employee, caplog, url
):
    """The log has what failed and where, and nothing of what was to be kept."""
    app = make(DATABASE_URL=request.getfixturevalue(url))
    console = Console(app)
    token = console.token()
    sent = typed(employee, poste="Dompteur", revenu_mensuel="4711,25", csrf_token=token)
    with app.app_context(), db.engine.begin() as connection:
        connection.exec_driver_sql("CREATE UNIQUE INDEX once ON inputs (age)")
    assert console.post(EMPLOYEE, sent).status_code == 303
    assert console.post(EMPLOYEE, sent | {"cle": "une autre"}).status_code == 500
    assert "StorageRefused" in caplog.text
    assert "UniqueViolation (SQLSTATE 23505)" in caplog.text or "IntegrityError" in caplog.text
    assert "predict_and_keep" in caplog.text
    for told in ("Dompteur", "4711", f"({employee['age']})"):
        assert told not in caplog.text
    with app.app_context():
        db.engine.dispose()


def test_without_a_model_the_page_says_what_to_do(make, sqlite_url, tmp_path):
    """A browser that comes before the model is told so, with the status that says when."""
    console = Console(make(DATABASE_URL=sqlite_url, FUTURISYS_MODEL=str(tmp_path)))
    for response in (console.get(EMPLOYEE), console.send(EMPLOYEE, {}), console.send(WHAT_IF, {})):
        assert response.status_code == 503
        assert "flask model train" in page_of(response).one("p", role="alert").text
        assert int(response.headers["Retry-After"]) > 0


def test_without_a_database_nothing_is_answered(make, employee):
    """What is not kept is not told: 503 on a page, and the form can be sent again."""
    app = make(DATABASE_URL=f"postgresql://nobody@127.0.0.1:{free_port()}/none")
    response = Console(app).send(EMPLOYEE, typed(employee))
    assert response.status_code == 503
    page = page_of(response)
    assert page.one("h1").text == "Service indisponible"
    assert not list(page.every(class_="verdict"))
    assert int(response.headers["Retry-After"]) > 0


@pytest.mark.parametrize("address", ["/nulle-part", "/predict", "/console/rien"])
def test_an_address_that_is_no_page_is_told_on_one(app, address):
    """A browser that comes to nothing gets a page with a way on; a program gets its document."""
    console = signed_in(app)
    response = console.get(address)
    assert response.status_code == (405 if address == "/predict" else 404)
    page = page_of(response)
    assert page.one("h1").text == "Adresse inconnue"
    assert "apidocs" not in page.one("main").text
    assert "Ada" in page.one("form", class_="who").text
    assert page.one("main").one("a", class_="button").attributes["href"] == "/"
    told = console.get(address, headers=PROGRAM)
    assert (told.status_code, told.mimetype) == (response.status_code, "application/problem+json")
