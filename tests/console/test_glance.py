"""The people of a file at a glance: what is said of them together, and nothing of anybody."""

import math
import re
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
import sqlalchemy as sa

from futurisys.console.french import percent
from futurisys.employee.columns import EFFECT
from futurisys.employee.schema import FACTS
from futurisys.model.calibration import probability
from futurisys.model.plain import WORDS
from futurisys.operations import access, capacity, glance
from futurisys.records.database import db
from futurisys.records.weights import TOLD
from tests.console import Console, Element, page_of, spaced
from tests.console.ranking import HTML, ranking_of
from tests.databases import ONE_DATABASE
from tests.population import table

SEXES = {"F": "Femmes", "M": "Hommes"}
BAND = ("moins de 30 ans", "30 à 45 ans", "plus de 45 ans")


@pytest.fixture
def address(send, people) -> str:
    """The address of a file of 120 people."""
    return send(table(people)).location


@pytest.fixture
def see(client, address):
    """The glance of that file, as its address asks for it."""
    return lambda **asked: page_of(client.get(address, query_string=asked, headers=HTML))


def cells_of(part: Element) -> list[list[str]]:
    return [
        [one.text for one in row.inside if isinstance(one, Element)] for row in part.every("tr")
    ]


def test_a_file_opens_on_its_population_before_any_name(see, query, people):
    """How many people, what their estimates add up to, how many of each word; and nobody."""
    page = see()
    chances = np.array([row[0] for row in query("SELECT probability FROM predictions")])
    assert "120 employés estimés" in page.one(class_="lead").text
    said = page.one(class_="sum").text
    assert f"Somme des estimations : {round(chances.sum())}" in said
    spread = 1.6449 * math.sqrt((chances * (1 - chances)).sum())
    low, high = math.floor(chances.sum() - spread), math.ceil(chances.sum() + spread)
    assert f"Au hasard seul, de {low} à {high} ; avec l’incertitude du modèle, de" in said
    assert "départs attendus" not in page.text
    counts = [int(one.one("strong").text) for one in page.one(class_="tiles").every("li")]
    assert sum(counts) == len(people)
    assert not re.search("/console/predictions/|data-reference", str(page))


def test_the_words_are_counted_as_the_ranking_says_them(see, client, address):
    """Each count leads to as many rows, each of which has that word."""
    for tile in see().one(class_="tiles").every("li"):
        [link] = tile.every("a")
        listed = page_of(client.get(f"{link.attributes['href']}&taille=200", headers=HTML))
        rows = list(listed.one("table", class_="people").one("tbody").every("tr"))
        assert {row.one(class_="word").text for row in rows} <= {tile.one(class_="word").text}
        assert len([row for row in rows if row.one("th")]) == int(tile.one("strong").text)


def test_the_histogram_holds_everybody_once(app, address):
    """Each person is in the bin of their estimate, under their word."""
    lot = address.rpartition("/")[2]
    with app.app_context():
        found = glance.glance(lot, "genre", None)
        with db.engine.connect() as connection:
            chances = list(connection.scalars(sa.text("SELECT probability FROM predictions")))
    assert found is not None
    expected = Counter(min(int(chance * glance.BINS), glance.BINS - 1) for chance in chances)
    bins: Counter[int] = Counter()
    for (place, _), count in found.bins.items():
        bins[place] += count
    assert bins == expected
    assert set(found.words) <= set(WORDS)


def test_what_weighs_shares_out_the_mean_estimate(app, address, monkeypatch):
    """From where the model starts, all that facts add and take leads to the mean estimate."""
    monkeypatch.setattr(glance, "HEAVIEST", len(TOLD))
    with app.app_context():
        found = glance.glance(address.rpartition("/")[2], "genre", None)
        with db.engine.connect() as connection:
            rows = connection.execute(sa.text("SELECT * FROM predictions")).mappings().all()
    assert found is not None
    moved = sum(one.raised + one.lowered for one in found.weights)
    assert found.start + moved == pytest.approx(found.mean)
    name = "heure_supplementaires"
    shares = []
    for row in rows:
        effects = sum(row[EFFECT + one] or 0 for one in TOLD)
        start = probability(row["base"])
        shares.append((row["probability"] - start) / effects * row[EFFECT + name])
    [overtime] = [one for one in found.weights if one.field == name]
    assert overtime.raised == pytest.approx(sum(one for one in shares if one > 0) / len(rows))
    assert overtime.lowered == pytest.approx(sum(one for one in shares if one < 0) / len(rows))
    assert all(one.raised >= 0 >= one.lowered for one in found.weights)


@pytest.mark.slow
@pytest.mark.parametrize("by", ["departement", "genre", "statut_marital", "tranche_age"])
def test_people_are_grouped_by_one_field(see, query, by):
    """Everybody is in one group; groups of fewer than ten are one, of ten people at least."""
    rows = cells_of(see(par=by).one(id="groupes-table").one("tbody"))
    counts = {row[0]: int(row[1]) for row in rows}
    column = "age" if by == "tranche_age" else by
    values = [SEXES.get(row[0], row[0]) for row in query(f"SELECT {column} FROM inputs")]
    if by == "tranche_age":
        values = [BAND[(age >= 30) + (age > 45)] for age in values]
    known = Counter(values)
    assert all(count >= 10 for count in counts.values())
    assert sum(counts.values()) == 120
    others = counts.pop("Autres groupes", 0)
    assert counts.items() <= known.items()
    assert (others > 0) == (min(known.values()) < 10)
    for row in rows:
        assert int(row[1]) == sum(map(int, row[3:]))


@ONE_DATABASE
def test_a_key_of_some_departments_is_told_whose_people_these_are(app, client, send, people):
    """What was read is of the whole file, and says so beside the people who are shown."""
    whole, some = "dans le fichier entier", "celles des départements que votre clé montre"
    address = send(table([row | {"Site": "Lyon"} for row in people])).location
    page = page_of(client.get(address, headers=HTML)).text
    assert "Ce qui a été lu" in page
    assert whole not in page
    assert some not in page
    with app.app_context():
        secret = access.issue("Bob", ["console"], None, [people[0]["departement"]])
    console = Console(app)
    console.sign_in(secret)
    page = page_of(console.get(address)).text
    assert some in page
    assert whole in page


@ONE_DATABASE
def test_a_capacity_draws_a_line(see, query):
    """The line is the last estimate that is looked at; whose range holds it is not told apart."""
    rows = query("SELECT probability, range_low, range_high FROM predictions")
    rows = sorted(rows, key=lambda row: -row.probability)
    page = see(entretiens="30")
    line = rows[29].probability
    near = sum(row.range_low is not None and row.range_low < line <= row.range_high for row in rows)
    verdict = page.one(id="capacite-dite").text
    assert f"Avec 30 entretiens, le seuil serait d’environ {spaced(percent(line, 1))}" in verdict
    assert f"{near} personnes autour de ce seuil ne se distinguent pas" in verdict
    assert "vos entretiens" in page.one(id="estimations").one("svg").text


@ONE_DATABASE
def test_those_above_a_line_are_made_up_of_groups(see, query):
    """Beside the population by sex, age and family status; what is uneven is a warning."""
    rows = query("SELECT genre FROM predictions p JOIN inputs i ON i.id = p.input_id "
                 "ORDER BY probability DESC, p.id")  # fmt: skip
    page = see(entretiens="34")
    shown = {row[0]: row[1:] for row in cells_of(page.one(id="composition")) if len(row) == 4}
    people, above = Counter(row[0] for row in rows), Counter(row[0] for row in rows[:30])
    for level, words in SEXES.items():
        assert shown[words][0].startswith(f"{people[level]} (")
        assert shown[words][1].startswith(f"{above[level]} (")
    ratio = min(above[one] / people[one] for one in people) / max(
        above[one] / people[one] for one in people
    )
    warned = [one.text for part in page.every(role="alert") for one in part.every("li")]
    assert any(text.startswith("Genre :") for text in warned) == (ratio < capacity.FAIR)
    assert any(text.startswith("Tranche d’âge :") for text in warned)


@ONE_DATABASE
@pytest.mark.parametrize("talks", [10, 34, 64])
def test_few_people_on_one_side_of_a_line_are_no_group(see, query, talks):
    """Fewer than ten of a group, none too, are not counted, nor does their number follow."""
    rows = query("SELECT genre, statut_marital FROM predictions p JOIN inputs i "
                 "ON i.id = p.input_id ORDER BY probability DESC, p.id")  # fmt: skip
    first = talks - talks % 10
    page = see(entretiens=str(talks))
    shown = {row[0]: row[1:] for row in cells_of(page.one(id="composition")) if len(row) == 4}
    for place, called in ((0, SEXES), (1, {})):
        people, above = (Counter(row[place] for row in some) for some in (rows, rows[:first]))
        known = {level: shown.get(called.get(level, level)) for level in people}
        untold = {level for level, told in known.items() if not told or told[2] == "–"}
        few = {one for one in people if min(above[one], people[one] - above[one]) < 10}
        assert few <= untold
        for level, told in known.items():
            if told and level in untold:
                assert told[1:] == ["moins de 10" if above[level] < 10 else "–", "–"]
        assert not untold or sum(above[one] for one in untold) >= 10
        assert not untold or sum(people[one] - above[one] for one in untold) >= 10


@ONE_DATABASE
def test_two_lines_tell_nobody_apart(see):
    """The make-up changes by ten people at a time: the 31st person's sex does not show."""
    first, other = (
        cells_of(see(entretiens=str(talks)).one(id="composition")) for talks in (30, 39)
    )
    assert first == other
    assert not list(see(entretiens="9").every(id="composition"))


@pytest.mark.slow
@ONE_DATABASE
@pytest.mark.parametrize("typed", ["0", "120", "-3", "x", "3,5", "9" * 30])
def test_a_capacity_that_is_none_is_said_beside_its_field(see, typed):
    """What is no number of talks is told with what is expected, and draws nothing."""
    page = see(entretiens=typed)
    assert page.one(id="entretiens-faute").text == "Un nombre entier est attendu, de 1 à 119."
    assert not list(page.every(id="capacite-dite"))


@ONE_DATABASE
def test_a_capacity_is_kept_nowhere(see, query, take, address, client):
    """Neither a row nor a word nor an export knows of a line that was drawn."""
    see()
    with client.session_transaction() as session:
        known = dict(session)
    before = [query(f"SELECT * FROM {name} ORDER BY id") for name in ("batches", "predictions")]
    table_before = take(address, "csv")
    see(entretiens="30")
    after = [query(f"SELECT * FROM {name} ORDER BY id") for name in ("batches", "predictions")]
    assert list(map(str, before)) == list(map(str, after))
    assert take(address, "csv") == table_before
    with client.session_transaction() as session:
        assert dict(session) == known


@ONE_DATABASE
def test_another_models_error_is_not_known(app, see, query):
    """Where another model answered, the sum has its chance alone, and the page says so."""
    assert "avec l’incertitude du modèle" in see().one(class_="sum").text
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(sa.text("UPDATE predictions SET model_version = 'avant'"))
    said = see().one(class_="sum").text
    assert "avec l’incertitude du modèle" not in said
    assert "n’est pas connue ici" in said


@ONE_DATABASE
def test_a_sum_says_within_what_time_where_the_model_knows_it(app, see, client, monkeypatch):
    """A model with a horizon says it, with the sum and in the guide; another, that it has none."""
    assert "car le modèle ne connaît aucun délai" in see().text
    predictor = app.extensions["futurisys.serving"].predictor
    monkeypatch.setattr(predictor, "card", replace(predictor.card, horizon=365))
    text = see().text
    assert "dans les 365 jours qui suivent la date des faits" in text
    assert "aucun délai" not in text
    guide = page_of(client.get("/console/aide")).text
    assert "les 365 jours qui suivent" in guide
    assert "pas de dates" not in guide


@ONE_DATABASE
def test_a_table_that_was_bookmarked_is_still_found(client, address):
    """The address at which a file's table stood leads to it, with what it asked for."""
    asked = {"tri": "poste", "sens": "desc", "departement": "Commercial", "page": "2"}
    response = client.get(address, query_string=asked, headers=HTML)
    assert response.status_code == 302
    assert response.location.startswith(f"{ranking_of(address)}?")
    page = page_of(client.get(response.location, headers=HTML))
    assert page.one("th", class_="by-poste").attributes["aria-sort"] == "descending"


@ONE_DATABASE
def test_what_the_law_protects_is_no_reason(see):
    """Age, sex and family status are groups to look at, and never what weighs."""
    said = [one.text for one in see().one(id="raisons-table").every(class_="said")]
    assert len(said) == glance.HEAVIEST
    assert not {FACTS[name].words for name in ("age", "genre", "statut_marital")} & set(said)
