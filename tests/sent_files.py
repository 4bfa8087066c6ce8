"""Files as people really send them, each of the same six people, and what has to become of them."""

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field

from tests import poison
from tests.population import Rows, sample_rows, table
from tests.spreadsheets import book, people_rows, row, sheets, styles

PEOPLE: Rows = sample_rows()[:6]
HEADER = list(PEOPLE[0])
RAISE, SALARY, OVERTIME = (
    "augementation_salaire_precedente",
    "revenu_mensuel",
    "heure_supplementaires",
)


@dataclass(frozen=True)
class Sent:
    """A file; refused: what its one sentence says, where it is no table.

    faults: what a sentence says on each line that has no answer. remarks: what is said of the file.
    changed: the lines whose answers are others than those of the plain table.
    """

    content: bytes
    name: str = "employes.csv"
    refused: str = ""
    faults: Mapping[int, str] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
    changed: tuple[int, ...] = ()
    first_line: int = 2


def changed(column: str, *values: str) -> Rows:
    """The people with other values in one column."""
    return [one | {column: value} for one, value in zip(PEOPLE, values, strict=True)]


def semicolons(rows: Rows) -> str:
    return table(rows, delimiter=";")


def numbers_with_format(code: str) -> bytes:
    """A workbook in which raises are numbers shown by a format."""
    place = HEADER.index(RAISE)
    rows = [row(1, *HEADER)]
    for number, one in enumerate(PEOPLE, 2):
        cells = list(one.values())
        value = cells[place].removesuffix(" %")
        marked = row(number, *cells[:place], "@", *cells[place + 1 :])
        rows.append(marked.replace('<c t="inlineStr"><is><t>@</t></is></c>', _number(value)))
    return book("".join(rows), xl__styles=styles(code))


def formulas() -> bytes:
    """A workbook whose salaries were never computed."""
    rows = people_rows(PEOPLE)
    for one in PEOPLE:
        rows = rows.replace(
            f'<c t="inlineStr"><is><t>{one[SALARY]}</t></is></c>', "<c><f>A1+1</f></c>"
        )
    return book(rows)


def errors() -> bytes:
    """A workbook with error cells, in a column of text too."""
    rows = [dict(one) for one in PEOPLE]
    rows[0]["departement"], rows[1]["poste"], rows[2][SALARY] = "#REF!", "#N/A", "#DIV/0!"
    return book(people_rows(rows))


def filtered() -> bytes:
    """A workbook three rows of which a filter hides."""
    rows = people_rows(PEOPLE)
    for number in (3, 4, 6):
        rows = rows.replace(f'<row r="{number}">', f'<row r="{number}" hidden="1">')
    return book(rows)


def hidden_first() -> bytes:
    """A workbook whose first sheet nobody sees."""
    settings = ("Paramètres", "hidden", row(1, "Seuil", "3"))
    return sheets(settings, ("Base", "visible", people_rows(PEOPLE)))


def wider() -> str:
    """A table whose rows end in one separator more than its header."""
    first, *lines = semicolons(PEOPLE).splitlines()
    return "\n".join([first, *(f"{line};" for line in lines)])


def opendocument() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    return file.getvalue()


def with_password() -> bytes:
    """As much of an OLE file as says that a workbook is encrypted in it."""
    names = b"".join(
        name.encode("utf-16-le").ljust(128, b"\0")
        for name in ("EncryptionInfo", "EncryptedPackage")
    )
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0") + names


def _number(value: str) -> str:
    return f'<c s="1"><v>{value}</v></c>'


_UPPER = semicolons([{name.upper(): value for name, value in one.items()} for one in PEOPLE])
_MORE = semicolons([{"nom": "X", "e-mail": "z@exemple.invalid", **one} for one in PEOPLE])
_WORDS = semicolons(changed(OVERTIME, "OUI", "non", " Oui ", "VRAI", "0", "O"))
_THOUSANDS = table([one | {SALARY: f"{int(one[SALARY]):,}"} for one in PEOPLE])
XLSX = "employes.xlsx"

FILES: Mapping[str, Sent] = {
    "plain": Sent(semicolons(PEOPLE).encode()),
    "Unicode text": Sent(table(PEOPLE, delimiter="\t").encode("utf-16"), "employes.txt"),
    "tab": Sent(table(PEOPLE, delimiter="\t").encode()),
    "separator's line": Sent(f"\ufeffsep=;\r\n{semicolons(PEOPLE)}".encode(), first_line=3),
    "Windows-1252": Sent(semicolons(PEOPLE).encode("cp1252")),
    "thousands": Sent(
        _THOUSANDS.encode(),
        remarks=(f"Colonne {SALARY}, 6 lignes sur 6", "milliers écrits à l'américaine"),
        changed=(2, 3, 4, 5, 6, 7),
    ),
    "yes and no": Sent(_WORDS.encode(), faults={7: "« Oui », « Non »"}),
    "wider rows": Sent(wider().encode()),
    "capitals": Sent(_UPPER.encode()),
    "title": Sent(f"Export SIRH du 26/11/2026\n\n{semicolons(PEOPLE)}".encode(), first_line=4),
    "more columns": Sent(_MORE.encode(), remarks=("Colonnes laissées de côté : nom, e-mail.",)),
    "workbook": Sent(book(people_rows(PEOPLE)), XLSX),
    "short dimension": Sent(poison.short_dimension(PEOPLE), XLSX),
    "hidden first sheet": Sent(
        hidden_first(), XLSX, remarks=("« Base » a été lue", "Non lues : « Paramètres »")
    ),
    "formulas": Sent(
        formulas(), XLSX, faults=dict.fromkeys(range(2, 8), "la valeur de la formule n'est pas")
    ),
    "literal percent": Sent(numbers_with_format('0.0" %"'), XLSX),
    "error cells": Sent(errors(), XLSX, faults=dict.fromkeys((2, 3, 4), "une erreur du tableur")),
    "filtered rows": Sent(filtered(), XLSX, remarks=("3 lignes masquées ou filtrées",)),
    "lost cell": Sent(poison.cell_in_row(1_048_576, PEOPLE, " "), XLSX),
    "password": Sent(with_password(), XLSX, refused="protégé par un mot de passe"),
    "OpenDocument": Sent(opendocument(), "employes.ods", refused="OpenDocument (.ods)"),
}
