"""The journal as it is read: by kinds and counts, or of one person; never of who has worked."""

from typing import Any

from flask import g, render_template, request

from futurisys.console.blueprint import OVERSIGHT, RIGHTS, blueprint, door
from futurisys.console.forms import typed_reference
from futurisys.employee.schema import REFERENCE
from futurisys.operations import chain
from futurisys.operations import journal as operation
from futurisys.operations.privacy import subjects_tried
from futurisys.operations.retention import periods
from futurisys.operations.sealing import keeps_hashes
from futurisys.operations.verdicts import WORDS

# What a reader calls each kind of line; another is called as it is.
KINDS = {
    operation.PERSON: "Page d'une personne",
    operation.NUMBERS: "Page avec des numéros",
    operation.EXPORT: "Tableau ou dossier remis",
    operation.COMPARISON: "Comparaison de deux fichiers",
    operation.SIMULATION: "« Et si… » d'un groupe, ou d'une estimation conservée",
    operation.REVIEW: "Suite donnée à une estimation",
    operation.REQUEST: "Demande d'une personne",
    operation.ACCESS: "Document d'accès",
    operation.LETTER: "Lettre d'explication",
    operation.LINES: "Journal lu au sujet d'une personne",
    operation.OUTCOMES: "Liste de départs gardée",
    operation.OUTCOME_CHANGED: "Départ corrigé",
    operation.LEARNING: "Modèle entraîné sur ce qui est gardé",
    operation.TRIAL: "Essai à blanc commencé",
    **{kind: f"Essai à blanc : {WORDS[word]}" for word, kind in operation.VERDICTS.items()},
    operation.TRIAL_FILES: "Fichiers d'un essai à blanc effacés",
    "delete": "Fichier supprimé",
    "erase": "Personne effacée",
    "purge": "Purge",
    "retention": "Fin de conservation",
}


@blueprint.get("/console/journal")
@door(scopes=OVERSIGHT)
def journal() -> str:
    return _page()


@blueprint.post("/console/journal")
@door(scopes=RIGHTS)
def journal_about() -> Any:
    """The same about one person, whose number stands in no address."""
    typed = request.form.get(REFERENCE, "").replace("\0", "").strip()
    faults: dict[str, str] = {}
    reference = typed_reference(typed, faults)
    if reference is None:
        return _page(typed=typed, fault=faults[REFERENCE]), 422
    return _page(typed=typed, lines=operation.about(subjects_tried(reference), g.caller))


def _page(**about: Any) -> str:
    sees_counts = "admin" in g.caller.scopes
    return render_template(
        "console/journal.html",
        kinds=KINDS,
        counts=operation.counts() if sees_counts else None,
        head=chain.head() if sees_counts else None,
        recent=operation.RECENT.days,
        days=periods().journal.days,
        asks="rights" in g.caller.scopes,
        keeps=keeps_hashes(),
        most=operation.LINES_MAX,
        **about,
    )
