"""« Essai à blanc »: files in, a page that waits, and a verdict with its rule, which is printed."""

import io
import sys
from pathlib import Path

import pytest
from werkzeug.datastructures import MultiDict

from futurisys.operations import access, trials
from futurisys.operations.transactions import writing
from futurisys.operations.trial_files import DEPARTURES, FIRST, LATER, Order, files_of
from futurisys.operations.verdicts import MEAN, MODEL, RATES
from futurisys.records import trials as records
from tests import past
from tests.console import Console, page_of, parsed, signed_in, spaced
from tests.databases import ONE_DATABASE
from tests.past import COMPLETE_TO, ON
from tests.three_extracts import csv_of, first

TRIAL = "/console/essai"
pytestmark = ONE_DATABASE


def tried(left=237, low=0.15):
    """What a trial measures, as `futurisys.training.trial` says it."""
    names = (MODEL, RATES, MEAN)
    one = {"kind": "folds", "people": 1470, "left": left, "folds": 15, "expected": 236.4}
    one |= {"areas": dict(zip(names, (0.857, 0.646, 0.5), strict=True))}
    one |= {"found": dict(zip(names, (0.47, 0.17, 0.1), strict=True))}
    gain = {"value": 0.21, "low": low, "high": 0.26}
    one |= {"gains": {RATES: gain, MEAN: gain | {"value": 0.357}}}
    one |= {"calibration_error": {"mean": 0.016, "floor": {"high": 0.027}}}
    tenth = {"n": 147, "predicted": 0.022, "observed": 0.024, "low": 0.0, "high": 0.047}
    level = {"level": "Commercial", "people": 446, "left": 92, "expected": 89.0}
    return {
        "horizon_days": 364,
        "fictional": False,
        "snapshots": [{"on": str(ON), "people": 1470, "left": left}],
        "remarks": ["Personnes déjà parties le 01/01/2025, et laissées de côté : 3."],
        "measures": [one | {"calibration": [tenth]}],
        "groups": {
            "departement": [
                level,
                {**level, "level": "Consulting", "people": 20},
                {**level, "level": "RH", "people": 9},
            ]
        },
    }


def sent(people=6, **typed):
    """A form filled in with the first people of the sample."""
    tables = first(people)
    values = MultiDict({"au": str(ON), "complet_au": str(COMPLETE_TO)} | typed)
    for name, rows in past.without_label(tables).items():
        values.add(FIRST, (io.BytesIO(csv_of(rows)), name))
    values.add(DEPARTURES, (io.BytesIO(past.departures([1])), "départs.csv"))
    return values


class Browser(Console):
    """A browser that sends forms with several files of one name."""

    def send_files(self, values):
        data = MultiDict(values)
        data["csrf_token"] = self.token()
        return self.client.post(
            TRIAL,
            data=data,
            content_type="multipart/form-data",
            headers={"Accept": "text/html"},
        )


@pytest.fixture
def own(app, tmp_path, monkeypatch):
    """An application with a disk of its own, of which a trial begins no process."""
    monkeypatch.setattr(app, "instance_path", str(tmp_path / "instance"))
    monkeypatch.setattr(trials, "begin_process", lambda *_: None)
    app.config["FUTURISYS_TRAINER"] = sys.executable
    return app


@pytest.fixture
def browser(own):
    found = Browser(own)
    with own.app_context():
        key = access.issue("Ada", ("console",), None)
    assert found.sign_in(key).status_code == 303
    return found


def ended(own, browser, **changes):
    """The address of a trial that was asked for, and has its verdict."""
    address = browser.send_files(sent(garder="oui")).location
    identifier = address.rpartition("/")[2]
    folder = Path(own.instance_path) / "trials" / identifier
    with own.app_context():
        trials.work(identifier, folder, lambda tell: tried(**changes))
    return address


def test_a_trial_that_is_asked_for_is_waited_for_on_its_page(own, browser):
    """The form leads to a page that says how far it is and looks again by itself."""
    response = browser.send_files(sent())
    page = browser.follow(response)
    assert page.headers["Refresh"] == "10"
    assert "L’essai est en cours : 0 % fait" in page_of(page).text
    assert page_of(page).one("progress").attributes["value"] == "0.0"
    folder = Path(own.instance_path) / "trials" / response.location.rpartition("/")[2]
    assert Order.read(folder) == Order(ON, COMPLETE_TO)
    assert [len(files_of(folder, kind)) for kind in (FIRST, LATER, DEPARTURES)] == [3, 0, 1]
    again = browser.send_files(sent())
    assert again.status_code == 422
    assert "Un essai est déjà en cours" in page_of(again).text
    assert "en cours" in page_of(browser.get(TRIAL)).text


def test_a_verdict_is_read_with_its_rule_and_taken_home(own, browser):
    """What may be done, why, by which rule, beside what; in groups of ten and more."""
    address = ended(own, browser)
    response = browser.get(address)
    assert "Refresh" not in response.headers
    text = page_of(response).text
    for said in (
        "Verdict : utilisable pour des personnes",
        "Gain sur l’ancienneté et le département : +0,210 de ROC-AUC, entre +0,150 et +0,260. oui",
        "Erreur de calibration : 1,6 point, pour 2,7 points admis. oui",
        "Départs : 237, pour 80 qu’il faut. oui",
        "La règle",
        "Commercial",
        "Autres, réunis",
        "et laissées de côté : 3.",
    ):
        assert said in text
    assert "RH" not in text
    taken = browser.get(f"{address}/page")
    assert 'filename="essai-a-blanc.html"' in taken.headers["Content-Disposition"]
    told = parsed(taken.text.replace("<!doctype html>", ""))
    assert "Verdict : utilisable pour des personnes" in told.text
    assert "DÉMONSTRATION" not in told.text
    assert "utilisable pour des personnes" in page_of(browser.get(TRIAL)).text


@pytest.mark.parametrize(
    ("changes", "verdict", "said"),
    [
        ({"left": 60}, "utilisable pour des groupes", "Départs : 60, pour 80 qu’il faut. non"),
        ({"low": -0.01}, "n’apporte rien ici : ne l’utilisez pas", "entre −0,010 et +0,260. non"),
    ],
)
def test_a_condition_that_does_not_hold_is_told(own, browser, changes, verdict, said):
    """Whoever reads less than they hoped for sees which condition it was."""
    text = page_of(browser.get(ended(own, browser, **changes))).text
    assert f"Verdict : {verdict}" in text
    assert said in text


def test_kept_files_are_deleted_on_demand(own, browser):
    """What was kept by choice is offered for deletion, and the verdict stays."""
    address = ended(own, browser)
    [form] = [
        one
        for one in page_of(browser.get(address)).every("form")
        if one.attributes["action"].endswith("/effacer")
    ]
    page = browser.follow(browser.send(form.attributes["action"], {}))
    text = page_of(page).text
    assert "Les fichiers de cet essai sont effacés ; son verdict reste." in text
    assert "Effacer ces fichiers" not in text
    assert "Verdict" in text
    assert not list((Path(own.instance_path) / "trials").iterdir())


def test_a_failed_trial_says_why(own, browser):
    """The sentence of whatever was wrong, and that no file is left."""
    address = browser.send_files(sent()).location
    with own.app_context(), writing() as connection:
        records.fail(connection, address.rpartition("/")[2], "f.csv, ligne 3 : faux.")
    text = page_of(browser.get(address)).text
    assert "L’essai a échoué, et ses fichiers sont effacés. f.csv, ligne 3 : faux." in text
    taken = browser.get(f"{address}/page")
    assert taken.location == address


@pytest.mark.parametrize(
    ("typed", "without", "said"),
    [
        ({"au": ""}, "", "De quel jour sont les extraits ? Donnez la date."),
        ({"au": "hier"}, "", "Une date est attendue, comme 01/01/2025."),
        ({"complet_au": "0"}, "", "Une date est attendue, comme 01/01/2025."),
        ({}, FIRST, "Choisissez les trois extraits"),
        ({}, DEPARTURES, "Choisissez la liste des départs, un seul fichier."),
        ({"puis_au": "2025-06-01"}, "", "Les seconds extraits demandent leur date"),
    ],
)
def test_what_is_missing_is_said_beside_its_field(own, browser, typed, without, said):
    """Nothing begins, and the dates that were typed stay."""
    values = sent(**typed)
    if without:
        values.poplist(without)
    response = browser.send_files(values)
    assert response.status_code == 422
    page = page_of(response)
    assert spaced(said.replace("'", "’")) in page.text
    assert page.one("input", id="complet_au").attributes["value"] == values["complet_au"]
    assert not (Path(own.instance_path) / "trials").exists()


def test_without_a_trainer_the_page_says_who_can_try(app):
    """Where the service cannot train, the command is named, and there is no form."""
    page = page_of(signed_in(app).get(TRIAL))
    assert "flask model trial" in page.text
    assert not list(page.every("input", type="file"))


def test_whoever_sees_some_departments_is_told_who_may_try(own):
    """A key of some departments opens the page, which has neither form nor verdicts."""
    with own.app_context():
        key = access.issue("Ada", ("console",), None, ["Consulting"])
    console = Console(own)
    console.sign_in(key)
    text = page_of(console.get(TRIAL)).text
    assert "il faut une clé qui les voit toutes" in text
    assert console.get(f"{TRIAL}/01a208b2-97f0-71dc-9469-da141397ccc6").status_code == 403
