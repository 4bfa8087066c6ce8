"""The sample: what ships is what the project's own script writes, and what HR is told it holds."""

from pathlib import Path

import pytest

from futurisys.sample import SAMPLE, __main__

RANGES = {
    "id_employee": (1, 2068),
    "age": (18, 60),
    "revenu_mensuel": (1009, 19999),
    "nombre_experiences_precedentes": (0, 9),
    "annee_experience_totale": (0, 40),
    "annees_dans_l_entreprise": (0, 40),
    "annees_dans_le_poste_actuel": (0, 18),
    "satisfaction_employee_environnement": (1, 4),
    "note_evaluation_precedente": (1, 4),
    "niveau_hierarchique_poste": (1, 5),
    "satisfaction_employee_nature_travail": (1, 4),
    "satisfaction_employee_equipe": (1, 4),
    "satisfaction_employee_equilibre_pro_perso": (1, 4),
    "note_evaluation_actuelle": (3, 4),
    "nombre_participation_pee": (0, 3),
    "nb_formations_suivies": (0, 6),
    "distance_domicile_travail": (1, 29),
    "niveau_education": (1, 5),
    "annees_depuis_la_derniere_promotion": (0, 15),
    "annes_sous_responsable_actuel": (0, 17),
}
LEVELS = {
    "genre": {"F", "M"},
    "statut_marital": {"Célibataire", "Divorcé(e)", "Marié(e)"},
    "departement": {"Commercial", "Consulting", "Ressources Humaines"},
    "poste": {
        "Assistant de Direction",
        "Cadre Commercial",
        "Consultant",
        "Directeur Technique",
        "Manager",
        "Représentant Commercial",
        "Ressources Humaines",
        "Senior Manager",
        "Tech Lead",
    },
    "domaine_etude": {
        "Autre",
        "Entrepreunariat",
        "Infra & Cloud",
        "Marketing",
        "Ressources Humaines",
        "Transformation Digitale",
    },
    "frequence_deplacement": {"Aucun", "Occasionnel", "Frequent"},
    "heure_supplementaires": {"Oui", "Non"},
    "a_quitte_l_entreprise": {"Oui", "Non"},
    "augementation_salaire_precedente": {f"{percent} %" for percent in range(11, 26)},
    "nombre_heures_travailless": {"80"},
    "nombre_employee_sous_responsabilite": {"1"},
    "ayant_enfants": {"Y"},
}
HEADERS = {
    "extrait_sirh.csv": (
        "id_employee,age,genre,revenu_mensuel,statut_marital,departement,poste,"
        "nombre_experiences_precedentes,nombre_heures_travailless,annee_experience_totale,"
        "annees_dans_l_entreprise,annees_dans_le_poste_actuel"
    ),
    "extrait_eval.csv": (
        "satisfaction_employee_environnement,note_evaluation_precedente,niveau_hierarchique_poste,"
        "satisfaction_employee_nature_travail,satisfaction_employee_equipe,"
        "satisfaction_employee_equilibre_pro_perso,eval_number,note_evaluation_actuelle,"
        "heure_supplementaires,augementation_salaire_precedente"
    ),
    "extrait_sondage.csv": (
        "a_quitte_l_entreprise,nombre_participation_pee,nb_formations_suivies,"
        "nombre_employee_sous_responsabilite,code_sondage,distance_domicile_travail,"
        "niveau_education,domaine_etude,ayant_enfants,frequence_deplacement,"
        "annees_depuis_la_derniere_promotion,annes_sous_responsable_actuel"
    ),
}


def test_the_script_writes_the_committed_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """`python -m futurisys.sample` gives again, byte for byte, what ships."""
    written = {name: tmp_path / name for name in SAMPLE}
    monkeypatch.setattr(__main__, "SAMPLE", written)
    __main__.main()
    for name, path in SAMPLE.items():
        assert written[name].read_bytes() == path.read_bytes(), name


@pytest.mark.parametrize(("extract", "header"), HEADERS.items())
def test_headers_are_hr_s_own(extract: str, header: str):
    """Columns stand under the names and in the order of HR's extracts."""
    lines = SAMPLE[extract].read_text(encoding="utf-8").splitlines()
    assert lines[0] == header
    assert len(lines) == 1 + 1470


@pytest.mark.parametrize(("column", "bounds"), RANGES.items())
def test_numbers_keep_to_their_range(rows, column, bounds):
    """Each number spans the range that the model is said to be trained on."""
    values = [row[column] for row in rows]
    assert {type(value) for value in values} == {int}
    assert (min(values), max(values)) == bounds


@pytest.mark.parametrize(("column", "levels"), LEVELS.items())
def test_words_are_those_of_hr(rows, column, levels):
    """Each column of words holds its French levels, and no other."""
    assert {row[column] for row in rows} == levels


def test_every_column_has_been_looked_at(rows):
    """Ranges, levels and the two join keys together are all 34 columns."""
    assert set(rows[0]) == {*RANGES, *LEVELS, "eval_number", "code_sondage"}


def test_join_keys_are_written_as_hr_writes_them(rows):
    """eval_number is E_ and the employee's number; code_sondage is that, padded to six digits."""
    for row in rows:
        assert row["eval_number"] == f"E_{row['id_employee']}"
        assert row["code_sondage"] == f"{row['id_employee']:06}"


def test_nobody_contradicts_the_rules_between_facts(rows):
    """What the service refuses across fields never happens in the data it was trained on."""
    for row in rows:
        assert row["annees_dans_l_entreprise"] <= row["annee_experience_totale"]
        assert row["annees_dans_le_poste_actuel"] <= row["annees_dans_l_entreprise"]
        assert row["annees_depuis_la_derniere_promotion"] <= row["annees_dans_l_entreprise"]
        assert row["annes_sous_responsable_actuel"] <= row["annees_dans_l_entreprise"]
        assert row["age"] - row["annee_experience_totale"] >= 18


def test_single_employees_have_no_savings_plan(rows):
    """All 470 single employees have nombre_participation_pee 0: the model card says so."""
    plans = [r["nombre_participation_pee"] for r in rows if r["statut_marital"] == "Célibataire"]
    assert plans == [0] * 470


def test_files_are_plain(rows):
    """The files are UTF-8 without a mark, with line feeds, as every tool reads them."""
    for path in SAMPLE.values():
        data = path.read_bytes()
        assert not data.startswith(b"\xef\xbb\xbf")
        assert b"\r" not in data
        assert data.endswith(b"\n")
