"""Live figures as programs and people get them: in a perimeter, with a horizon, with outcomes."""

import datetime
import math
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa

from futurisys.operations import access
from futurisys.operations.live_figures import figures
from futurisys.operations.live_told import LOOKS, NO_HORIZON, NO_OUTCOMES, NOBODY, NOBODY_KNOWN
from futurisys.operations.resolving import resolve
from futurisys.records.database import db
from futurisys.records.models import Promotion
from futurisys.records.predictions import new_id
from futurisys.statistics.intervals import Interval
from tests.console import Element, page_of, signed_in, spaced
from tests.databases import ONE_DATABASE
from tests.followed import Followed, hashed
from tests.stable import DEPARTMENTS, HORIZON, THRESHOLD, Company, after, company

PAGE = "/console/suivi"
FIRST = after(0)


@pytest.fixture
def horizon(app) -> None:
    app.config["FUTURISYS_HORIZON_DAYS"] = HORIZON


@pytest.fixture
def kept(app) -> Followed:
    return Followed(app)


@pytest.fixture
def followed(kept, horizon) -> Company:
    """A company that was estimated by one version of a model, and followed to the end."""
    one = company(5, 900)
    subjects = [hashed(number) for number in range(len(one.found))]
    for place, department in enumerate(DEPARTMENTS):
        own = range(place, len(subjects), 3)
        chances = one.found.probabilities.tolist()
        kept.estimates(
            [(subjects[number], FIRST, chances[number]) for number in own],
            {"departement": department},
            threshold=THRESHOLD,
        )
    gone = one.found.left_on.tolist()
    soon = [number for number in range(len(gone)) if gone[number] <= after(HORIZON)]
    kept.departures([(subjects[number], gone[number]) for number in soon])
    kept.complete(after(HORIZON))
    return one


@pytest.fixture
def ask(client, key_of) -> Any:
    """What a program is told."""

    def one(**query: str) -> Any:
        told = client.get("/monitoring", query_string=query, headers=key_of("read"))
        assert told.status_code == 200, told.text
        return told.json["Suivi"]

    return one


@pytest.fixture
def see(app) -> Any:
    """The page as whoever has such a key sees it."""

    def one(*scopes: str, query: str = "", departments: list[str] | None = None) -> Element:
        return page_of(signed_in(app, *scopes, departments=departments).get(PAGE + query))

    return one


def interval(found: dict[str, float]) -> Interval:
    assert found["Niveau"] == 0.95
    return Interval(found["Bas"], found["Haut"])


@ONE_DATABASE
def test_without_estimates_horizon_or_outcomes_it_is_said_what_is_missing(app, kept, ask, see):
    """Each in turn, and nobody's departures are counted meanwhile."""
    for why in (NOBODY, NO_HORIZON, NO_OUTCOMES):
        assert ask()["Remarques"] == [why]
        assert page_of_missing(see("console")) == why.replace("'", "’")
        if why == NOBODY:
            kept.estimate(hashed(1), FIRST)
        if why == NO_HORIZON:
            app.config["FUTURISYS_HORIZON_DAYS"] = HORIZON
    kept.complete(after(10))
    found = ask()
    assert (found["Personnes"], found["Methode"], found["Ensemble"]) == (1, "risque cumulé", None)
    assert found["Manque"]["Departs_estimes"] == 30


def page_of_missing(page: Element) -> str:
    return page.one("div", class_="nothing").text


@pytest.mark.slow
def test_a_program_gets_the_figures_of_the_records(followed, ask):
    """They are those of the people as they were estimated, whole, and by department."""
    known = figures(resolve(followed.found, HORIZON, after(HORIZON)), "departement", None)
    found = ask()
    assert (found["Horizon_jours"], found["Horizon_du_modele"]) == (HORIZON, False)
    assert found["Complet_au"] == after(HORIZON).isoformat()
    assert found["Methode"] == "horizons entiers"
    whole, ranking = known.agreement, known.ranking
    assert whole
    assert ranking
    told = found["Ensemble"]
    assert (told["Departs"], told["Personnes"]) == (whole.observed, 900)
    assert told["Rapport"]["Valeur"] == pytest.approx(whole.ratio)
    assert interval(told["Rapport"]) == pytest.approx(whole.ratio_interval())
    assert interval(told["Calibration"]) == pytest.approx(whole.intercept_interval())
    for name, one in (
        ("ROC_AUC", ranking.area),
        ("Rappel", ranking.recall),
        ("Precision", ranking.precision),
    ):
        assert one
        assert found["Classement"][name]["Valeur"] == pytest.approx(one.value)
        assert interval(found["Classement"][name]) == pytest.approx(one.interval)
    groups = {one["Groupe"]: one["Departs"] for one in found["groupes"]}
    assert groups == {one.level: one.agreement.observed for one in known.groups}
    assert len(found["Fiabilite"]) == 10


@pytest.mark.slow
@ONE_DATABASE
def test_a_window_leaves_out_who_was_estimated_outside(followed, ask):
    """By default it begins a horizon and a month before outcomes end; `tout` leaves nobody out."""
    next_day = (FIRST + datetime.timedelta(1)).isoformat()
    assert ask(depuis=next_day)["Remarques"] == [NOBODY_KNOWN]
    assert ask(jusqu_a=next_day)["Personnes"] == 900
    since = after(HORIZON) - datetime.timedelta(HORIZON + 31)
    assert ask()["Depuis"] == since.isoformat()
    assert ask(tout="true")["Depuis"] is None
    assert ask(version_modele="two")["Remarques"] == [NOBODY_KNOWN]


@pytest.mark.slow
@ONE_DATABASE
def test_who_sees_a_department_is_told_of_its_people(app, client, followed, see):
    """Neither a program nor a page counts anybody else."""
    with app.app_context():
        key = access.issue("Ada", ("read",), None, ["Commercial"])
    headers = {"Authorization": f"Bearer {key}"}
    found = client.get("/monitoring", headers=headers).json["Suivi"]
    assert found["Personnes"] == 300
    page = see("console", departments=["Commercial"])
    assert "ceux des départements que votre clé montre" in page.text
    assert told(page, "ensemble-table")["Personnes suivies"] == "300"


def told(page: Element, table: str) -> dict[str, str]:
    rows = page.one("table", id=table).one("tbody").every("tr")
    return {row.one("th").text: next(row.every("td")).text for row in rows}


@pytest.mark.slow
@ONE_DATABASE
def test_people_read_the_figures_with_what_they_do_not_say(followed, see):
    """Who may see groups alone is shown the same, of everybody, in the last horizon only."""
    gone = followed.found.left_on <= np.datetime64(after(HORIZON))
    for scope, periods in (("console", 2), ("groups", 0)):
        page = see(scope, query="?periode=tout")
        assert told(page, "ensemble-table")["Départs"] == str(gone.sum())
        assert len(list(page.every("nav", class_="tabs"))) == bool(periods)
        assert spaced(LOOKS.replace("'", "’").split("alertée")[1]).strip() in page.text
        assert f"en {HORIZON} jours" in page.text
        assert len(list(page.one("table", id="groupes-table").every("tr"))) == 4
        assert len(list(page.one("table", id="tranches-table").every("tr"))) == 11
        assert "évités" not in page.text


@pytest.fixture
def decided(app) -> Any:
    """Somebody decides on a version of a model that is not today's."""

    def one(version: str, horizon: int | None, error: float | None) -> None:
        identifier, now = new_id()
        words = dict.fromkeys(("digest", "address", "author", "reason"), "x")
        row = {"id": identifier, "version": version, "forced": False, "created_at": now}
        said = {"horizon_days": horizon, "mean_error": error}
        with app.app_context(), db.engine.begin() as connection:
            connection.execute(sa.insert(Promotion.__table__), row | words | said)

    return one


@ONE_DATABASE
def test_an_older_model_has_the_horizon_and_the_error_that_were_kept_of_it(kept, decided, ask):
    """Today's model may have others; a later decision for the same version counts."""
    kept.estimates([(hashed(number), FIRST, 0.3) for number in range(400)])
    kept.departures([(hashed(number), FIRST) for number in range(90)])
    kept.complete(after(100))
    decided("one", 50, None)
    decided("one", 100, 0.03)
    found = ask()
    assert (found["Horizon_jours"], found["Horizon_du_modele"]) == (100, True)
    ratio = found["Ensemble"]["Rapport"]
    # What chance does to 90 of 400, and what 0.03 does to estimates of 0.3.
    spread = 400 * (90 / 400) * (1 - 90 / 400) / 90**2 + 0.1**2
    half = (math.log(ratio["Haut"]) - math.log(ratio["Bas"])) / 2
    assert half == pytest.approx(1.959964 * math.sqrt(spread), rel=1e-5)
    assert not any("erreur propre" in one for one in found["Remarques"])


@ONE_DATABASE
def test_todays_model_says_its_own_error(kept, horizon, served, ask):
    """It is the one that its manifest keeps: the spread of its mean log-odds."""
    predictor = served["futurisys.serving"].predictor
    people = [(hashed(number), FIRST, 0.3) for number in range(400)]
    kept.estimates(people, model_version=predictor.version)
    kept.departures([(hashed(number), FIRST) for number in range(90)])
    kept.complete(after(HORIZON))
    found = ask()["Ensemble"]["Calibration"]
    variance = 1 / (400 * (90 / 400) * (310 / 400)) + predictor.card.range.shift**2
    assert (found["Haut"] - found["Bas"]) / 2 == pytest.approx(1.959964 * math.sqrt(variance))


@ONE_DATABASE
def test_a_key_of_groups_is_shown_nothing_of_fewer_than_ten(kept, horizon, see):
    """Whoever sees people reads how many there are."""
    kept.estimates([(hashed(number), FIRST, 0.3) for number in range(9)])
    kept.complete(after(HORIZON))
    assert "Moins de 10 personnes" in page_of_missing(see("groups"))
    assert told(see("console"), "ensemble-table")["Personnes suivies"] == "9"


@pytest.mark.slow
@ONE_DATABASE
def test_a_difference_that_chance_does_not_make_is_warned_of(kept, followed, see, ask):
    """It is said what it may come from, and that these figures do not tell which."""
    more = [number for number in range(900) if number % 4 == 0]
    late = [number for number in more if followed.found.left_on[number] > after(HORIZON)]
    kept.departures([(hashed(number), FIRST + datetime.timedelta(30)) for number in late])
    found = ask()
    assert found["Alerte"]
    said = "le modèle sous-estime ou la situation a changé ; ces chiffres ne disent pas lequel"
    assert said in found["Remarques"][0]
    [message] = see("console").every("p", class_="message")
    assert message.text.startswith("Alerte.")
