"""A match can be taken home and given next time."""

import pytest

from futurisys.employee.headers import match_header
from futurisys.employee.mapping import MAPPING_MAX, ColumnMapping, read_mapping
from futurisys.employee.schema import FACTS
from futurisys.errors import ExtractError

NAME = "correspondance.toml"
HEADER = [*(name for name in FACTS if name != "revenu_mensuel"), "Salaire", "nom", "x\x7f\"'\\\té"]
TOLD = {"Salaire": "revenu_mensuel"}
TOLD_CELLS = """
[colonnes]
Salaire = "revenu_mensuel"
[echelles]
Salaire = 1000
[valeurs."Fréquence de déplacement"]
Souvent = "Frequent"
""".encode()


def refusal(content: str | bytes) -> str:
    with pytest.raises(ExtractError) as caught:
        read_mapping(content.encode() if isinstance(content, str) else content, NAME)
    return str(caught.value)


def test_a_match_comes_back_as_it_went():
    """Whatever a column is called, the file that is written says the same when it is read."""
    match = match_header(HEADER, mapping=TOLD)
    taken = ColumnMapping.of(match)
    given = read_mapping(taken.text().encode(), NAME)
    assert given == taken
    assert match_header(HEADER, mapping=given.told) == match


def test_what_is_said_of_cells_comes_back_too():
    """Scales and values are taken home with the columns that they are said of."""
    given = read_mapping(TOLD_CELLS, NAME)
    taken = ColumnMapping.of(match_header(HEADER, mapping=given.told), given)
    again = read_mapping(taken.text().encode(), NAME)
    assert (again.scales, again.values) == (given.scales, given.values)
    assert again == taken
    assert read_mapping(TOLD_CELLS.replace(b"1000", b"100"), NAME).digest != given.digest


@pytest.mark.slow
def test_a_very_wide_table_has_a_match_that_can_be_given():
    """However many columns nobody reads, what is taken home is taken back."""
    match = match_header([*HEADER, *(f"{n} {'x' * 50}" for n in range(16_000))], mapping=TOLD)
    taken = ColumnMapping.of(match)
    assert read_mapping(taken.text().encode(), NAME) == taken


def test_its_digest_is_of_what_it_says():
    """The order of the lines and a remark change nothing, a field does."""
    plain = read_mapping(b'laissees = ["nom"]\n[colonnes]\nA = "poste"\nB = "age"\n', NAME)
    other = b'# ici\nlaissees = [ "nom" ]\n[colonnes]\n"B" = "age"\n"A" = "poste"\n'
    assert read_mapping(other, NAME).digest == plain.digest
    assert read_mapping(other.replace(b"age", b"genre"), NAME).digest != plain.digest
    assert len(plain.digest) == 64


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("[colonnes", "lisible"),
        (b"\xff\xfe", "lisible"),
        ("a = " + "[" * 5000, "lisible"),
        (f"laissees = [{'9' * 5000}]", "lisible"),
        (b" " * (MAPPING_MAX + 1), "64 Kio au plus"),
        ("unites = {}", "« unites » est inconnu"),
        ("colonnes = 1", "une table [colonnes]"),
        ('[colonnes]\nA = ["poste"]', "une table [colonnes]"),
        ("laissees = [1]", "une table [colonnes]"),
        ('[colonnes]\nA = "salaire"', "le champ « salaire » n'existe pas"),
        ('[colonnes]\nA = "satisfaction_globale"', "n'existe pas"),
        ('[colonnes]\nA = "age"\nB = "age"', "« A » et « B »"),
        ('[colonnes]\nA = "age"\na = "poste"', "« a » figure deux fois"),
        ('laissees = ["A"]\n[colonnes]\nA = "age"', "« A » figure deux fois"),
        ('[colonnes]\n"" = "age"', "n'a pas de nom"),
        ("echelles = 1", "une table [echelles]"),
        ("[echelles]\nposte = 2", "avec une colonne de nombres"),
        ("[echelles]\nSalaire = 2", "avec une colonne de nombres"),
        ("[echelles]\nrevenu_mensuel = 0", "un nombre entre"),
        ("[echelles]\nrevenu_mensuel = nan", "un nombre entre"),
        ("[echelles]\nrevenu_mensuel = true", "un nombre entre"),
        ('[echelles]\nrevenu_mensuel = "12"', "un nombre entre"),
        ("[valeurs]\nposte = 1", "une table [valeurs.colonne]"),
        ("[valeurs.poste]\nVendeur = 1", "une table [valeurs.colonne]"),
    ],
)
def test_what_is_no_mapping_is_one_sentence(content, words):
    """Unknown keys and fields, a field or a column twice, and what is no TOML are refused."""
    sentence = refusal(content)
    assert sentence.startswith(f"{NAME} : ")
    assert words in sentence
    assert sentence.endswith(".")


def test_a_mapping_may_say_little():
    """An empty file says nothing."""
    assert read_mapping(b"", NAME) == ColumnMapping({})


@pytest.mark.parametrize("scale", ["0.000001", "1000000", "1e-6", "1_000_000.0"])
def test_a_scale_may_be_as_small_and_as_large_as_is_said(scale: str):
    """The bounds of the sentence are bounds that are taken."""
    told = read_mapping(f"[echelles]\nrevenu_mensuel = {scale}".encode(), NAME)
    assert told.scales == {"revenu_mensuel": float(scale)}
