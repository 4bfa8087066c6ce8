"""The dossier says what is true of the model and the settings, and marks what people must say."""

import copy
import dataclasses
import datetime
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from futurisys import serving
from futurisys.dossier.facts import gather
from futurisys.dossier.filling import GAPS, Filling, read
from futurisys.dossier.handed import handed
from futurisys.dossier.live import report
from futurisys.dossier.page import page
from futurisys.dossier.tree import Document
from futurisys.dossier.writing import (
    ANSWERS,
    FOLLOWED,
    INDEX,
    TITLES,
    TO_FILL,
    Dossier,
    write,
    write_one,
)
from futurisys.employee.schema import FACTS
from futurisys.employee.typography import number, percent, typeset
from futurisys.model.card import Card
from futurisys.model.predictor import Predictor
from futurisys.operations.clock import today
from futurisys.operations.live import Asked, live
from futurisys.operations.live_told import remarks
from tests.console import parsed
from tests.databases import ONE_DATABASE
from tests.evaluated import EVALUATION
from tests.fixtures import NUMBERS_KEY, SUBJECT_KEY
from tests.followed import Followed, hashed
from tests.server import ROOT

pytestmark = ONE_DATABASE
EXAMPLE = ROOT / "futurisys" / "sample" / "dossier.toml"
# A sentence ends where another begins.
SENTENCE = re.compile(r"(?<=[.]) ")


@pytest.fixture
def predictor(app: Flask) -> Predictor:
    with app.app_context():
        return serving.current()


@pytest.fixture
def written(app: Flask, predictor: Predictor) -> Callable[..., Dossier]:
    """Write the dossier of today's settings; of another card, or filled in, where that is given."""

    def one(filling: Filling | None = None, **card: Any) -> Dossier:
        other = copy.copy(predictor)
        other.card = dataclasses.replace(predictor.card, **card)
        with app.app_context():
            return write(gather(other), filling or Filling())

    return one


def sentences(document: Document) -> set[str]:
    return {one for line in document.lines() for one in SENTENCE.split(line)}


def changed(before: Dossier, after: Dossier) -> tuple[set[str], set[str]]:
    """The sentences that are gone, and those that have come."""
    gone, come = set[str](), set[str]()
    for one, other in zip(before.documents, after.documents, strict=True):
        gone |= sentences(one) - sentences(other)
        come |= sentences(other) - sentences(one)
    return gone, come


def whole(made: Dossier) -> str:
    return "\n".join(line for document in made.documents for line in document.lines())


def test_no_gap_is_left_with_the_example(written):
    """The file that ships fills every gap, and each document says that it is fictional."""
    made = written(read(EXAMPLE))
    assert made.gaps == {}
    for document in made.documents:
        told = "\n".join(document.lines())
        assert TO_FILL not in told
        assert "EXEMPLE FICTIF" in told


def test_without_a_file_each_gap_is_listed_on_one_page(written):
    """Every key that may be filled is a gap of some document, and the index lists them all."""
    made = written()
    assert list(made.gaps) == list(GAPS)
    index = "\n".join(made.documents[0].lines())
    assert made.documents[0].name == INDEX
    for key, (words, _) in GAPS.items():
        assert key in index
        assert words.replace("'", "’")[:20] in index
    marked = {d.name for d in made.documents if TO_FILL in "\n".join(d.lines())}
    assert marked == {name for names in made.gaps.values() for name in names}


def test_an_empty_value_leaves_its_gap(tmp_path, written):
    """A key that says nothing is as good as none."""
    path = tmp_path / "nous.toml"
    path.write_text("[entreprise]\nnom = ' '\n")
    assert "entreprise.nom" in written(read(path)).gaps


def test_no_value_is_taken_for_a_mark(tmp_path, written):
    """What a company writes is shown as it is, whatever signs it holds."""
    path = tmp_path / "nous.toml"
    odd = "# A | B ** <b>C</b> `d` > e"
    path.write_text(f'[entreprise]\nnom = "{odd}"\n[traitement]\nfinalites = "- {odd}"\n')
    made = written(read(path))
    [notice] = [one for one in made.documents if one.name == "notice-aux-salaries"]
    assert any(line.startswith(odd) for line in notice.lines())
    assert any(line.startswith(f"- {odd}") for line in notice.lines())
    assert "&lt;b&gt;C&lt;/b&gt;" in page(notice)


# Of these speaks whatever is only so where people are known again.
OF_PEOPLE = (
    *("FUTURISYS_SUBJECT_KEY", "numéro", "Numéro", "empreinte", "clé secrète", "opposer"),
    *("opposition", "obtenir tout", "effacée", "demande", "procédure", "cesser", "départ est noté"),
)
KEYS = {"FUTURISYS_SUBJECT_KEY": (SUBJECT_KEY,), "FUTURISYS_NUMBERS_KEY": (NUMBERS_KEY,)}


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"FUTURISYS_OPEN": ""}, ("sans clé", "Sans clé", "n’a pas de clé")),
        (
            {"FUTURISYS_TRAIN_FROM_RECORDS": "yes"},
            ("ntraîner un modèle", "finalité", "Finalités", "entraîné à part", "n’apprend pas"),
        ),
        ({"FUTURISYS_RATE_LIMIT": "600/minute"}, ("FUTURISYS_RATE_LIMIT", "600/minute")),
        ({"FUTURISYS_JOURNAL_KEY": "x" * 32}, ("journal", "chaîn", "scellée")),
        ({"FUTURISYS_KEYLESS_HOURS": 48}, ("estimations données sans clé",)),
        ({"FUTURISYS_JOURNAL_DAYS": 400}, ("400 jours", "365 jours")),
        ({"FUTURISYS_RETENTION_DAYS": 200}, ("200 jours", "184 jours")),
        ({"FUTURISYS_HORIZON_DAYS": 365}, ("425 jours", "184 jours", "Horizon")),
        (KEYS, OF_PEOPLE),
        (
            KEYS | {"FUTURISYS_NOTES": "yes"},
            (*OF_PEOPLE, "note", "chiffr", "vie privée"),
        ),
    ],
    ids=lambda one: "+".join(one) if isinstance(one, dict) else "",
)
def test_a_setting_changes_the_sentences_that_speak_of_it(app, written, settings, words):
    """Another setting changes these sentences, and none that does not speak of it."""
    before = written()
    app.config.update(settings)
    gone, come = changed(before, written())
    assert come
    assert [one for one in gone | come if not any(word in one for word in words)] == []


def test_a_period_is_what_retention_does(app, written):
    """The days that documents tell are those after which `flask retention` forgets."""
    before = whole(written())
    app.config["FUTURISYS_RETENTION_DAYS"] = 321
    after = whole(written())
    assert "184 jours" in before
    assert after == before.replace("184 jours", "321 jours")


def test_a_threshold_changes_the_sentences_that_speak_of_it(predictor, written):
    """Another threshold is told wherever the one before was, and nothing else changes."""
    told = percent(predictor.card.threshold, 1)
    assert told not in (percent(predictor.card.base_rate, 1), "33,3\u202f%")
    before, after = whole(written()), whole(written(threshold=1 / 3))
    assert told in before
    assert after == before.replace(told, "33,3\u202f%")


def test_a_fields_purpose_changes_its_lines_alone(monkeypatch, written):
    """What a field is asked for is told from its line of the schema, wherever it is told."""
    before = whole(written())
    reason = FACTS["distance_domicile_travail"].reason
    assert reason in before
    monkeypatch.setattr(FACTS["distance_domicile_travail"], "reason", "un essai")
    assert whole(written()) == before.replace(reason, "un essai")


def test_a_model_changes_the_sentences_that_speak_of_it(predictor, written):
    """Another model has its version and its digest told in every document."""
    digests = dict.fromkeys(predictor.card.digests, "f" * 64)
    before, after = written(), written(version="autre", digests=digests)
    own = predictor.card.digests["manifest.json"]
    assert all(own in "\n".join(document.lines()) for document in before.documents)
    expected = whole(before).replace(predictor.card.version, "autre").replace(own, "f" * 64)
    assert whole(after) == expected


def test_every_figure_is_the_cards(predictor, written):
    """Each figure that is told of the model is the one in its manifest."""
    card: Card = predictor.card
    told = whole(written())
    for figure in card.figures["model"].values():
        assert f"{number(figure['mean'], 3)} ± {number(figure['sd'], 3)}" in told
    assert card.employees is not None
    assert f"{number(card.employees)} personnes" in told
    assert percent(card.base_rate, 1) in told
    assert card.plain
    assert f"{round(100 * card.plain['words']['flagged']['left'])} étaient parties" in told


def test_a_figure_that_is_not_the_cards_is_nowhere(predictor, written):
    """Where the card has other figures, none of the former is left in any document."""
    card: Card = predictor.card
    figures = {"model": {name: {"mean": 0.777, "sd": 0.055} for name in card.figures["model"]}}
    told = whole(
        written(figures=figures, employees=98_765, left=4_321, base_rate=0.0437, moderate=0.0437)
    )
    for figure in card.figures["model"].values():
        assert f"{number(figure['mean'], 3)} ± {number(figure['sd'], 3)}" not in told
    assert "0,777 ± 0,055" in told
    assert f"{number(98_765)} personnes" in told
    assert number(card.employees or 0) not in told
    assert percent(card.base_rate, 1) not in told


def test_groups_are_told_as_they_were_measured(written):
    """A group's figures are the evaluation's; a model that was not measured so says it."""
    evaluated = whole(written(evaluation=EVALUATION))
    assert "21\u202f% (17\u202f% à 25\u202f%)" in evaluated
    assert "n’a pas été mesuré groupe par groupe" in whole(written(evaluation=None))


def test_what_is_not_done_is_said_where_it_is_so(app, written):
    """A model that reads a protected field, notes, learning, open doors: no line denies them."""
    app.config.update(
        KEYS
        | {
            "FUTURISYS_NOTES": "yes",
            "FUTURISYS_TRAIN_FROM_RECORDS": "yes",
            "FUTURISYS_OPEN": "predict",
        }
    )
    fields: dict[str, Any] = {name: {} for name in FACTS if name != "id_employee"}
    told = whole(written(fields=fields))
    for denied in (
        "ne lit ni l’âge",
        "n’accepte aucune note",
        "n’apprend pas de ce",
        "Sans clé d’accès, nul ne peut",
        "ne garde pas les numéros",
    ):
        assert denied not in told
    assert "lit des critères protégés\u202f: Âge, Genre, Statut marital" in told


def of(made: Dossier, name: str) -> str:
    """What one document says."""
    [found] = [one for one in made.documents if one.name == name]
    return "\n".join(found.lines())


def test_no_right_is_promised_that_cannot_be_kept(app, written):
    """Where people are not known again, each promise gives way to the setting that it needs."""
    promised = {
        "analyse-d-impact": ("plus ni estimée ni montrée", "effacée de toutes les tables"),
        "controle-humain": ("n’est ni estimée ni montrée",),
        "interet-legitime": ("n’est ni estimée ni montrée",),
        "note-au-cse": ("suspend l’effacement", "retrouver les données d’une personne"),
        "notice-aux-salaries": ("rien n’est estimé ni montré de vous",),
    }
    without = written()
    app.config.update(KEYS)
    keyed = written()
    for name, sentences_of in promised.items():
        assert "À RÉGLER" in of(without, name)
        assert "À RÉGLER" not in of(keyed, name)
        for one in sentences_of:
            assert one not in of(without, name)
            assert one in of(keyed, name)


def test_the_notice_tells_the_interest_and_sets_objection_apart(app, written):
    """What is told by law of an interest is told, and objecting has its heading and no other."""
    app.config.update(KEYS)
    made = written(read(EXAMPLE))
    told = of(made, "notice-aux-salaries")
    assert "Intérêt poursuivi\u202f: Prévenir des départs" in told
    [notice] = [one for one in made.documents if one.name == "notice-aux-salaries"]
    assert "Vous pouvez vous opposer" in [one.text for one in notice.headings]
    assert not [one for one in told.splitlines() if one.startswith("vous opposer")]


def test_nothing_real_is_treated_before_the_analysis(written):
    """A trial on the past treats people's data too, and what surveys were for is weighed."""
    made = written(read(EXAMPLE))
    assert "essai à blanc et entraînement compris" in of(made, "analyse-d-impact")
    assert "L’essai à blanc sera fait" in of(made, "note-au-cse")
    for name in ("analyse-d-impact", "interet-legitime"):
        assert "traitement.compatibilite" in written().missing[name]


def test_the_notice_says_what_kind_of_system_it_is_and_what_goes_when(app, written):
    """That it is AI, profiling, and when each thing goes, as one period or as three."""
    told = of(written(), "notice-aux-salaries")
    assert "intelligence artificielle probablement à haut risque" in told
    assert "c’est un profilage" in told
    assert "est effacé 184 jours après chaque estimation" in told
    assert "garde ses lignes 365 jours." in told
    app.config.update(KEYS | {"FUTURISYS_HORIZON_DAYS": 365})
    told = of(written(), "notice-aux-salaries")
    assert "raisons sont effacées au bout de 184 jours, vos données au bout de 184 jours" in told
    assert "et le reste au bout de 425 jours" in told
    assert "Vos demandes closes le sont aussi longtemps, une opposition acceptée" in told


def test_when_an_answer_is_due_is_said_alike_wherever_it_is(predictor, app):
    """Each document that tells the delay tells on which conditions it may be longer."""
    with app.app_context():
        facts = gather(predictor)
        told = {d.name: "\n".join(d.lines()) for d in write(facts, Filling()).documents}
    saying = {name for name, text in told.items() if typeset(facts.answered) in text}
    assert saying == {
        *("analyse-d-impact", "note-au-cse", "notice-aux-salaries"),
        *("modeles-de-reponse", "ce-que-la-loi-demande"),
    }


def test_each_risk_is_judged_by_itself(written):
    """Severity, likelihood, and what is left after measures are each a gap of every risk."""
    empty = of(written(), "analyse-d-impact")
    for judged in ("gravité", "vraisemblance", "après les mesures"):
        assert len(re.findall(f"À COMPLÉTER.: risque d.*?, {judged}", empty)) == 5
    told = of(written(read(EXAMPLE)), "analyse-d-impact")
    assert "Une inégalité de traitement | Importante | Limitée | Gravité importante" in told


def test_who_is_concerned_is_told_to_whoever_reads(written):
    """A dossier of two departments does not suggest that everybody is estimated."""
    missing = written().missing
    for name in ("analyse-d-impact", "note-au-cse", "notice-aux-salaries", "registre"):
        assert "traitement.perimetre" in missing[name]


def test_of_whom_figures_are_is_said(written):
    """The three words' worth was measured on people unseen, fictional or not, within a time."""
    assert "parmi des personnes fictives que le modèle n’avait pas vues, en un temps inconnu" in (
        whole(written())
    )
    own = whole(written(fictional=False, horizon=180))
    assert "parmi des personnes que le modèle n’avait pas vues, au bout de 180 jours" in own
    assert "personnes fictives" not in own


def test_an_absolute_rule_is_not_claimed(written):
    """The notice excludes what the card does, and the register denies no decision outright."""
    made = written()
    assert "de décider sur elle seule d’une sanction" in of(made, "notice-aux-salaries")
    assert "C-634/21" in of(made, "registre")
    assert "ne prend aucune décision" not in whole(made)


def test_a_range_is_told_of_a_model_that_has_one(written):
    """Where none was measured, no document explains a word by it."""
    assert "toute la fourchette est au seuil" in whole(written())
    assert "fourchette" not in whole(written(range=None))


def test_a_model_that_is_newer_than_the_note_is_a_modification(predictor, written):
    """Whom the committee was told of before its training is told to be another."""
    for told_on, said in (
        ("31/12/1999", "c’est une modification, dont le comité est informé"),
        ("31/12/2999", "un modèle entraîné après la remise de cette note est une modification"),
    ):
        made = written(Filling({"cse.informe_le": told_on}))
        assert said in of(made, "note-au-cse")


def test_no_article_is_left_to_be_looked_up(written):
    """An estimate is to be verified with its person; what the law says, by whoever wrote it."""
    assert re.findall("(?<!’)à vérifier(?! avec vous)", whole(written(read(EXAMPLE)))) == []


def test_the_analysis_tells_the_interest(written):
    """What article 35(7)(a) asks: the legitimate interest that is pursued."""
    assert "traitement.interet" in written().missing["analyse-d-impact"]
    told = of(written(read(EXAMPLE)), "analyse-d-impact")
    assert "si c’est la base légale\u202f: Prévenir des départs" in told


def test_only_a_pinned_model_is_called_the_published_one(app, predictor):
    """Whether the manifest is the right one is known where the address has its digest."""
    published = "Le modèle servi est celui qui a été publié"
    with app.app_context():
        for is_pinned in (True, False):
            made = write(gather(predictor, is_pinned=is_pinned), Filling())
            told = of(made, "analyse-d-impact")
            assert (published in told) is is_pinned
            assert ("FUTURISYS_MODEL" in told) is not is_pinned


def test_a_document_by_itself_is_that_of_the_whole(app, predictor):
    """What the console gives one by one is what the command writes together."""
    with app.app_context():
        facts, filling = gather(predictor), read(EXAMPLE)
        shown = tuple(handed(predictor, datetime.datetime.now(datetime.UTC)))
        made = write(facts, filling, shown)
        assert {one.name for one in made.documents} == {INDEX, *TITLES} - {FOLLOWED}
        for one in made.documents:
            own = shown if one.name == ANSWERS else ()
            assert write_one(one.name, facts, filling, own) == one


@pytest.mark.parametrize("converted", [True, False])
def test_each_heading_of_annex_iv_has_its_place(written, converted):
    """Its nine points are headings, and of the first two each letter is a row."""
    made = written(converted=converted)
    told = of(made, "documentation-technique").splitlines()
    for point in range(1, 10):
        assert [one for one in told if one.startswith(f"2.{point} ")]
    rows = [one for one in told if re.match(r"[a-h]\) ", one)]
    letters = re.findall(r"^([a-h])\)", "\n".join(rows), re.MULTILINE)
    assert set(letters) | {"h"} == set("abcdefgh")
    assert "g) et h) Interfaces et notice" in "\n".join(rows)


def test_a_table_of_groups_is_not_taken_for_the_word(written):
    """What is counted at the threshold is called so, and told apart from « Signalé »."""
    made = written(evaluation=EVALUATION)
    for name in ("analyse-d-impact", "note-au-cse", "documentation-technique"):
        told = of(made, name)
        assert "Part au seuil ou au-dessus | Départs au seuil ou au-dessus" in told
        assert "le mot «\u202fSignalé\u202f» demande que toute la fourchette y soit" in told
        assert "ignalées à tort" not in told
    assert "demande que toute la fourchette" not in whole(
        written(evaluation=EVALUATION, range=None)
    )


def proofs(made: Dossier) -> Iterator[str]:
    """What stands as code in the documents."""
    for document in made.documents:
        for run in runs(document):
            if run.kind == "code":
                yield run.text


def runs(document: Document) -> Iterator[Any]:
    for block in document.blocks:
        for part in ("line",):
            yield from getattr(block, part, ())
        for line in getattr(block, "lines", ()):
            yield from line
        for row in (getattr(block, "head", ()), *getattr(block, "rows", ())):
            for cell in row:
                yield from cell


def test_each_proof_that_is_named_exists(app, written):
    """A test, a page, a command, a file or a key that a document names is there."""
    app.config.update(KEYS | {"FUTURISYS_NOTES": "yes", "FUTURISYS_JOURNAL_KEY": "x" * 32})
    addresses = {rule.rule for rule in app.url_map.iter_rules()} | {"/apidocs"}
    told = {*proofs(written()), *proofs(written(read(EXAMPLE)))}
    tests = {one for one in told if one.startswith("tests/")}
    assert len(tests) > 20
    for one in told:
        path, _, name = one.partition("::")
        if one.startswith(("tests/", "docs/", "benchmarks/", "futurisys/", "CHANGELOG")):
            assert (ROOT / path).exists(), one
            assert not name or f"def {name}(" in (ROOT / path).read_text(), one
        elif one.startswith("/"):
            assert one in addresses or f"{one}/" in addresses, one
        elif one.startswith("flask "):
            assert is_command(app, one.split()[1:]), one
        elif one.startswith("FUTURISYS_"):
            assert one in app.config, one
        else:
            assert one in {*GAPS, *TITLES, "groups"} or re.fullmatch("[0-9a-f]{64}", one), one


def is_command(app: Flask, words: list[str]) -> bool:
    group: Any = app.cli
    for word in words:
        if word.startswith("--"):
            break
        group = getattr(group, "commands", {}).get(word)
    return group is not None


def test_nothing_is_called_lawful(written):
    """It is help: no document says that anything is « conforme » or certified."""
    told = whole(written(read(EXAMPLE))).lower()
    assert re.findall(r"\b(?:conformes?|certifiée?s?)\b", told) == []
    assert told.count("pas un conseil juridique") == len(TITLES) - 1


def test_a_page_is_whole_by_itself(written):
    """Each page is well-formed, has its contents, its date and its model, and loads nothing."""
    for document in written().documents:
        text = page(document)
        root = parsed(text)
        assert "src=" not in text
        assert "url(" not in text
        assert "http-equiv" in text
        shown = root.one("main").text
        assert f"{today():%d/%m/%Y}" in shown
        for heading in document.headings:
            assert list(root.every("a", href=f"#{heading.anchor}"))
        for line in document.lines():
            for part in line.split(" | "):
                assert " ".join(part.split()) in shown


def test_the_letter_is_the_one_that_people_get(app, predictor):
    """The models of letter and of access document are made by what makes them for people."""
    with app.app_context():
        blocks = tuple(handed(predictor, datetime.datetime.now(datetime.UTC)))
        made = write(gather(predictor), Filling(), blocks)
    [document] = [one for one in made.documents if one.name == "modeles-de-reponse"]
    titles = [one.text for one in document.headings]
    assert titles[-2:] == ["Explication d’une estimation", "Ce que le service garde de vous"]
    told = "\n".join(document.lines())
    assert "Madame, Monsieur," in told
    assert "Ce que votre employeur complète" in told
    parsed(page(document))


def test_the_model_of_access_follows_the_settings(app, predictor):
    """It says that nobody can be handed it where nobody is found, and whether numbers are kept."""
    now = datetime.datetime.now(datetime.UTC)
    unset, kept = "ce document ne peut être remis à personne", "Votre numéro d’employé, chiffré"
    with app.app_context():
        told = whole(Dossier((_handed(predictor, now),), {}))
        assert unset in told
        assert kept not in told
        app.config.update(KEYS)
        told = whole(Dossier((_handed(predictor, now),), {}))
        assert unset not in told
        assert kept in told


def _handed(predictor: Predictor, now: datetime.datetime) -> Document:
    return Document("", "", (), (), tuple(handed(predictor, now)))


@pytest.mark.slow
def test_the_command_writes_each_document_twice(app, tmp_path):
    """HTML and .docx of each, and a sentence that says how many gaps are left."""
    runner: FlaskCliRunner = app.test_cli_runner()
    folder = tmp_path / "a" / "dossier"
    done = runner.invoke(args=["dossier", "--output", str(folder)])
    assert done.exit_code == 0, done.output
    assert f"{len(GAPS)} gaps are left to fill" in done.output
    expected = [INDEX, *(name for name in TITLES if name != "rapport-de-suivi")]
    for ending in ("html", "docx"):
        assert {path.stem for path in folder.glob(f"*.{ending}")} == set(expected)
    done = runner.invoke(args=["dossier", "--output", str(folder), "--for", str(EXAMPLE)])
    assert "gaps" not in done.output
    assert "Lumière &amp; Fils" in (folder / "registre.html").read_text()


def test_the_command_ends_with_a_sentence(make_app, app, tmp_path):
    """Without a model, or with a file that says what it cannot, nothing is written."""
    args = ["dossier", "--output", str(tmp_path / "d")]
    done = make_app(FUTURISYS_MODEL=str(tmp_path)).test_cli_runner().invoke(args=args)
    assert done.exit_code == 1
    assert "No model can answer" in done.output
    wrong = tmp_path / "nous.toml"
    wrong.write_text("[cse]\nqui = 'x'")
    done = app.test_cli_runner().invoke(args=[*args, "--for", str(wrong)])
    assert done.exit_code == 1
    assert "cse.qui : cette clé n'est pas connue" in done.output
    assert not (tmp_path / "d").exists()


def test_the_command_has_help_with_an_example(app):
    """`--help` shows how it is called."""
    done = app.test_cli_runner().invoke(args=["dossier", "--help"])
    assert "flask dossier --output dossier --for futurisys/sample/dossier.toml" in done.output


def test_the_report_tells_what_the_page_tells(app, predictor):
    """Where outcomes are known there is a report: the same people, departures and sentences."""
    kept, days = Followed(app), [datetime.date(2025, 1, 6), datetime.date(2025, 7, 10)]
    app.config["FUTURISYS_HORIZON_DAYS"] = 180
    people = [hashed(number) for number in range(400)]
    kept.estimates([(one, days[0], 0.25) for one in people])
    with app.app_context():
        assert report(predictor) is None
    kept.departures([(one, datetime.date(2025, 3, 3)) for one in people[:90]])
    kept.complete(days[1])
    with app.app_context():
        found = live(Asked(), predictor)
        made = write(gather(predictor), read(EXAMPLE), (), report(predictor))
    [document] = [one for one in made.documents if one.name == "rapport-de-suivi"]
    told = "\n".join(document.lines())
    for row in ("Personnes | 400", "Départs estimés | 100,0", "Départs arrivés | 90"):
        assert row in told
    for sentence in remarks(found):
        assert typeset(sentence) in told
    assert "Consulting | 100,0 | 90" in told
    assert TO_FILL not in told


def test_a_report_of_fewer_than_ten_is_not_written(app, predictor):
    """What came of a few people would be what came of each."""
    kept = Followed(app)
    app.config["FUTURISYS_HORIZON_DAYS"] = 180
    kept.estimates([(hashed(number), datetime.date(2025, 1, 6), 0.25) for number in range(9)])
    kept.complete(datetime.date(2025, 7, 10))
    with app.app_context():
        assert live(Asked(), predictor).figures
        assert report(predictor) is None


def test_a_sentence_ends_once_however_a_value_does(tmp_path, written):
    """Whether or not a company ends its own sentence, there is one stop."""
    path = tmp_path / "nous.toml"
    texts = []
    for value in ("Garder nos équipes", "Garder nos équipes."):
        path.write_text(f'[traitement]\nfinalites = "{value}"\n')
        texts.append(whole(written(read(path))))
    assert texts[0] == texts[1]
    assert "Garder nos équipes. Ce qui est fait" in texts[0]
