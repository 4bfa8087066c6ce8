"""What a person is handed, to be read and printed: all that is kept of them, or one estimate."""

import datetime
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import groupby
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from futurisys.employee import typography
from futurisys.employee.answer import IDENTIFIER, SENT, documents
from futurisys.employee.schema import KEPT, value_of
from futurisys.employee.typography import NARROW, typeset
from futurisys.model.card import Card
from futurisys.model.explain import factors
from futurisys.model.statements import FRENCH, NOTICE, OTHERS
from futurisys.operations import journal
from futurisys.operations.clock import zone
from futurisys.operations.disclosure import Disclosure, Estimate, Explained
from futurisys.operations.retention import periods
from futurisys.operations.telling import tell

# How many reasons each way a letter tells.
FIRST = 5
# What was done, and why, by the journal's word for it.
WHY: Mapping[str, str] = {
    journal.PERSON: "Votre page a été ouverte, pour lire l'estimation et ses raisons",
    journal.NUMBERS: "Votre numéro d'employé a été affiché, pour savoir de qui il s'agissait",
    journal.EXPORT: "Vos données ont été remises sous forme de fichier",
    journal.ACCESS: "Un document comme celui-ci a été établi, pour répondre à une demande d'accès",
    journal.LETTER: "Une lettre d'explication d'une estimation a été établie",
    journal.COMPARISON: "Vos estimations de deux fichiers ont été comparées",
    journal.SIMULATION: "Un changement a été simulé à partir de vos données",
    journal.REVIEW: "Un avis sur votre estimation a été noté ou lu",
    journal.LINES: "Le journal de ce qui a été montré de vous a été lu",
    journal.REQUEST: "Une demande de votre part a été enregistrée ou suivie",
    journal.OUTCOME_CHANGED: "Le jour ou la raison de votre départ a été corrigé",
}


def access_page(found: Disclosure, card: Card | None) -> str:
    """All that is kept of a person as an HTML document; card: of the model that is served."""
    before = [None, *found.estimates]
    told = [
        tell(one, card, before=last) for one, last in zip(found.estimates, before, strict=False)
    ]
    return render(
        "access.html",
        vars(found)
        | {
            "estimates": told,
            "counted": _counted(found) if told else "",
            "fictional": any(_is_fictional(one, card) for one in found.estimates),
            "openings": list(_openings(found)),
            "journal_days": periods().journal.days,
            "purpose": FRENCH.purpose,
            "excluded": FRENCH.excluded,
        },
    )


def letter(found: Explained, card: Card | None) -> str:
    """Why an estimate was what it was, and what came of it, as a letter in HTML."""
    one = found.estimate
    told = {"one": tell(one, card, FIRST), "fictional": _is_fictional(one, card)}
    return render("letter.html", vars(found) | told)


def access_document(found: Disclosure) -> dict[str, Any]:
    """The same as JSON has it, numbers as they are kept."""
    return {
        "Etabli_le": found.made_at.isoformat(),
        "Numero": found.number,
        "Numero_garde": found.is_numbered,
        "Estimations": [_estimate(one) for one in found.estimates],
        "Demandes": [_request(row) for row in found.requests],
        "Consultations": [
            {"Date": one.at.isoformat(), "Action": one.action, "Motif": _why(one.action)}
            for one in found.openings
        ],
        "Depart": found.departure and _departure(found.departure),
        "Opposition_depuis": found.opposed_since and found.opposed_since.isoformat(),
        "Noms_de_demandes": found.names,
    }


def _estimate(one: Estimate) -> dict[str, Any]:
    kept, answer = one.kept, one.kept.answer
    members = {name: [getattr(answer, name)] for name in SENT if name != IDENTIFIER}
    [said] = documents(members | {IDENTIFIER: [kept.identifier]})
    return {
        "Date": kept.created_at.isoformat(),
        "Ligne": kept.line,
        **said,
        "Employe": {name: _value(name, kept.facts[name]) for name in KEPT},
        "Base": answer.base,
        "Facteurs": [
            {
                "Variable": factor.field,
                "Valeur": value_of(factor.field, factor.value),
                "Effet": factor.effect,
                "Effet_probabilite": factor.share,
                "Sens": factor.direction,
                "Phrase": factor.sentence,
            }
            for factor in factors(kept.facts, answer.base, answer.effects)
        ],
        "Avis": [_review(row) for row in one.reviews],
        "Efface_le": {
            "Raisons": one.goes.named.isoformat(),
            "Donnees": one.goes.facts.isoformat(),
            "Reste": one.goes.rows.isoformat(),
        },
    }


def _value(name: str, value: Any) -> Any:
    return None if value is None else value_of(name, value)


def _review(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "Date": row["created_at"].isoformat(),
        "Avis": row["kind"],
        "Mesure": row["measure"],
        "Personne_informee": row["informed"],
        "Note": row["note"],
        "A_revoir_le": row["back_on"] and row["back_on"].isoformat(),
    }


def _request(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "Demande": row["kind"],
        "Estimation": row["prediction_id"],
        "Recue_le": row["received_on"].isoformat(),
        "Reponse_due_le": row["due_on"].isoformat(),
        "Prolongation": row["extension"],
        "Suite": row["outcome"],
        "Close_le": row["closed_at"] and row["closed_at"].isoformat(),
    }


def _departure(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "Le": row["left_on"].isoformat(),
        "Raison": row["reason"],
        "Enregistre_le": row["created_at"].isoformat(),
    }


def _counted(found: Disclosure) -> str:
    """How much there is of each thing: "3 estimations, 2 avis à leur sujet et 1 demande"."""
    reviews = sum(len(one.reviews) for one in found.estimates)
    counts = [
        (len(found.estimates), "estimation", "estimations"),
        (reviews, "avis à leur sujet", "avis à leur sujet"),
        (len(found.requests), "demande de votre part", "demandes de votre part"),
    ]
    *first, last = [f"{many} {one if many < 2 else more}" for many, one, more in counts if many]
    return f"{', '.join(first)} et {last}" if first else last


def _openings(found: Disclosure) -> Iterator[tuple[str, str, int]]:
    """When and why, and how often within that minute."""
    told = ((_moment(one.at), _why(one.action)) for one in found.openings)
    for (at, why), same in groupby(told):
        yield at, why, len(list(same))


def _why(action: str) -> str:
    return WHY.get(action, action)


def _is_fictional(one: Estimate, card: Card | None) -> bool:
    """Whether the model had learnt from fictional people; where that is unknown, the card says."""
    if one.fictional is None:
        return card is not None and card.fictional
    return one.fictional


def _day(when: datetime.date) -> str:
    return typography.day(when, zone())


def _moment(when: datetime.datetime) -> str:
    return typography.moment(when, zone())


@lru_cache(1)
def _templates() -> Environment:
    loader = PackageLoader("futurisys.operations")
    found = Environment(loader=loader, autoescape=True, undefined=StrictUndefined)
    found.globals |= {"NARROW": NARROW, "NOTICE": NOTICE, "OTHERS": OTHERS}
    found.filters |= {"typeset": typeset, "date": _day, "moment": _moment}
    return found


def render(name: str, parts: Mapping[str, Any]) -> str:
    """A document of this folder, filled with its parts."""
    return _templates().get_template(f"documents/{name}").render(parts)
