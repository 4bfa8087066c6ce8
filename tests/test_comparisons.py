"""This run against the last: who came, who went, who moved, and what the sum's movement is."""

import math
from typing import Any

import pytest
import sqlalchemy as sa

from futurisys import serving
from futurisys.employee.columns import EFFECT
from futurisys.employee.schema import KEPT
from futurisys.operations import access
from futurisys.records.database import db
from tests.databases import ONE_DATABASE
from tests.monthly import few
from tests.population import sample_rows, table

pytestmark = pytest.mark.usefixtures("references")
EXACT = 1e-9
EFFECTS = [EFFECT + name for name in KEPT]
NOWHERE = "01a208b2-97f0-71dc-9469-da141397ccc6"
OLDER = "2026-01-01-00000000"


def logit(chance: float) -> float:
    return math.log(chance / (1 - chance))


@pytest.fixture
def months() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    return few(sample_rows())


@pytest.fixture
def send(client):
    """Have a file estimated: its id."""

    def one(rows: list[dict[str, Any]]) -> str:
        headers = {"Content-Type": "text/csv", "Accept": "application/json"}
        sent = client.post("/predict/batch", data=table(rows), headers=headers)
        assert sent.status_code == 200, sent.text
        return sent.json["Fichier"]

    return one


@pytest.fixture
def files(send, months) -> tuple[str, str]:
    return send(months[0]), send(months[1])


@pytest.fixture
def asked(client, key_of):
    """The comparison of two files as a program gets it."""
    headers = key_of("read")

    def ask(old: str, new: str, **more: Any) -> Any:
        query = {"avant": old, "apres": new} if new else {"avant": old}
        return client.get("/comparisons", query_string=query | more, headers=headers)

    return ask


@pytest.fixture
def change(app):
    """Have what is kept be otherwise, as time and other models leave it."""

    def run(statement: str, **values: Any) -> None:
        with app.app_context(), db.engine.begin() as connection:
            connection.execute(sa.text(statement), values)

    return run


@pytest.fixture
def older(change, query, files):
    """An earlier model had answered the first file: it said half of everybody, all from its base.

    Returns what today's model says of the same facts, by hash.
    """
    again = {}
    for subject, row in kept(query, files[0]).items():
        again[subject], half = row.probability, row.probability / 2
        change(
            "UPDATE predictions SET model_version = :version, probability = :half, base = :base "
            "WHERE CAST(id AS text) = :id",
            version=OLDER,
            half=half,
            base=row.base + logit(half) - logit(row.probability),
            id=str(row.id),
        )
    return again


@pytest.fixture
def without_model(app):
    """This worker has no model."""
    held = app.extensions["futurisys.serving"]
    app.extensions["futurisys.serving"] = serving.Serving(held.address, held.store)


@pytest.fixture
def without_facts(change, older):
    """What was said of people when the first file came is forgotten, but for their department."""
    change(
        "UPDATE inputs SET poste = NULL, revenu_mensuel = NULL WHERE id IN "
        "(SELECT input_id FROM predictions WHERE model_version = :version)",
        version=OLDER,
    )


def kept(query, file: str) -> dict[str, Any]:
    """The answers of a file by their person's hash."""
    rows = query(
        "SELECT i.subject, p.*, i.departement FROM predictions p JOIN inputs i "
        f"ON i.id = p.input_id WHERE CAST(p.batch_id AS text) = '{file}'"
    )
    return {row.subject: row for row in rows}


def total(rows: Any) -> float:
    return math.fsum(row.probability for row in rows)


def test_a_month_is_told_as_it_was(asked, files, query):
    """Newcomers, people gone and those who moved are those of the files, with their movements."""
    told = asked(*files).json
    before, after = (kept(query, file) for file in files)
    both = before.keys() & after.keys()
    assert told["Nombres"] == {"nouvelles": 5, "parties": 3, "bougees": 1, "communes": len(both)}
    assert {one["Identifiant"] for one in told["nouvelles"]} == {
        str(row.id) for subject, row in after.items() if subject not in before
    }
    assert {one["Identifiant"] for one in told["parties"]} == {
        str(row.id) for subject, row in before.items() if subject not in after
    }
    [moved] = told["bougees"]
    [subject] = [one for one, row in after.items() if str(row.id) == moved["Apres"]["Identifiant"]]
    difference = after[subject].probability - before[subject].probability
    assert moved["Difference"] == pytest.approx(difference, abs=EXACT)
    assert [step["Variable"] for step in moved["Facteurs"]] == ["revenu_mensuel"]
    split = told["Mouvement"]
    moves = math.fsum(after[one].probability - before[one].probability for one in both)
    came = total(after[one] for one in after.keys() - both)
    left = total(before[one] for one in before.keys() - both)
    assert split["Total"] == pytest.approx(
        total(after.values()) - total(before.values()), abs=EXACT
    )
    assert split["Modele"] == 0
    assert split["Population"] == pytest.approx(came - left, abs=EXACT)
    assert split["Personnes"] == pytest.approx(moves, abs=EXACT)


def test_another_model_is_told_apart_from_people(asked, files, older, query):
    """Its part is what it says otherwise of the old people; the parts add up to the movement."""
    split = asked(*files).json["Mouvement"]
    before, after = (kept(query, file) for file in files)
    model = math.fsum(older.values()) - total(before.values())
    both = before.keys() & after.keys()
    assert split["Modele"] == pytest.approx(model, abs=EXACT)
    gone = math.fsum(older[one] for one in before.keys() - both)
    came = total(after[one] for one in after.keys() - both)
    assert split["Population"] == pytest.approx(came - gone, abs=EXACT)
    people = math.fsum(after[one].probability - older[one] for one in both)
    assert split["Personnes"] == pytest.approx(people, abs=EXACT)
    parts = split["Modele"] + split["Population"] + split["Personnes"]
    assert parts == pytest.approx(split["Total"], abs=EXACT)


@ONE_DATABASE
@pytest.mark.parametrize("lost", ["without_model", "without_facts"])
def test_what_cannot_be_told_apart_is_said(request, asked, files, older, query, lost):
    """Without the later model or the old facts, model and people are one, and it says why."""
    request.getfixturevalue(lost)
    split = asked(*files).json["Mouvement"]
    before, after = (kept(query, file) for file in files)
    both = before.keys() & after.keys()
    assert (split["Modele"], split["Personnes"]) == (None, None)
    assert split["Remarque"]
    gone = total(before[one] for one in before.keys() - both)
    came = total(after[one] for one in after.keys() - both)
    assert split["Population"] == pytest.approx(came - gone, abs=EXACT)
    as_one = math.fsum(after[one].probability - before[one].probability for one in both)
    assert split["Modele_et_personnes"] == pytest.approx(as_one, abs=EXACT)


@pytest.mark.slow
@ONE_DATABASE
@pytest.mark.parametrize("lost", ["", "older", "without_model", "without_facts"])
def test_the_steps_between_two_estimates_leave_no_rest(request, asked, files, lost):
    """What the model and each fact moved adds up to each movement, however it can be told."""
    for name in filter(None, (lost and "older", lost)):
        request.getfixturevalue(name)
    moved = asked(*files).json["bougees"]
    assert len(moved) == (4 if lost else 1)
    for one in moved:
        chances = [one[side]["Probabilite_depart"] for side in ("Avant", "Apres")]
        effects = [step["Effet"] for step in one["Facteurs"]]
        difference = logit(chances[1]) - logit(chances[0])
        assert one["Effet_modele"] + math.fsum(effects) == pytest.approx(difference, abs=EXACT)
        if not lost.startswith("without"):
            facts = {step["Variable"] for step in one["Facteurs"]}
            assert facts <= {"revenu_mensuel", "departement"}


@pytest.mark.slow
@ONE_DATABASE
def test_forgotten_reasons_are_not_made_up(asked, files, older, without_model, change):
    """Where the effects are gone and no model can be asked, a movement has no reasons."""
    moved = asked(*files).json["bougees"]
    assert all(one["Effet_modele"] for one in moved)
    for name in EFFECTS:
        change(f"UPDATE predictions SET {name} = NULL")
    moved = asked(*files).json["bougees"]
    assert {(one["Effet_modele"], len(one["Facteurs"])) for one in moved} == {(None, 0)}


@pytest.mark.slow
@ONE_DATABASE
def test_going_between_the_sure_words_is_told_however_little_it_was(asked, files, query, change):
    """Who was « Signalé » and is « Non signalé » is told, though they moved by a point."""
    rows = [kept(query, file) for file in files]
    subject = next(
        one for one in rows[0] if one in rows[1] and rows[1][one].departement == "Consulting"
    )
    for side, chance in zip(rows, (0.505, 0.495), strict=True):
        change(
            "UPDATE predictions SET threshold = 0.5, range_low = :chance, range_high = :chance, "
            "probability = :chance, warnings = '[]' WHERE CAST(id AS text) = :id",
            chance=chance,
            id=str(side[subject].id),
        )
    words = [
        (one["Avant"]["Mot"], one["Apres"]["Mot"])
        for one in asked(*files).json["bougees"]
        if one["Apres"]["Identifiant"] == str(rows[1][subject].id)
    ]
    assert words == [("Signalé", "Non signalé")]


@ONE_DATABASE
def test_nothing_of_another_department_is_compared(app, asked, files, client, query):
    """A person who has moved is gone or new; no row, sum or group of the others is told."""
    with app.app_context():
        key = access.issue("Ada", ("read",), None, ["Commercial"])
    headers = {"Authorization": f"Bearer {key}"}
    query_string = {"avant": files[0], "apres": files[1]}
    told = client.get("/comparisons", query_string=query_string, headers=headers).json
    sides = [
        {one: row for one, row in kept(query, file).items() if row.departement == "Commercial"}
        for file in files
    ]
    for name, side in zip(("Avant", "Apres"), sides, strict=True):
        assert told[name]["Personnes"] == len(side)
        assert told[name]["Somme"] == pytest.approx(total(side.values()), abs=EXACT)
    gone = {str(row.id) for one, row in sides[0].items() if one not in sides[1]}
    assert {one["Identifiant"] for one in told["parties"]} == gone
    listed = [*told["nouvelles"], *told["parties"], *(one["Apres"] for one in told["bougees"])]
    assert {one["departement"] for one in listed} == {"Commercial"}
    moved = [one for one in sides[0] if kept(query, files[1]).get(one)]
    assert any(kept(query, files[1])[one].departement == "Consulting" for one in moved)


@pytest.mark.slow
@ONE_DATABASE
def test_a_person_counts_once_by_what_was_said_last(asked, send, months):
    """Whoever was estimated several times in a period is compared by the last."""
    one = months[0][0]
    old = send([one])
    for income in ("1100", one["revenu_mensuel"]):
        send([one | {"revenu_mensuel": income}])
    told = asked(old, "", apres_depuis="2026-01-01").json
    assert told["Nombres"] == {"nouvelles": 0, "parties": 0, "bougees": 0, "communes": 1}
    assert told["Mouvement"]["Total"] == 0


@pytest.mark.slow
@ONE_DATABASE
def test_who_has_no_number_is_not_compared(asked, send, months):
    """They are nobody's newcomer and nobody's departure; how many they are is said."""
    first, second = months
    unnamed = [{k: v for k, v in row.items() if k != "id_employee"} for row in second]
    told = asked(send(first), send(unnamed)).json
    assert told["Apres"] | {"Versions_modele": []} == {
        "Personnes": 0,
        "Somme": 0,
        "Non_comparees": len(second),
        "Versions_modele": [],
    }
    assert told["Nombres"]["nouvelles"] == 0


@pytest.mark.slow
@ONE_DATABASE
def test_periods_are_compared_as_files_are(asked, client, key_of, files, query):
    """What was said before a moment, against what was said from it on."""
    [moment] = query(f"SELECT min(created_at) FROM predictions WHERE batch_id = '{files[1]}'")
    cut = f"{moment[0]}".replace(" ", "T").partition("+")[0] + "Z"
    address = f"/comparisons?avant_jusqu_a={cut}&apres_depuis={cut}"
    told = client.get(address, headers=key_of("read")).json
    assert told == asked(*files).json


@pytest.mark.slow
@ONE_DATABASE
def test_small_groups_are_folded_on_both_sides(asked, send):
    """A group of fewer than ten before or after is shown on neither side, nor follows from both."""
    rows = sample_rows()[:60]
    for place, row in enumerate(rows):
        row["departement"] = "Grand" if place < 40 else "Petit" if place < 49 else "Moyen"
    later = [dict(row) for row in rows]
    for row in later[40:50]:
        row["departement"] = "Moyen"
    told = asked(send(rows), send(later)).json
    shown = {one["Groupe"]: one for one in told["groupes"]}
    for side in ("Avant", "Apres"):
        whole = told[side]["Personnes"]
        sizes = [one[side]["Personnes"] for one in shown.values()]
        rest = told["autres"][side]["Personnes"] if told["autres"] else whole - sum(sizes)
        assert all(size == 0 or size >= 10 for size in (*sizes, rest))
        assert rest + sum(sizes) == whole
    assert "Petit" not in shown


@ONE_DATABASE
def test_groups_are_not_cut_by_what_the_law_protects(asked):
    """Between two files, the group of whoever came would be known."""
    assert asked(NOWHERE, NOWHERE, par="genre").status_code == 422


@ONE_DATABASE
def test_without_its_key_there_is_no_comparison(app, asked):
    """Nobody is known again: the answer says what is lacking, under a type of its own."""
    app.config["FUTURISYS_SUBJECT_KEY"] = ()
    refused = asked(NOWHERE, NOWHERE)
    assert (refused.status_code, refused.json["title"]) == (409, "Comparaison impossible")
    assert refused.json["type"] == "urn:futurisys:comparaison-impossible"
    assert "FUTURISYS_SUBJECT_KEY" in refused.json["detail"]


@ONE_DATABASE
def test_both_sides_are_to_be_said(asked):
    """A side that leaves nothing out is no side."""
    refused = asked(NOWHERE, "")
    assert refused.status_code == 422
    assert [one["pointer"] for one in refused.json["errors"]] == ["/apres"]


@ONE_DATABASE
def test_a_comparison_leaves_a_line(asked, files, query):
    """Whoever is shown people has a line in the journal, which says how many."""
    asked(*files)
    lines = query("SELECT action, predictions FROM journal WHERE action = 'comparison'")
    assert [tuple(line) for line in lines] == [("comparison", 5 + 3 + 1)]


@pytest.mark.slow
@ONE_DATABASE
def test_long_lists_come_in_pieces(asked, files):
    """Each list is cut where it is asked to be, and its whole length is told."""
    whole = asked(*files).json
    pieces = [asked(*files, limite=2, passer=past).json for past in (0, 2, 4)]
    assert [len(one["nouvelles"]) for one in pieces] == [2, 2, 1]
    assert [one for piece in pieces for one in piece["nouvelles"]] == whole["nouvelles"]
    assert all(piece["Nombres"] == whole["Nombres"] for piece in pieces)
