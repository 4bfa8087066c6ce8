"""What is said of a population: the answers, the faults of a file, and how it was read."""

from typing import Any

from marshmallow import fields

from futurisys.api.contracts import AnswerSchema, SentSchema
from futurisys.employee.headings import FILE
from futurisys.employee.reading import Reading


class LineAnswerSchema(AnswerSchema):
    """The answer for one employee of a population."""

    sometimes = ("line",)

    line = fields.Integer(
        data_key="Ligne", metadata={"description": "D'un fichier : la ligne où l'employé figure."}
    )


class LineFaultSchema(SentSchema):
    """What is wrong with one cell of a file."""

    sometimes = ("file",)

    line = fields.Integer(data_key="ligne", metadata={"example": 3})
    column = fields.String(data_key="colonne", metadata={"example": "age"})
    detail = fields.String()
    file = fields.String(
        data_key="fichier",
        metadata={"description": "De plusieurs fichiers : celui où la ligne se trouve."},
    )


class AlertSchema(SentSchema):
    """What is to be asked about a whole column of a file."""

    column = fields.String(data_key="colonne", metadata={"example": "revenu_mensuel"})
    rows = fields.Integer(
        data_key="lignes", metadata={"description": "Le nombre de lignes qui étonnent."}
    )
    of = fields.Integer(
        data_key="sur", metadata={"description": "Le nombre de lignes qui ont une valeur."}
    )
    line = fields.Integer(data_key="ligne", metadata={"description": "La première d'entre elles."})
    detail = fields.String()


class ReadingSchema(SentSchema):
    """What was read of a file, and what was not."""

    sometimes = ("matched",)

    left_out = fields.List(fields.String(), data_key="Colonnes_laissees")
    sheet = fields.String(data_key="Feuille")
    other_sheets = fields.List(fields.String(), data_key="Feuilles_non_lues")
    hidden_rows = fields.Integer(data_key="Lignes_masquees")
    matched = fields.Integer(
        data_key="Personnes_appariees",
        metadata={
            "description": "De trois extraits : le nombre de personnes qui figurent dans les trois."
        },
    )


class BatchAnswerSchema(SentSchema):
    """The answers, in the order of the request or by risk, and the faults of a file's rows."""

    sometimes = ("faults", "alerts", "reading", "file")

    predictions = fields.List(fields.Nested(LineAnswerSchema))
    faults = fields.List(
        fields.Nested(LineFaultSchema),
        data_key="erreurs",
        metadata={"description": "D'un fichier : ce qui manque aux lignes sans réponse."},
    )
    alerts = fields.List(
        fields.Nested(AlertSchema),
        data_key="Alertes",
        metadata={"description": "D'un fichier : les colonnes dont l'unité ou l'écriture étonne."},
    )
    reading = fields.Nested(
        ReadingSchema,
        data_key="Lecture",
        metadata={"description": "D'un fichier : ce qui en a été lu, et ce qui ne l'a pas été."},
    )
    file = fields.UUID(
        data_key=FILE,
        metadata={"description": "D'un fichier : sous quel identifiant il est gardé."},
    )


def document_of(reading: Reading) -> dict[str, Any]:
    """How a file was read, as the service tells it."""
    alerts = [
        {
            "colonne": alert.column,
            "lignes": alert.rows,
            "sur": alert.of,
            "ligne": alert.line,
            "detail": alert.sentence,
        }
        for alert in reading.alerts
    ]
    told: dict[str, Any] = {
        "Colonnes_laissees": reading.left_out,
        "Feuille": reading.sheet,
        "Feuilles_non_lues": reading.other_sheets,
        "Lignes_masquees": reading.hidden_rows,
    }
    if reading.matched is not None:
        told["Personnes_appariees"] = reading.matched
    return {"Alertes": alerts, "Lecture": told}
