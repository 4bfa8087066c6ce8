"""The model as SQL says of everybody what the service says."""

import math
from collections.abc import Iterator
from typing import Any

import pytest

from futurisys.app import create_app
from futurisys.employee.schema import FACTS, EmployeeSchema, employee_schema
from futurisys.model import artifact
from futurisys.model.explain import factors
from futurisys.model.predictor import Predictor
from futurisys.model.scorers import StepCurve, Stumps
from futurisys.training.sql import statement
from tests import engines

NATS = 1e-9


@pytest.fixture(scope="module")
def predictor(artifact_folder) -> Predictor:
    return Predictor(artifact.read(artifact_folder))


@pytest.fixture(scope="module")
def people(loaded) -> list[dict[str, Any]]:
    """The sample's people as the service reads them."""
    return loaded


@pytest.fixture(
    scope="module",
    params=[
        "sqlite",
        pytest.param("duckdb", marks=pytest.mark.slow),
        pytest.param("postgres", marks=pytest.mark.slow),
        pytest.param("spark", marks=pytest.mark.slow),
    ],
)
def engine(request) -> Iterator[tuple[str, engines.Ask]]:
    """A database's name in sqlglot, and how it is asked."""
    if request.param == "spark":
        with engines.spark_session() as session:
            yield "spark", engines.spark(session)
    elif request.param == "postgres":
        yield "postgres", engines.postgresql(request.getfixturevalue("postgres"))
    else:
        yield request.param, {"sqlite": engines.sqlite, "duckdb": engines.duck}[request.param]


@pytest.fixture(scope="module")
def of_sqlite(predictor) -> str:
    return statement(predictor, "sqlite")


@pytest.fixture(scope="module")
def asked(engine, predictor):
    """What a database says of people, numbered in their order."""
    dialect, ask = engine
    statements = {flag: statement(predictor, dialect, reasons=flag) for flag in (False, True)}

    def one(people: list[dict[str, Any]], reasons: bool = False) -> list[dict[str, Any]]:
        numbered = [row | {"id_employee": place} for place, row in enumerate(people)]
        found = ask(numbered, statements[reasons])
        return sorted(found, key=lambda row: row["id_employee"])

    return one


def log_odds(chance: float) -> float:
    return math.log(chance / (1 - chance))


def assert_same(row: dict[str, Any], answer: Any) -> None:
    """A row of SQL is the service's answer."""
    assert log_odds(row["probability"]) == pytest.approx(log_odds(answer.probability), abs=NATS)
    for end in ("range_low", "range_high"):
        expected = getattr(answer, end)
        assert (row[end] is None) == (expected is None)
        assert expected is None or row[end] == pytest.approx(expected, abs=NATS)
    for name in ("label", "risk", "threshold", "model_version"):
        assert row[name] == getattr(answer, name)


def stepping(predictor: Predictor, one: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Somebody on each step of each curve, and just below it; XGBoost compares float32."""
    assert isinstance(predictor.scorer, Stumps)
    for name, curve in predictor.scorer.curves.items():
        if isinstance(curve, StepCurve) and not isinstance(one[name], bool):
            for threshold in sorted(set(curve.thresholds)):
                for value in (math.nextafter(threshold, -math.inf), threshold):
                    if FACTS[name].low <= value <= FACTS[name].high:  # type: ignore[attr-defined]
                        yield one | {name: value}


def test_everybody_gets_the_services_answer(asked, predictor, people):
    """Probability, label, band and range of the sample's 1,470 people are the service's."""
    found = asked(people)
    assert len(found) == 1470
    for row, person in zip(found, people, strict=True):
        assert_same(row, predictor.answer(person))


def test_both_sides_of_every_step_are_the_services(asked, predictor, people):
    """A number on a step goes right, the one before it left, to the last bit of a double."""
    real = [
        one
        for one in stepping(predictor, people[0])
        if all(
            float(value).is_integer()
            for name, value in one.items()
            if FACTS[name].kind == "Whole" and value is not None
        )
    ]
    assert len(real) > 50
    for row, person in zip(asked(real), real, strict=True):
        assert_same(row, predictor.answer(person))


def test_whole_fields_step_between_whole_numbers(asked, predictor, people):
    """Each value that a whole field can have gets the service's answer."""
    long = {"annee_experience_totale": 60, "annees_dans_l_entreprise": 60}
    one = people[0] | long | {"age": None}
    several = [
        one | {name: value}
        for name, fact in FACTS.items()
        if fact.kind == "Whole" and name in predictor.fields
        for value in range(fact.low, fact.high + 1)  # type: ignore[attr-defined]
    ]
    valid = [person for person in several if not EmployeeSchema().validate(person)]
    assert len(valid) > 200
    for row, person in zip(asked(valid), valid, strict=True):
        assert_same(row, predictor.answer(person))


def test_reasons_are_the_services(asked, predictor, people):
    """Each effect, their sum, and the three heaviest are those that the service gives."""
    few = people[::30]
    for row, person in zip(asked(few, reasons=True), few, strict=True):
        answer = predictor.answer(person)
        for name, effect in answer.effects.items():
            assert row[f"effect_{name}"] == pytest.approx(effect, abs=NATS)
        total = row["base"] + math.fsum(row[f"effect_{name}"] for name in answer.effects)
        assert total == pytest.approx(log_odds(row["probability"]), abs=NATS)
        heaviest = factors(person, answer.base, answer.effects)[:3]
        assert [row[f"heaviest_{place}"] for place in (1, 2, 3)] == [one.field for one in heaviest]


def test_a_missing_value_is_never_guessed(asked, people):
    """Where a field that is asked for is NULL, so is the answer, and whatever derives from it."""
    asked_for = [name for name, fact in FACTS.items() if fact.required]
    found = asked([people[0] | {name: None} for name in asked_for], reasons=True)
    for row in found:
        derived = set(row) - {"id_employee", "threshold", "model_version", "base"}
        assert {row[name] for name in derived} == {None}
    assert len(found) == 24


REFUSED = [
    {"revenu_mensuel": -1.0},
    {"revenu_mensuel": 1e7},
    {"satisfaction_employee_equipe": 7},
    {"satisfaction_employee_equipe": 2.5},
    {"frequence_deplacement": "Rarement"},
    {"departement": ""},
    {"departement": " "},
    {"poste": "p" * 81},
    {"annees_dans_l_entreprise": 9, "annee_experience_totale": 8},
    {"annees_depuis_la_derniere_promotion": 7},
]


def test_what_the_service_refuses_is_null(asked, people):
    """An impossible value, a contradiction, a blank: the service refuses, and SQL says nothing."""
    wrong = [people[0] | changes for changes in REFUSED]
    assert all(EmployeeSchema().validate(person) for person in wrong)
    assert [row["probability"] for row in asked(wrong)] == [None] * len(wrong)


UNUSUAL = [
    {"departement": "Juridique"},
    {"poste": "Sourcier"},
    {"domaine_etude": "Droit"},
    {"poste": "Ressources Humaines"},
    {"revenu_mensuel": 250_000.0},
    {"augementation_salaire_precedente": 0.11},
    {"augementation_salaire_precedente": 90.0},
    {"distance_domicile_travail": 400.0},
]


def test_what_the_model_has_not_seen_counts_as_the_service_counts_it(asked, predictor, people):
    """An unknown level has its own contribution, and what is unusual has no range."""
    unusual = [people[0] | changes for changes in UNUSUAL]
    for row, person in zip(asked(unusual), unusual, strict=True):
        answer = predictor.answer(person)
        assert answer.warnings
        assert row["range_low"] is None
        assert_same(row, answer)


SPELLED = [
    {"departement": "  COMMERCIAL "},
    {"departement": "commercial\u00a0"},
    {"poste": "CADRE   COMMERCIAL"},
    {"poste": "REPRESENTANT COMMERCIAL"},
    {"poste": "Repre\u0301sentant\u202fCommercial"},
    {"domaine_etude": "infra  & cloud"},
    {"frequence_deplacement": "Fréquent"},
    {"frequence_deplacement": "FREQUENT"},
]


def test_a_level_is_known_whatever_its_spelling(asked, predictor, people):
    """Case, accents and spaces of a level are taken as the service takes them."""
    spelled = [people[0] | changes for changes in SPELLED]
    schema = employee_schema(predictor.needed, predictor.known)
    for row, person in zip(asked(spelled), spelled, strict=True):
        assert_same(row, predictor.answer(schema.load(person)))


@pytest.mark.parametrize("word", ["Oui", "oui", "VRAI", "true", 1, "Non", "faux", 0])
def test_yes_and_no_are_read_as_in_a_file(predictor, of_sqlite, people, word):
    """A table may hold them as HR's words, as a program's, or as 1 and 0."""
    [row] = engines.sqlite([people[0] | {"heure_supplementaires": word}], of_sqlite)
    yes = str(word).lower() in ("oui", "vrai", "true", "1")
    assert_same(row, predictor.answer(people[0] | {"heure_supplementaires": yes}))


def test_a_text_is_no_number(of_sqlite, people):
    """In SQLite, where a text is more than all numbers, a percentage in words gives no answer."""
    one = people[0] | {"augementation_salaire_precedente": "11 %"}
    [row] = engines.sqlite([one], of_sqlite)
    assert row["probability"] is None


def test_the_label_is_exact_at_the_threshold(monkeypatch, predictor, of_sqlite, people):
    """A probability that equals the threshold is "Part", the next threshold makes it "Reste"."""
    [row] = engines.sqlite(people[:1], of_sqlite)
    for threshold, label in (
        (row["probability"], "Part"),
        (math.nextafter(row["probability"], 1), "Reste"),
    ):
        monkeypatch.setattr(predictor, "threshold", threshold)
        [found] = engines.sqlite(people[:1], statement(predictor, "sqlite"))
        assert (found["label"], found["threshold"]) == (label, threshold)


@pytest.fixture
def command(artifact_folder):
    """Run the command on the sample's model: what it said, and its code."""
    runner = create_app(
        DATABASE_URL="sqlite://", FUTURISYS_MODEL=str(artifact_folder)
    ).test_cli_runner()

    def run(*arguments: str):
        done = runner.invoke(args=["model", "sql", *arguments])
        return done.output, done.exit_code

    return run


def test_the_sample_model_only_demonstrates(command):
    """A model that has learnt from fictional people is printed where that is asked for only."""
    said, code = command()
    assert code != 0
    assert "--demonstration" in said
    said, code = command("--demonstration")
    assert code == 0
    assert "DEMONSTRATION" in said


def test_the_statement_says_whose_duties_it_brings(command, predictor, people):
    """Its comment has the version and the duties; the rest runs as it was printed."""
    said, _ = command("--demonstration", "--dialect", "sqlite", "--reasons")
    comment = said.partition("WITH")[0]
    for word in (predictor.version, "rights", "perimeter", "retention", "Nobody here keeps"):
        assert word in comment
    [row] = engines.sqlite(people[:1], said)
    assert_same(row, predictor.answer(people[0]))


def test_another_table_and_key_are_named(command):
    """The statement reads the table and hands on the column that were asked for."""
    said, _ = command("--demonstration", "--table", "hr.people", "--key", "matricule")
    assert "FROM hr.people" in said
    assert "id_employee" not in said


def test_an_untested_dialect_says_so(command):
    """Another dialect of sqlglot's is written, with a warning; what is none is refused."""
    said, code = command("--demonstration", "--dialect", "snowflake")
    assert code == 0
    assert "-- Nobody has tested this dialect" in said
    said, code = command("--demonstration", "--dialect", "cobol")
    assert code != 0
    assert "snowflake" in said


def test_what_is_no_name_is_refused(command):
    """What is given for a table and is no name ends in one sentence."""
    said, code = command("--demonstration", "--table", "people (SELECT 1)")
    assert code != 0
    assert "no name of a table" in said
