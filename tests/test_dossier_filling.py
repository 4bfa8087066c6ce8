"""What a company says of itself is read key by key, and each field has a reason to be asked."""

import re

import pytest

from futurisys.dossier.filling import GAPS, gap_of, read
from futurisys.employee.schema import FACTS
from futurisys.errors import DossierRefused
from tests.server import ROOT

EXAMPLE = ROOT / "futurisys" / "sample" / "dossier.toml"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[cse]\navi = 'x'", "cse.avi : cette clé n'est pas connue, peut-être « cse.avis »."),
        ("rien = 1", "rien : cette clé n'est pas connue."),
        ("[cse]\nconsulte_le = 'hier'", "cse.consulte_le : on attend une date, comme 2026-10-12."),
        ("[cse]\nconsulte_le = 2026-10-12T10:00:00", "cse.consulte_le : on attend une date"),
        ("[entreprise]\neffectif = true", "entreprise.effectif : on attend un nombre entier."),
        ("[risques]\nperte = 'faible'", "risques.perte : on attend une table de trois textes"),
        (
            "[risques]\nperte = {gravite = 'x'}",
            "risques.perte : on attend une table de trois textes",
        ),
        ("[entreprise]\nnom = 3", "entreprise.nom : on attend un texte."),
        ("[entreprise]\nnom = 'a\\u0000'", "entreprise.nom : on attend un texte."),
        ("fictif = 'oui'", "fictif : on attend true ou false."),
        ("[entreprise", "ce n'est pas du TOML"),
    ],
)
def test_what_a_file_cannot_say_is_refused_by_key(tmp_path, text, said):
    """An unknown key, or a value of another kind, is one sentence with the file and the key."""
    path = tmp_path / "nous.toml"
    path.write_text(text.replace("'", '"') if "u0000" in text else text)
    with pytest.raises(DossierRefused) as refused:
        read(path)
    assert str(refused.value).startswith(str(path))
    assert said in str(refused.value)


@pytest.mark.parametrize("said", ["aucun", "Aucun."])
def test_who_has_no_officer_is_not_asked_how_to_reach_one(tmp_path, said):
    """« aucun » fills what is asked of an officer; a name leaves it to be filled."""
    path = tmp_path / "nous.toml"
    path.write_text(f'[delegue]\nnom = "{said}"\n')
    assert {"delegue.contact", "delegue.avis"} <= set(read(path).values)
    path.write_text('[delegue]\nnom = "Mme Aucunet"\n')
    assert set(read(path).values) == {"delegue.nom"}


def test_the_example_has_every_key_and_no_other():
    """What ships shows each key that may be filled."""
    assert {gap_of(key) for key in read(EXAMPLE).values} == set(GAPS)


def test_each_field_has_a_reason_to_be_asked():
    """A clause that follows « pour », for every field, and for no two the same but with care."""
    for name, fact in FACTS.items():
        assert re.match(r"[a-zé]+(er|ir|re) ", fact.reason), name
        assert not fact.reason.endswith("."), name
    assert len({fact.reason for fact in FACTS.values()}) == len(FACTS)
