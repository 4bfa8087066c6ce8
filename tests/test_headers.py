"""Columns are recognised, not spelled."""

import pytest

from futurisys.employee.answer import COLUMNS
from futurisys.employee.fields import Fact
from futurisys.employee.headers import (
    NAME_MAX,
    SPELLING_MAX,
    column_of,
    is_known,
    match_header,
    normalised,
    width_fault,
)
from futurisys.employee.schema import ASKED, DERIVED, FACTS, EmployeeSchema
from futurisys.errors import ExtractError
from tests.definition import RAISE

HEADER = list(FACTS)


def refusal(header: list[str], needed: tuple[str, ...] = ()) -> str:
    with pytest.raises(ExtractError) as caught:
        match_header(header, needed).complete("employes.csv, ligne 3")
    return str(caught.value)


def without(*names: str) -> list[str]:
    return [name for name in HEADER if name not in names]


@pytest.mark.parametrize("name", EmployeeSchema._declared_fields)
@pytest.mark.parametrize(
    "spell",
    [
        str.upper,
        str.title,
        lambda name: name.replace("_", " "),
        lambda name: name.replace("_", "-"),
        lambda name: name.replace("_", "."),
        lambda name: name.replace("_", "\u00a0"),
        lambda name: name.replace("e", "é"),
        lambda name: name.replace("e", "e\u0301"),
        lambda name: f"\ufeff {name} ",
    ],
)
def test_how_a_name_is_written_is_no_matter(name, spell):
    """Case, accents and what stands between the words aside, a declared column is known."""
    assert column_of(spell(name)) == name


@pytest.mark.parametrize("name", FACTS)
def test_the_words_of_a_field_name_its_column(name):
    """What HR reads of a field can stand above its column, whichever apostrophe is used."""
    words = FACTS[name].words
    assert column_of(words) == column_of(words.upper().replace("'", "’")) == name


def test_every_declared_spelling_names_its_own_column():
    """None of them is lost to another column."""
    for name, field in EmployeeSchema._declared_fields.items():
        for spelling in field.spellings if isinstance(field, Fact) else ():
            assert column_of(spelling) == name, spelling


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("augmentation_salaire_precedente", RAISE),
        ("Dernière augmentation de salaire", RAISE),
        ("annees_sous_responsable_actuel", "annes_sous_responsable_actuel"),
        ("nombre_heures_travaillees", "nombre_heures_travailless"),
        ("Niveau hiérarchique du poste", "niveau_hierarchique_poste"),
        ("Âge", "age"),
        ("Heures travaillées", "nombre_heures_travailless"),
    ],
)
def test_what_hr_would_write_is_known(cell, name):
    """The right spelling of a misspelt column, and its words up to the first comma."""
    assert column_of(cell) == name


@pytest.mark.parametrize(
    "cell", ["", "Satisfaction", "nom", "Prénom", "salaire", "poste" + " " * SPELLING_MAX]
)
def test_what_names_no_single_field_names_none(cell):
    """Neither what several fields could be called, nor what none is called."""
    assert column_of(cell) is None
    assert not is_known(cell)


@pytest.mark.parametrize("name", [*COLUMNS, "Ligne", "Erreurs", "niveau risque"])
def test_the_services_own_columns_are_known(name):
    """They name no field, and a header that holds them is still one."""
    assert is_known(name)
    assert column_of(name) is None


def test_what_nobody_reads_is_left_out_and_told():
    """Unknown, derived and nameless columns are told; the service's own ones apart."""
    match = match_header(["nom", *HEADER, "", DERIVED[0], "x" * 99, "Prediction", "eval_number"])
    assert list(match.columns.values()) == HEADER
    assert match.left_out == ("nom", f"colonne {len(HEADER) + 2} (sans nom)", DERIVED[0], "x" * 64)
    assert max(map(len, match.left_out)) <= NAME_MAX
    assert match.own == ("Prediction",)
    assert list(match.ignored.values()) == ["eval_number"]
    match.complete("ici")


def test_two_columns_of_one_field_are_both_named():
    """Which of them is meant cannot be known."""
    sentence = refusal(["REVENU", *HEADER, "Revenu mensuel"])
    assert sentence == (
        "employes.csv, ligne 3 : les colonnes « revenu_mensuel » et « Revenu mensuel » désignent "
        "le même champ, n'en gardez qu'une."
    )
    assert "colonne age : la colonne figure deux fois" in refusal([*HEADER, "age"])


def test_all_that_lacks_is_one_sentence():
    """Each missing column is told with the unknown one that it may be, the needed ones too."""
    header = [*without("poste", "departement", "age"), "postes", "nom"]
    assert refusal(header, ("age",)) == (
        "employes.csv, ligne 3 : il manque les colonnes departement, poste (est-ce "
        "« postes » ?) et age."
    )
    assert refusal(without("poste")) == "employes.csv, ligne 3 : il manque la colonne poste."
    assert all(name in refusal([]) for name in ASKED)


def test_a_column_is_proposed_once():
    """An unknown column is proposed for the field that it is likest to."""
    match = match_header([*without("note_evaluation_precedente", "note_evaluation_actuelle"), "x"])
    assert match.proposals == {}
    lacking = without("note_evaluation_precedente", "note_evaluation_actuelle")
    match = match_header([*lacking, "note_evaluation_actuele"])
    assert match.proposals == {len(lacking): "note_evaluation_actuelle"}


def test_what_a_person_said_is_before_what_is_recognised():
    """A column holds what a mapping says, or nothing."""
    header = [*without("revenu_mensuel"), "Salaire", "Revenu mensuel"]
    told = {"SALAIRE": "revenu_mensuel", "revenu mensuel": ""}
    match = match_header(header, mapping=told)
    match.complete("ici")
    assert match.columns[len(header) - 2] == "revenu_mensuel"
    assert match.left_out == ("Revenu mensuel",)


def test_names_are_known_by_their_letters():
    """What stands between words is dropped; signs that say something are not."""
    assert normalised("N'ombre d’Années (au-delà)_1.") == "nombredanneesaudela1"
    assert normalised("Taux %") == "taux%"


def test_a_row_of_another_width_is_told_at_the_column_that_lacks():
    """A column without a name is called by its place."""
    assert width_fault(["age", "poste"], ["41", ""]) is None
    column, sentence = width_fault(["age", ""], ["41"]) or ("", "")
    assert column == "2"
    assert sentence.startswith("2 cellules sont attendues, il y en a 1 ;")
