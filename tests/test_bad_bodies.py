"""Bad input gets a clear French refusal that names the field, and nothing is kept."""

import gzip
import json
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from futurisys.api.batch import XLSX
from futurisys.api.contracts import JSON, Contract
from futurisys.api.errors import TITLES
from futurisys.employee.schema import ASKED, DERIVED, NEVER_MORE_THAN
from futurisys.errors import StorageUnavailable
from tests.databases import ONE_DATABASE

BOUNDS = {
    "id_employee": (1, 2_147_483_647),
    "age": (16, 80),
    "revenu_mensuel": (1, 1_000_000),
    "nombre_experiences_precedentes": (0, 60),
    "annee_experience_totale": (0, 60),
    "annees_dans_l_entreprise": (0, 60),
    "annees_dans_le_poste_actuel": (0, 60),
    "satisfaction_employee_environnement": (1, 4),
    "note_evaluation_precedente": (1, 4),
    "niveau_hierarchique_poste": (1, 5),
    "satisfaction_employee_nature_travail": (1, 4),
    "satisfaction_employee_equipe": (1, 4),
    "satisfaction_employee_equilibre_pro_perso": (1, 4),
    "note_evaluation_actuelle": (1, 4),
    "augementation_salaire_precedente": (0, 100),
    "nombre_participation_pee": (0, 10),
    "nb_formations_suivies": (0, 100),
    "distance_domicile_travail": (0, 1000),
    "niveau_education": (1, 5),
    "annees_depuis_la_derniere_promotion": (0, 60),
    "annes_sous_responsable_actuel": (0, 60),
}
WRONG = [
    ("age", "quarante"),
    ("age", "41"),
    ("age", 41.5),
    ("age", True),
    ("age", [41]),
    ("age", 10**40),
    ("age", float("nan")),
    ("revenu_mensuel", "5993"),
    ("revenu_mensuel", "1_000"),
    ("revenu_mensuel", float("nan")),
    ("revenu_mensuel", float("inf")),
    ("revenu_mensuel", float("-inf")),
    ("revenu_mensuel", 10**400),
    ("revenu_mensuel", {"montant": 5993}),
    ("revenu_mensuel", False),
    ("nb_formations_suivies", 2.5),
    ("poste", 7),
    ("poste", "x" * 81),
    ("poste", "Cadre\u0000Commercial"),
    ("poste", "Cadre\nCommercial"),
    ("poste", ["Cadre Commercial"]),
    ("departement", {"nom": "Commercial"}),
    ("domaine_etude", True),
    ("heure_supplementaires", "Yes"),
    ("heure_supplementaires", "1"),
    ("heure_supplementaires", "Parfois"),
    ("heure_supplementaires", 1),
    ("heure_supplementaires", []),
    ("augementation_salaire_precedente", "11"),
    ("augementation_salaire_precedente", "11 % environ"),
    ("augementation_salaire_precedente", "-1 %"),
    ("augementation_salaire_precedente", "101 %"),
    ("augementation_salaire_precedente", float("nan")),
    ("augementation_salaire_precedente", True),
    ("frequence_deplacement", "Souvent"),
    ("frequence_deplacement", 1),
    ("genre", "X"),
    ("statut_marital", "Pacsé(e)"),
]


def changes() -> Iterator[tuple[str, Any]]:
    """(the field to be named, what to change in a good employee)."""
    for name in ASKED:
        yield name, {name: None}
        yield name, {name: ""}
    for name, (low, high) in BOUNDS.items():
        yield name, {name: low - 1}
        yield name, {name: high + 1}
    for name, value in WRONG:
        yield name, {name: value}
    for lesser, greater in NEVER_MORE_THAN:
        yield lesser, {lesser: 9, greater: 8}
    yield "age", {"age": 25, "annee_experience_totale": 8}
    for name in DERIVED:
        yield name, {name: 1}
    yield "salaire", {"salaire": 5993}
    yield "Age", {"Age": 41}


CHANGES = list(changes())


def assert_problem(response: Any, status: int) -> dict[str, Any]:
    assert response.status_code == status, response.text
    assert response.content_type == "application/problem+json"
    document = response.json
    assert {"type", "title", "status", "detail", "instance"} <= document.keys()
    assert document["status"] == status
    assert document["instance"] == response.headers["X-Request-ID"]
    return document


@pytest.fixture
def nothing_kept(query) -> Iterator[None]:
    yield
    assert query("SELECT count(*) FROM inputs") == [(0,)]
    assert query("SELECT count(*) FROM predictions") == [(0,)]


@pytest.mark.slow
@pytest.mark.usefixtures("nothing_kept")
def test_each_wrong_field_is_refused_by_name(client, employee):
    """A field that is missing, mistyped, out of bounds, contradicted or unknown is named."""
    assert len(CHANGES) > 60
    for name, change in CHANGES:
        document = assert_problem(client.post("/predict", json=employee | change), 422)
        pointers = [fault["pointer"] for fault in document["errors"]]
        assert pointers == [f"/{name}"], (change, document)
        assert document["detail"] == document["errors"][0]["detail"]
        assert document["detail"].endswith(".")


@pytest.mark.usefixtures("nothing_kept")
def test_a_field_left_out_is_refused_by_name(client, employee):
    """Each of the 24 asked-for fields is needed."""
    for name in ASKED:
        body = {key: value for key, value in employee.items() if key != name}
        document = assert_problem(client.post("/predict", json=body), 422)
        assert [fault["pointer"] for fault in document["errors"]] == [f"/{name}"]
        assert "manque" in document["detail"]


BODIES = {
    "empty": (b"", 400),
    "white space": (b"  \n", 400),
    "not JSON": (b"revenu_mensuel=5993", 400),
    "cut short": (b'{"age": 41', 400),
    "trailing comma": (b'{"age": 41,}', 400),
    "two documents": (b"{}{}", 400),
    "Latin-1": ('{"statut_marital": "Célibataire"}'.encode("latin-1"), 400),
    "UTF-16": ('{"age": 41}'.encode("utf-16"), 400),
    "a number of 5000 digits": (b'{"age": ' + b"9" * 5000 + b"}", 400),
    "null": (b"null", 422),
    "a list": (b"[]", 422),
    "a list of employees": (b'[{"age": 41}]', 422),
    "a string": (b'"employee"', 422),
    "a number": (b"41", 422),
    "no field": (b"{}", 422),
    "nested 17 deep": (b'{"eval_number": ' + b"[" * 17 + b"]" * 17 + b"}", 422),
    "nested 30000 deep": (b"[" * 30_000 + b"]" * 30_000, 422),
    "objects nested 5000 deep": (b'{"a":' * 5000 + b"1" + b"}" * 5000, 422),
    "over 64 KiB": (b'{"poste": "' + b"x" * 65_536 + b'"}', 413),
}


@ONE_DATABASE
@pytest.mark.usefixtures("nothing_kept")
@pytest.mark.parametrize(("body", "status"), BODIES.values(), ids=BODIES.keys())
def test_a_body_that_is_no_employee_is_refused(client, body, status):
    """A body that cannot be read, or is not one employee, gets a sentence in French."""
    document = assert_problem(client.post("/predict", data=body, content_type=JSON), status)
    assert document["detail"].endswith(".")


@ONE_DATABASE
@pytest.mark.usefixtures("nothing_kept")
@pytest.mark.parametrize(
    "content_type",
    [None, "text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin-1"],
)
def test_a_body_of_another_type_is_refused(client, employee, content_type):
    """Only JSON in UTF-8 is read."""
    body = json.dumps(employee)
    assert_problem(client.post("/predict", data=body, content_type=content_type), 415)


@pytest.mark.usefixtures("nothing_kept")
def test_a_field_given_twice_is_refused_by_name(client, employee):
    """A client that repeats a key means two different things."""
    body = json.dumps(employee)[:-1] + ', "age": 30}'
    document = assert_problem(client.post("/predict", data=body, content_type=JSON), 422)
    assert [fault["pointer"] for fault in document["errors"]] == ["/age"]


@ONE_DATABASE
def test_a_byte_order_mark_is_passed_over(client, employee):
    """The mark that some programs put before UTF-8 is no part of the document; a second one is."""
    body = b"\xef\xbb\xbf" + json.dumps(employee).encode()
    assert client.post("/predict", data=body, content_type=JSON).status_code == 200
    twice = client.post("/predict", data=b"\xef\xbb\xbf" + body, content_type=JSON)
    assert "colonne 1" in assert_problem(twice, 400)["detail"]


@pytest.mark.slow
@ONE_DATABASE
@pytest.mark.usefixtures("nothing_kept")
@pytest.mark.parametrize("encoding", ["gzip", "br", "GZIP", "identity, gzip"])
@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/predict", JSON),
        ("/predict/batch", JSON),
        ("/predict/batch", "text/csv"),
        ("/predict/batch", XLSX),
        ("/simulate", JSON),
        ("/", "application/x-www-form-urlencoded"),
        ("/console/fichier", "multipart/form-data; boundary=a"),
    ],
)
def test_a_compressed_body_is_refused_by_its_encoding(client, path, kind, encoding):
    """Whatever it holds: it would be read as if it were not compressed."""
    headers = {"Content-Encoding": encoding}
    body = gzip.compress(b"{}")
    response = client.post(path, data=body, content_type=kind, headers=headers)
    assert f"Content-Encoding : {encoding.lower()}" in assert_problem(response, 415)["detail"]
    assert response.headers["Accept-Encoding"] == "identity"


@ONE_DATABASE
def test_a_body_that_is_as_it_is_may_say_so(client, employee):
    """identity is no encoding."""
    headers = {"Content-Encoding": "identity"}
    assert client.post("/predict", json=employee, headers=headers).status_code == 200


@ONE_DATABASE
@pytest.mark.usefixtures("nothing_kept")
@pytest.mark.parametrize("many", [101, 3000])
def test_a_refusal_is_no_longer_than_can_be_read(client, employee, many):
    """A hundred faults are told one by one, the others by their number."""
    body = employee | {f"x{number}": 1 for number in range(many)}
    response = client.post("/predict", json=body)
    faults = assert_problem(response, 422)["errors"]
    assert len(faults) == 101
    assert faults[-1] == {"pointer": "", "detail": f"Fautes de plus, non énumérées : {many - 100}."}
    assert len(response.data) < 16_000


@ONE_DATABASE
@pytest.mark.usefixtures("nothing_kept")
def test_a_refusal_of_many_employees_is_no_longer(client):
    """The same for a population."""
    response = client.post("/predict/batch", json={"employes": [{}] * 50})
    faults = assert_problem(response, 422)["errors"]
    assert [fault["pointer"].count("/") for fault in faults] == [3] * 100 + [0]
    assert faults[-1]["detail"].endswith(f": {50 * len(ASKED) - 100}.")


def test_an_exception_of_a_kind_that_is_known_is_answered_as_its_kind(make_app):
    """What is derived from an exception of the table has its status, the nearest kind's."""

    class Elsewhere(StorageUnavailable):
        """A reason of its own."""

    app = make_app()

    @app.get("/essai")
    @Contract("Un essai", operation="try", answer={}, answers="Rien.")
    def fail() -> None:
        raise Elsewhere("La base de données est ailleurs.")

    response = app.test_client().get("/essai")
    assert assert_problem(response, 503)["detail"] == "La base de données est ailleurs."
    assert response.headers["Retry-After"]


@pytest.mark.usefixtures("nothing_kept")
def test_a_lone_surrogate_is_refused(client, employee):
    r"""Text that no database can hold is refused, in a value ("\ud800") and in a name."""
    value = json.dumps(employee | {"poste": "\ud800"})
    document = assert_problem(client.post("/predict", data=value, content_type=JSON), 422)
    assert document["errors"][0]["pointer"] == "/poste"
    name = json.dumps(employee | {"\ud800": 1})
    assert_problem(client.post("/predict", data=name, content_type=JSON), 422)


@pytest.mark.usefixtures("nothing_kept")
def test_a_refusal_repeats_names_cut_and_escaped_but_never_values(client, employee):
    """A name is repeated as a JSON pointer of at most 64 characters; a value never is."""
    secret = "valeur-que-personne-ne-doit-lire"
    body = employee | {"a/b~" + "c" * 100: secret, "genre": secret, "revenu_mensuel": secret}
    response = client.post("/predict", json=body)
    document = assert_problem(response, 422)
    pointers = [fault["pointer"] for fault in document["errors"]]
    assert sorted(pointers) == sorted(["/genre", "/revenu_mensuel", "/a~1b~0" + "c" * 60])
    assert secret not in response.text


@ONE_DATABASE
@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/predict", 405),
        ("DELETE", "/health/live", 405),
        ("GET", "/nulle-part", 404),
        ("GET", "/static/../../etc/passwd", 404),
    ],
)
def test_wrong_addresses_and_methods_are_problems_too(client, method, path, status):
    """Every error is problem+json."""
    response = client.open(path, method=method)
    assert_problem(response, status)
    assert status != 405 or response.headers["Allow"]


@pytest.mark.slow
@ONE_DATABASE
def test_what_gunicorn_refuses_is_told_as_it_is(server, database_url):
    """An address or a header that is too long is HTTP; what is none is said to be none."""
    running = server(DATABASE_URL=database_url).wait()
    sentences = {
        (f"GET /model?{'x' * 5000} HTTP/1.1\r\nHost: a\r\n\r\n", 414): "L'adresse",
        (f"GET /model HTTP/1.1\r\nHost: a\r\nX: {'x' * 9000}\r\n\r\n", 431): "Les en-têtes",
        ("GET /model HTTP/1.1\r\nHost: a\r\n" + "X: 1\r\n" * 60 + "\r\n", 431): "Les en-têtes",
        ("GET /model HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400): "n'est pas du HTTP",
    }
    for (sent, status), sentence in sentences.items():
        with socket.create_connection(("127.0.0.1", int(running.port))) as client:
            client.sendall(sent.encode())
            head, _, body = client.makefile("rb").read().partition(b"\r\n\r\n")
        assert head.startswith(f"HTTP/1.1 {status} ".encode())
        document = json.loads(body)
        assert document["status"] == status
        assert sentence in document["detail"]
        assert document["title"] == TITLES[status]
