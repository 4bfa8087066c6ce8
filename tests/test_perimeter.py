"""A caller sees the people of its departments: whatever is asked of the database, and however."""

import datetime
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from futurisys.errors import PredictionUnknown
from futurisys.operations import access, files
from futurisys.operations.transactions import reading, writing
from futurisys.records import perimeter, readers
from futurisys.records.database import db
from futurisys.records.perimeter import Exempt, Perimeter, exempt
from futurisys.records.tables import PERSON, Input
from futurisys.records.withheld import withheld
from tests.console import Console
from tests.population import table

pytestmark = pytest.mark.usefixtures("numbers")

INSIDE, OUTSIDE = "Commercial", "Ressources Humaines"
# What the person outside has, and nobody else.
POST, NUMBER = "Gardien de phare", 731_946_285
# Of the routes: those that read about people; any other may, if its statements are bounded.
READERS = {
    *("predictions.every", "predictions.search", "predictions.one", "segments.every"),
    *("comparisons.comparison", "console.comparison", "console.compared"),
    *("console.ranking", "console.result", "console.prediction"),
    *("console.reasons", "console.again", "console.history", "console.search"),
    *("console.segments", "console.glance", "console.kept_files", "console.home"),
    *("simulated_groups.what_if", "console.group_change", "console.oversight"),
    *("reviews.every", "reviews.add", "console.review", "console.planned"),
    *("monitoring.monitoring", "console.live"),
}
# Two sides to compare, as a program and a page spell them.
SIDES = {"avant_depuis": "2026-01-01", "apres_depuis": "2026-01-01"}
DAYS = {"avant_du": "2026-01-01", "apres_du": "2026-01-01"}
# What a form carries beside what is typed.
SENT = {"cle": "une", "forme": "csv", "avis": "accord"}
# Of the endpoints, the statements that no perimeter bounds, but for those that write a line.
EXEMPTED = {
    "predict.predict": {Exempt.REPLAY, Exempt.BEFORE_WRITING},
    "console.predict": {Exempt.REPLAY, Exempt.BEFORE_WRITING},
    "simulate.what_if": {Exempt.BEFORE_WRITING},
    "batch.batch": {Exempt.REPLAY, Exempt.BEFORE_WRITING, Exempt.WHOLE},
    "console.upload": {Exempt.REPLAY, Exempt.BEFORE_WRITING, Exempt.WHOLE},
    "console.set_aside": {Exempt.WHOLE},
    "console.models": {Exempt.MODELS},
    "predictions.search": {Exempt.LEFT},
    "console.search": {Exempt.LEFT},
    "reviews.add": {Exempt.REPLAY, Exempt.BEFORE_WRITING},
    "console.review": {Exempt.REPLAY, Exempt.BEFORE_WRITING},
}


@dataclass(frozen=True)
class Kept:
    """A file with a person inside and one outside; their answers."""

    batch_id: str
    inside: str
    outside: str


@pytest.fixture
def people(rows):
    """Two people, the second of a department that the caller does not see."""
    return [
        rows[0] | {"departement": INSIDE, "id_employee": 41},
        rows[1] | {"departement": OUTSIDE, "id_employee": NUMBER, "poste": POST},
    ]


@pytest.fixture
def kept(app, people, key_of, query) -> Kept:
    """The two people, sent by somebody else."""
    headers = key_of("predict") | {"Idempotency-Key": "deux", "Accept": "application/json"}
    kind = {"Content-Type": "text/csv"}
    sent = app.test_client().post("/predict/batch", data=table(people), headers=headers | kind)
    assert sent.status_code == 200, sent.text
    [batch] = query("SELECT id FROM batches")
    told = [one["Identifiant"] for one in sent.json["predictions"]]
    return Kept(str(batch.id), *told)


@pytest.fixture
def bounded(app, kept) -> str:
    """A key with every scope for the people of one department, which may see the file's numbers."""
    with app.app_context():
        key = access.issue("Ada", ("predict", "read", "admin", "console"), None, [INSIDE])
        with writing() as connection:
            until = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=1)
            readers.name(connection, kept.batch_id, key.split("_")[1], until)
    return key


@contextmanager
def listening(app: Flask) -> Iterator[list[tuple[str, Any]]]:
    """Every statement as the database gets it, with the reason for which it is exempted."""
    heard: list[tuple[str, Any]] = []

    def hear(_: Any, __: Any, statement: str, ___: Any, context: Any, ____: Any) -> None:
        options = context.execution_options
        heard.append((statement, options.get("exempt") or options.get("exempted")))

    with app.app_context():
        engine = db.engine
    sa.event.listen(engine, "before_cursor_execute", hear)
    try:
        yield heard
    finally:
        sa.event.remove(engine, "before_cursor_execute", hear)


def unbounded(statement: str) -> set[str]:
    """The tables about people that a statement reads as they are."""
    if (
        statement.lstrip().startswith(("INSERT", "UPDATE", "DELETE"))
        and "RETURNING" not in statement
    ):
        return set()
    # Who is not to be shown is found among all.
    for real in ("", "main."):
        statement = statement.replace(withheld(real), "")
    named = [name for name, one in db.metadata.tables.items() if one.info[PERSON]]
    read = {name for name in named if re.search(rf"(FROM|JOIN|,)\s+{name}\b", statement)}
    bound = r"\b{0} AS (NOT MATERIALIZED )?\(SELECT \* FROM (main\.)?{0} WHERE "
    return {name for name in read if not re.search(bound.format(name), statement)}


def addresses(app: Flask, kept: Kept) -> Iterator[tuple[str, str, str]]:
    """(endpoint, method, address) of every route, of each person where it has a person's."""
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            for identifier in (kept.inside, kept.outside):
                address = rule.rule.replace("<path:filename>", "console.css")
                address = re.sub(r"<any\((\w+)[^>]*>", r"\1", address)
                address = re.sub(r"<uuid:identifiant>", identifier, address)
                address = re.sub(r"<(\w+:)?\w+>", kept.batch_id, address)
                yield rule.endpoint, method, address


def ask_every_route(
    app: Flask, kept: Kept, key: str, people: list[dict[str, Any]]
) -> Iterator[tuple[str, Any]]:
    """(endpoint, response) of every route, asked in the way in which it answers."""
    console, client = Console(app), app.test_client()
    assert console.sign_in(key).status_code == 303
    for endpoint, method, address in addresses(app, kept):
        if endpoint == "console.leave":
            continue
        if endpoint.startswith("console.") and method == "GET":
            yield endpoint, console.get(address, query_string=DAYS)
        elif endpoint == "console.upload":
            yield from ((endpoint, one) for one in _upload(console, address, people[:1]))
        elif endpoint.startswith("console."):
            typed = {name: str(value) for name, value in people[0].items()}
            for values in ({"id_employee": "41"}, {"id_employee": str(NUMBER)}, typed, DAYS):
                yield endpoint, console.send(address, values | SENT)
        else:
            yield from ((endpoint, one) for one in _ask(kept, client, method, address, key, people))


def _upload(console: Console, address: str, people: Any) -> Iterator[Any]:
    """A file that is sent, and sent again as the page that asks about it says."""
    seen = ""
    for _ in range(2):
        file = {"fichier": (io.BytesIO(table(people).encode()), "gens.csv")}
        sent = console.send(address, file | {"cle": "une", "vu": seen})
        seen = "".join(re.findall(r'name="vu" value="(\w+)"', sent.text))
        yield sent
    assert sent.status_code == 303


def _ask(
    kept: Kept, client: FlaskClient, method: str, address: str, key: str, people: Any
) -> Iterator[Any]:
    headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": "trois"}
    if method == "GET":
        for query in ({}, {"par": "departement"}, {"par": "departement,poste"}, SIDES):
            yield client.get(address, query_string=query, headers=headers)
        return
    bodies: list[Any] = [people[0], {"employes": people[:1]}, {"id_employee": 41}]
    bodies += [{"id_employee": NUMBER}, {"employe": people[0], "changements": {}}]
    bodies += [{"fichier": kept.batch_id, "changements": {"heure_supplementaires": "Non"}}]
    bodies += [{"avis": "accord"}]
    # Twice, for a repetition reads what was kept.
    for body in bodies * 2:
        yield client.open(address, method=method, json=body, headers=headers, buffered=True)
    csv: dict[str, Any] = {"data": table(people[:1]), "content_type": "text/csv"}
    csv |= {"headers": headers | {"Idempotency-Key": "quatre"}, "buffered": True}
    for _ in range(2):
        yield client.open(address, method=method, **csv)


@pytest.mark.slow
def test_every_statement_of_every_route_is_inside_the_perimeter(app, kept, people, bounded):
    """What reads a table about people has the perimeter's condition, or an exemption's reason."""
    readers: set[str] = set()
    exempted: dict[str, set[Exempt]] = {}
    with listening(app) as heard:
        for endpoint, response in ask_every_route(app, kept, bounded, people):
            assert response.status_code < 500, (endpoint, response.text)
            for statement, reason in heard:
                if unbounded(statement):
                    assert reason, (endpoint, statement)
                    exempted.setdefault(endpoint, set()).add(reason)
                if " AS NOT MATERIALIZED (" in statement or "(SELECT * FROM main." in statement:
                    readers.add(endpoint)
            heard.clear()
    assert readers >= READERS
    for name, reasons in exempted.items():
        assert reasons - {Exempt.JOURNAL} <= EXEMPTED.get(name, set()), name


@pytest.mark.slow
def test_no_answer_of_any_route_tells_of_somebody_outside(app, kept, people, bounded):
    """What only the person outside has is in no page, no table and no document."""
    told = set()
    for endpoint, response in ask_every_route(app, kept, bounded, people):
        text = response.get_data().decode("latin-1")
        told_back = (response.request.path, f'value="{NUMBER}"')
        for one in told_back:
            text = text.replace(one, "")
        if any(one in text for one in (POST, kept.outside, str(NUMBER))):
            told.add(endpoint)
    assert told == set()


CARELESS = [
    "SELECT id FROM inputs",
    "SELECT i.id FROM predictions p JOIN inputs i ON i.id = p.input_id",
    "SELECT input_id FROM predictions",
    "SELECT input_id FROM predictions UNION SELECT id FROM inputs",
    "SELECT id FROM (SELECT * FROM inputs) AS all_of_them",
    "SELECT a.id FROM inputs a LEFT JOIN inputs b ON b.subject <> a.subject",
    "WITH mine AS (SELECT id FROM inputs) SELECT id FROM mine",
    "SELECT max(CAST(id AS text)) FROM INPUTS",
]


@pytest.mark.slow
@pytest.mark.parametrize("statement", CARELESS)
def test_a_statement_gets_the_condition_whoever_wrote_it(app, kept, statement, query):
    """A query in plain SQL that nobody thought about counts the people inside alone."""
    [inside] = query("SELECT id FROM inputs WHERE departement = 'Commercial'")
    with app.test_request_context("/"), reading() as connection:
        perimeter.enter(Perimeter(frozenset([INSIDE])))
        found = [str(row[0]) for row in connection.execute(sa.text(statement))]
    assert found == [str(inside.id)]


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT id FROM {}.inputs",
        'SELECT id FROM "{}"."inputs"',
        "SELECT {}.inputs.id FROM {}.inputs",
        "SELECT a.id FROM inputs a, {} . inputs b",
        "SELECT p.id FROM batches p LEFT JOIN {}.people AS {} ON true",
    ],
)
@pytest.mark.parametrize("everybody", [False, True])
def test_a_table_is_not_reached_by_its_schema(app, statement, everybody):
    """A table about people that is named with its schema would be read whole: it is refused."""
    with app.test_request_context("/"), reading() as connection:
        schema = {"postgresql": "public", "sqlite": "main"}[connection.dialect.name]
        perimeter.enter(Perimeter(None if everybody else frozenset([INSIDE])))
        with pytest.raises(LookupError):
            connection.execute(sa.text(statement.replace("{}", schema)))


def test_how_a_file_was_read_is_for_who_sees_somebody_of_it(app, kept):
    """To a key of departments that a file has nobody of, what its sender had sent is unknown."""
    seen = [
        Perimeter(frozenset([INSIDE])),
        Perimeter(None),
        Perimeter(sent=frozenset([kept.batch_id])),
    ]
    hidden = [Perimeter(frozenset(["Consulting"])), Perimeter(), Perimeter(groups=True)]
    for one in seen + hidden:
        with app.test_request_context("/"):
            perimeter.enter(one)
            if one in seen:
                assert files.how_read(kept.batch_id)
                continue
            with pytest.raises(PredictionUnknown):
                files.how_read(kept.batch_id)


def test_parameters_keep_their_places(app, kept):
    """The perimeter's own parameters stand before those of the statement."""
    inputs = Input.__table__
    statement = sa.select(inputs.c.id).where(inputs.c.poste == POST)
    with app.test_request_context("/"), reading() as connection:
        perimeter.enter(Perimeter(frozenset([INSIDE, OUTSIDE, "L'autre % \" département"])))
        assert len(connection.execute(statement).all()) == 1
        perimeter.enter(Perimeter(frozenset([INSIDE])))
        assert connection.execute(statement).all() == []


def test_a_request_whose_caller_is_unknown_sees_nobody(app, kept):
    """A door that forgets to say who asks sees nobody; nor does work that outlives its request."""
    statement = sa.select(sa.func.count()).select_from(Input.__table__)
    with app.test_request_context("/"), reading() as connection:
        assert connection.scalar(statement) == 0
    with app.app_context(), reading() as connection:
        assert connection.scalar(statement) == 2
        held = connection
        assert perimeter.current() == perimeter.EVERYBODY
    assert perimeter.current() == perimeter.NOBODY
    assert held.closed


def test_what_cannot_be_bounded_is_refused(app, kept):
    """A statement that writes and reads back names no perimeter: it is not sent."""
    statement = sa.text("UPDATE inputs SET poste = poste RETURNING poste")
    with app.test_request_context("/"), reading() as connection:
        perimeter.enter(Perimeter(frozenset([INSIDE])))
        with pytest.raises(LookupError):
            connection.execute(statement)


def test_groups_of_everybody_are_for_who_sees_groups(app, kept):
    """Folded figures cross departments for a key of groups, and for no other."""
    statement = exempt(sa.select(sa.func.count()).select_from(Input.__table__), Exempt.FOLDED)
    with app.test_request_context("/"), reading() as connection:
        perimeter.enter(Perimeter(frozenset([INSIDE])))
        assert connection.scalar(statement) == 1
        perimeter.enter(Perimeter(groups=True))
        assert connection.scalar(statement) == 2


@pytest.mark.parametrize("scope", ["read", "console"])
def test_a_key_that_sees_people_says_whose(app, scope):
    """Of --departement and --tous-departements one must be said, and no other key says any."""
    runner = app.test_cli_runner()

    def issued(*arguments: str) -> Any:
        return runner.invoke(args=["keys", "issue", "--name", "Ada", *arguments])

    assert "says whose people it may see" in issued("--scope", scope).output
    both = issued("--scope", scope, "--departement", INSIDE, "--tous-departements")
    assert both.exit_code != 0
    assert issued("--scope", "predict", "--tous-departements").exit_code != 0
    assert issued("--scope", "predict").exit_code == 0
    for said, whose in (
        (("--departement", INSIDE, "--departement", OUTSIDE), {INSIDE, OUTSIDE}),
        (("--tous-departements",), None),
    ):
        key = issued("--scope", scope, *said).output.splitlines()[-1]
        with app.app_context():
            assert access.authenticate(key, "127.0.0.1").departments == whose
    listed = runner.invoke(args=["keys", "list"]).output
    assert f"{INSIDE}; {OUTSIDE}" in listed
    assert "all departments" in listed


def test_a_key_that_replaces_another_goes_on_with_it(app):
    """Its files and its departments are the other's, over several replacements; its name may be."""
    runner = app.test_cli_runner()
    with app.app_context():
        first = access.issue("Ada", ("console",), None, [INSIDE])
    identifier = first.split("_")[1]
    second = runner.invoke(args=["keys", "issue", "--replaces", identifier]).output.splitlines()[-1]
    arguments = ["keys", "issue", "--replaces", second.split("_")[1], "--name", "Eve"]
    third = runner.invoke(args=arguments).output.splitlines()[-1]
    with app.app_context():
        callers = [access.authenticate(key, "127.0.0.1") for key in (first, second, third)]
    assert {one.holder for one in callers} == {identifier}
    assert {one.departments for one in callers} == {frozenset([INSIDE])}
    assert [one.name for one in callers] == ["Ada", "Ada", "Eve"]
    again = runner.invoke(args=["keys", "issue", "--replaces", identifier, "--departement", INSIDE])
    assert again.exit_code != 0
    assert "There is no key" in runner.invoke(args=["keys", "issue", "--replaces", "no"]).output
