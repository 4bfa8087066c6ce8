"""A person who asks for it is handed all that is kept of them, in words that they understand."""

import datetime
import json

import pytest
import sqlalchemy as sa

from futurisys.employee.schema import KEPT
from futurisys.operations import journal, privacy
from futurisys.operations.access import Caller
from futurisys.operations.retention import retain
from futurisys.operations.sealing import seal_note
from futurisys.operations.transactions import writing
from futurisys.records.persons import Opposed, Request, Review
from futurisys.records.predictions import new_id
from tests.console import Element, parsed
from tests.databases import ONE_DATABASE

pytestmark = [pytest.mark.usefixtures("numbers"), ONE_DATABASE]

# What occurs nowhere else.
NUMBER = 731_946_285
COLLEAGUE, NOTE = "Zénobie Quatrefages", "Formation <au> choix"


@pytest.fixture
def answers(app, client, rows, key_of):
    """Three estimates of one person, the last two of the same facts, two reviews, a request."""
    person = rows[0] | {"id_employee": NUMBER}
    raised = person | {"revenu_mensuel": person["revenu_mensuel"] + 500}
    key = key_of("predict")
    told = [client.post("/predict", json=one, headers=key).json for one in (person, raised, raised)]
    client.post("/predict", json=rows[1], headers=key)
    now = datetime.datetime.now(datetime.UTC)
    by = {"holder": "0" * 12, "author": COLLEAGUE, "created_at": now}
    with app.app_context(), writing() as connection:
        subject = connection.scalar(sa.text("SELECT subject FROM inputs ORDER BY id LIMIT 1"))
        for kind, measure in (("désaccord", None), ("mesure prise", "formation")):
            informed = True if measure else None
            review = {"id": new_id()[0], "prediction_id": told[0]["Identifiant"], "kind": kind}
            until = datetime.timedelta(30 if measure else -1)
            review["back_on"] = now.date() + until
            note = seal_note(review["id"], NOTE) if measure else None
            review |= {"measure": measure, "informed": informed, "note": note, **by}
            connection.execute(sa.insert(Review.__table__), review)
        asked = {"id": new_id()[0], "subject": subject, "kind": "rectification", **by}
        days = {"received_on": datetime.date(2026, 11, 2), "due_on": datetime.date(2026, 12, 2)}
        connection.execute(sa.insert(Request.__table__), asked | days)
    return told


@pytest.fixture
def handed(app, tmp_path):
    """Have `flask people access` write a document of a kind; returns its text."""

    def write(form: str = "html", reference: int = NUMBER) -> str:
        path = tmp_path / f"document.{form}"
        arguments = ["--reference", str(reference), "--by", "Essai", "--output", str(path)]
        done = app.test_cli_runner().invoke(args=["people", "access", *arguments, "--format", form])
        assert done.exit_code == 0, done.output
        return path.read_text("utf-8")

    return write


def sections(page: Element) -> list[str]:
    """The text of each estimate's section, the newest first."""
    return [one.text for one in page.every("section")]


def test_the_document_tells_everything_kept_of_the_person(answers, handed, rows):
    """Facts with units, protected ones too, estimates, reasons, reviews, requests, and ends."""
    page = parsed(handed())
    text = page.text
    assert "il garde 3 estimations, 2 avis à leur sujet et 1 demande de votre part" in text
    assert f"Numéro d’employé : {NUMBER}" in text
    told = sections(page)
    assert len(told) == 3
    assert "Les mêmes que pour l’estimation du" in told[1]
    first = told[2]
    assert f"Âge{rows[0]['age']} ans" in first
    assert f"identifiant {answers[0]['Identifiant']}" in first
    assert "quelqu’un n’a pas été d’accord avec l’estimation" in first
    assert "une mesure a été prise (formation), et il a été noté que vous saviez" in first
    assert f"Note : « {NOTE} »" in first
    assert first.count("à revoir le") == 1
    assert "non lu par le modèle : âge, genre, statut marital." in first
    assert "Ce qui a augmenté l’estimation" in first
    [asked] = next(page.every("tbody")).every("tr")
    assert asked.text == "Rectification02/11/202602/12/2026En cours"
    assert "Rien n’a été noté." in told[0]


def test_the_same_is_in_json_as_it_is_kept(answers, handed, rows):
    """Numbers unrounded, facts under the names of the extracts, and when each thing goes."""
    found = json.loads(handed("json"))
    assert [one["Identifiant"] for one in found["Estimations"]] == [
        one["Identifiant"] for one in answers[::-1]
    ]
    oldest = found["Estimations"][-1]
    assert oldest["Probabilite_depart"] == answers[0]["Probabilite_depart"]
    assert set(oldest["Employe"]) == set(KEPT)
    assert oldest["Employe"]["statut_marital"] == rows[0]["statut_marital"]
    assert [one["Avis"] for one in oldest["Avis"]] == ["désaccord", "mesure prise"]
    assert oldest["Avis"][1]["Note"] == NOTE
    assert found["Demandes"][0]["Reponse_due_le"] == "2026-12-02"
    assert found["Numero"] == NUMBER
    assert set(oldest["Efface_le"]) == {"Raisons", "Donnees", "Reste"}


@pytest.mark.slow
@pytest.mark.parametrize("form", ["html", "json"])
def test_it_names_nobody_who_acted_for_the_employer(answers, handed, form):
    """The right is to dates and reasons: colleagues and their keys stand in no document."""
    text = handed(form)
    assert COLLEAGUE not in text
    assert "0" * 12 not in text


def test_it_is_whole_by_itself(answers, handed):
    """A file that is opened anywhere asks for nothing: no script, no address, no image."""
    text = handed()
    assert "http" not in text.replace("http-equiv", "")
    assert not [*parsed(text).every("script"), *parsed(text).every("img")]


def test_of_somebody_unknown_it_says_that_nothing_is_kept(answers, handed):
    """No estimate, no request, no hash; and nobody else's."""
    page = parsed(handed(reference=41))
    assert "Le service ne garde aucune estimation de vous." in page.text
    assert "une empreinte" not in page.text.lower()
    assert answers[0]["Identifiant"] not in page.text
    assert "Rien." in page.text


def test_what_has_been_forgotten_is_said_to_be(app, answers, handed):
    """Once reasons and facts have gone, the document says so rather than that there were none."""
    app.config["FUTURISYS_HORIZON_DAYS"] = 365
    later = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=200)
    with app.app_context():
        with writing() as connection:
            # What a request in course is about would stay.
            connection.execute(sa.delete(Request.__table__))
        retain("Essai", later)
    [newest, *_] = sections(parsed(handed()))
    assert "Les raisons de cette estimation ont été effacées." in newest
    assert "Le reste de ces données a été effacé." in newest


def test_it_says_whether_what_is_kept_is_learnt_from(app, answers, handed):
    """That is a purpose of its own, told where it is allowed, with the right to object."""
    assert "entraîner un modèle" not in handed()
    app.config["FUTURISYS_TRAIN_FROM_RECORDS"] = "yes"
    assert "servent aussi à entraîner un modèle de l’entreprise" in handed()


def test_an_accepted_opposition_is_told(app, answers, handed):
    """Whoever is on the list of those who are not estimated reads since when, and what is kept."""
    with app.app_context(), writing() as connection:
        [subject] = connection.scalars(sa.select(Request.__table__.c.subject).distinct())
        since = datetime.datetime(2026, 11, 3, 12, tzinfo=datetime.UTC)
        connection.execute(sa.insert(Opposed.__table__), {"subject": subject, "created_at": since})
    assert "Depuis le 03/11/2026, votre opposition est acceptée" in parsed(handed()).text


def test_the_document_leaves_a_line(answers, handed, query):
    """Who was handed what, how much, when."""
    handed()
    lines = query("SELECT action, actor, predictions FROM journal")
    assert lines == [("access", "Essai", 3)]


def test_each_opening_is_told_with_its_reason_and_no_name(app, answers, handed):
    """Lines about the person alone: when, and why; not by whom, and no line about anybody else."""
    with app.app_context():
        mine, others = privacy.subjects_tried(NUMBER)[0], privacy.subjects_tried(41)[0]
        reader = Caller("0" * 12, COLLEAGUE, frozenset(["console"]))
        for action, subject in (("person", mine), ("person", others), ("export", None)):
            journal.record(reader, action, 1, subject)
    handed()
    handed()
    with app.app_context(), writing() as connection:
        moment = {"moment": "2026-11-27 12:00:00"}
        connection.execute(sa.text("UPDATE journal SET created_at = :moment"), moment)
    openings = list(parsed(handed()).every("tbody"))[1].text
    assert openings.count("Votre page a été ouverte") == 1
    assert openings.count("pour répondre à une demande d’accès (2 fois)") == 1
    found = json.loads(handed("json"))["Consultations"]
    assert [one["Action"] for one in found] == ["access"] * 3 + ["person"]


def test_the_command_has_help_with_an_example(app):
    """Its help shows one whole command."""
    shown = app.test_cli_runner().invoke(args=["people", "access", "--help"]).output
    assert "flask people access --reference 77" in shown
