"""A list of who left is read from whatever file HR has, and nothing else of it is."""

import datetime
import io
import pickle

import openpyxl
import pytest

from futurisys.employee import declarations
from futurisys.employee.departures import NAMELESS, Departure, day_of, read, reason_of, reference
from futurisys.errors import ExtractError
from tests.declared import Contract, declaration, person

DAY = datetime.date(2026, 1, 31)
HEADER = "id_employee;date_depart;raison\n"


def refusal(content: bytes, **options: bool) -> str:
    """The sentence by which a file is refused."""
    with pytest.raises(ExtractError) as refused:
        read(content, "sorties.csv", **options)
    return str(refused.value)


@pytest.mark.parametrize(
    "header",
    [
        "id_employee;date_depart;raison",
        "Matricule;Date de sortie;Motif de départ",
        "Nom;Numéro de l'employé;Date fin contrat;MOTIF",
    ],
)
def test_the_columns_are_known_however_hr_spells_them(header):
    """Number, day and reason are found by their names; any other column is dropped."""
    columns = header.split(";")
    row = dict(zip(columns[-3:], ("0041", "31/01/2026", "Démission"), strict=True))
    line = ";".join(row.get(one, "Zénobie Phare") for one in columns)
    content = f"{header}\n{line}\n".encode("cp1252")
    assert read(content) == [Departure("41", DAY, "démission")]


def test_a_workbook_is_read_as_its_cells_show(tmp_path):
    """A date that is one, and a number that is one, are read as such."""
    book, file = openpyxl.Workbook(), io.BytesIO()
    assert book.active is not None
    for row in (["Liste 2026"], ["matricule", "départ le", "motif"], [41, DAY, "Retraite"]):
        book.active.append(row)
    book.save(file)
    assert read(file.getvalue()) == [Departure("41", DAY, "autre")]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        *((text, DAY) for text in ("31/01/2026", "31-1-2026", "31.01.2026", " 2026-01-31 ")),
        *((text, DAY) for text in ("2026-01-31 00:00:00", "2026-01-31T00:00", "31/01/2026 00:00")),
        *((text, None) for text in ("", "31/01/26", "01/31/2026", "30/02/2026", "20260131")),
        *((text, None) for text in ("31/01/0226", "3١/01/2026", "2026-01", "hier", "1" * 90)),
    ],
)
def test_a_day_is_the_french_way_or_iso(text, day):
    """Whatever else may be meant is not guessed."""
    assert day_of(text) == day


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        *((text, "démission") for text in ("Démission", "DEMISSION", "Démissionnaire", "059")),
        *((text, "autre") for text in ("autre", "Retraite", "Fin de CDD", "159", "x" * 900)),
        *((text, None) for text in ("", " ")),
    ],
)
def test_whoever_did_not_resign_left_otherwise(text, reason):
    """A resignation is told from all the rest, and silence from both."""
    assert reason_of(text) == reason


def test_each_person_leaves_once():
    """Who is listed twice left for the last time on the later day, wherever it stands."""
    rows = "41;31/01/2026;autre\n7;2025-12-01;autre\n41;01/02/2024;démission\n"
    assert read((HEADER + rows).encode()) == [
        Departure("41", DAY, "autre"),
        Departure("7", datetime.date(2025, 12, 1), "autre"),
    ]


def test_a_list_may_be_empty():
    """In some months nobody leaves, and a header says so."""
    assert read(HEADER.encode()) == []


FAULTS = [
    ("x731;31/01/2026;autre", "Numéro de l'employé"),
    ("0;31/01/2026;autre", "Numéro de l'employé"),
    (";31/01/2026;autre", "Numéro de l'employé"),
    ("731;31/13/2026;autre", "Date de départ"),
    ("731;;autre", "Date de départ"),
    ("731;31/01/2026;", "Raison"),
    ("#N/A;31/01/2026;autre", "erreur du tableur"),
    ("731;31/01/2026", "3 cellules"),
]


@pytest.mark.parametrize(("row", "told"), FAULTS)
def test_what_is_wrong_is_told_with_its_line_and_without_its_value(row, told):
    """The whole list is refused: a person who is left out would count as one who stayed."""
    sentence = refusal((HEADER + "7;31/01/2026;autre\n" + row + "\n0;;\n").encode())
    assert sentence.startswith("sorties.csv, ligne 3 : ")
    assert told in sentence
    assert "Lignes refusées de plus : 1." in sentence
    assert not {"731", "x731", "13"} & set(sentence.replace("/", " ").split())


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"id_employee;raison\n41;autre\n", "il manque la colonne qui dit la date de départ"),
        (b"nom;age\nZ;41\n", "le numéro de l'employé ni la date de départ ni la raison"),
        (b"matricule;id_employee;date;motif\n", "« matricule » et « id_employee »"),
        (b"", "vide"),
        (b"%PDF-1.7", "PDF"),
    ],
)
def test_what_is_no_list_is_refused_in_a_sentence(content, told):
    """What lacks, or is there twice, is named; a file of another kind is told what it is."""
    assert told in refusal(content)


def test_a_list_where_a_declaration_is_promised_is_refused():
    """Whoever says that a file is a declaration is told where it is none."""
    assert refusal(HEADER.encode(), declared=True) == f"sorties.csv : {declarations.NONE}"
    assert read(declaration(person("41", Contract())), declared=True) == []


@pytest.mark.parametrize("encoding", ["latin-1", "utf-8", "utf-8-sig"])
def test_a_declaration_tells_who_resigned_and_who_left_otherwise(encoding):
    """By the code of the norm, 059, in either encoding, and whoever stays is not there."""
    content = declaration(
        person("00041", Contract(ends="31012026", why="059")),
        person("7", Contract()),
        person("9", Contract(ends="15012026", why="043")),
        person("SAL-É", Contract(ends="15012026", why="059")),
        encoding=encoding,
    )
    mid = datetime.date(2026, 1, 15)
    assert read(content) == [
        Departure("41", DAY, "démission"),
        Departure("9", mid, "autre"),
        Departure("SAL-É", mid, "démission"),
    ]


def test_nothing_else_of_a_declaration_is_kept():
    """Neither a name nor the number of social security, nor pay, is in what comes out."""
    content = declaration(person("41", Contract(ends="31012026", why="059")))
    kept = pickle.dumps(read(content))
    for told in ("2990175000000", "PHARÉ", "Zénobie", "01011999", "2345.67"):
        assert told.encode("latin-1") in content
        assert told.encode() not in kept


ENDED = Contract("01032019", "31012026", "031")
STAYS = [
    ("A later contract begins.", [ENDED, Contract("01022026")]),
    ("Another contract goes on.", [Contract("01092015"), ENDED]),
    ("Of two that began on one day, one goes on.", [ENDED, Contract("01032019")]),
    ("The end is taken back.", [Contract(ends="31012026", why="099")]),
    ("The contract goes on elsewhere.", [Contract(ends="31012026", why="998")]),
]


@pytest.mark.parametrize("contracts", [one for _, one in STAYS], ids=[told for told, _ in STAYS])
def test_whoever_has_another_contract_has_not_left(contracts):
    """The end of a contract is no departure where the person goes on."""
    assert read(declaration(person("41", *contracts))) == []


def test_the_last_of_several_ends_is_the_departure():
    """Of contracts that have all ended, the last one says when and why."""
    last = Contract("01022026", "15022026", "059")
    assert read(declaration(person("41", last, ENDED))) == [
        Departure("41", datetime.date(2026, 2, 15), "démission")
    ]


def test_later_declarations_of_a_file_add_to_earlier_ones():
    """What is said later of a contract holds; that a month is silent about its end undoes none."""
    open_, closed = declaration(person("41", Contract())), declaration(person("41", ENDED))
    taken_back = declaration(person("41", ENDED._replace(why="099")))
    renewed = declaration(person("41", Contract("01022026")))
    left = [Departure("41", DAY, "autre")]
    assert read(open_ + closed) == read(closed + open_) == left
    assert read(closed + taken_back) == read(closed + renewed) == []
    assert read(closed + taken_back + closed) == left


def test_whoever_has_no_number_is_told_apart():
    """A departure of nobody who is known is not lost: it is counted, by its empty number."""
    content = declaration(*[person("", ENDED)] * 2)
    assert read(content) == [Departure(NAMELESS, DAY, "autre")] * 2
    assert reference(NAMELESS) is None


@pytest.mark.parametrize(
    ("lines", "line", "sentence"),
    [
        ([*person("41", Contract(ends="31022026", why="059"))], 18, declarations.NO_DAY),
        ([*person("41", Contract(ends="2026-731", why="059"))], 18, declarations.NO_DAY),
        ([*person("41", Contract(begins="hier731"))], 12, declarations.NO_DAY),
        ([*person("41", Contract(ends="31012026", why="7317"))], 19, declarations.NO_CODE),
        ([*person("41", Contract(ends="31012026"))], 18, declarations.NO_REASON),
        ([*person("41", Contract(why="059"))], 18, declarations.NO_DAY),
        ([*person("41"), ("S21.G00.62.001", "31012026")], 14, declarations.NO_CONTRACT),
    ],
)
def test_what_is_wrong_in_a_declaration_is_told_with_its_line(lines, line, sentence):
    """In one sentence, which repeats nothing of it."""
    content = declaration(lines)
    assert refusal(content) == f"sorties.csv, ligne {line} : {sentence}"


def test_a_declaration_without_people_or_quotes_is_refused():
    """An empty one is the wrong file; a value without its quotes is not guessed."""
    assert refusal(declaration()) == f"sorties.csv : {declarations.NO_PERSON}"
    content = declaration(person("41", ENDED)).replace(b"'31012026'", b"31012026")
    assert refusal(content) == f"sorties.csv, ligne 18 : {declarations.MALFORMED}"
