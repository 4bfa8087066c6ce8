"""The documents of a dossier, written from facts and from what a company says of itself."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from futurisys.dossier.facts import Facts
from futurisys.dossier.filling import GAPS, Filling
from futurisys.dossier.parsing import CLOSED, OPENED, blocks, hidden, line_of
from futurisys.dossier.tree import Document, Line
from futurisys.model.statements import ASSOCIATION, NOTICE, OTHERS

TO_FILL = "À COMPLÉTER"
INDEX = "sommaire"
# Each by the name of its template and files, in the order in which they are read.
TITLES: Mapping[str, str] = {
    "analyse-d-impact": "Analyse d'impact relative à la protection des données",
    "note-au-cse": "Note d'information au comité social et économique",
    "notice-aux-salaries": "Ce que vous devez savoir de l'estimation des départs",
    "registre": "Fiche du registre des activités de traitement",
    "interet-legitime": "Mise en balance de l'intérêt légitime",
    "documentation-technique": "Notice d'utilisation et documentation technique",
    "controle-humain": "Procédure de contrôle humain",
    "modeles-de-reponse": "Répondre à une personne : modèles et procédure",
    "ce-que-la-loi-demande": "Ce que la loi demande, par date",
}
# Those of a page or two.
SHORT = {"notice-aux-salaries", INDEX}
SAMPLE_MARK = (
    "**DÉMONSTRATION** – Le modèle dont parle ce document a appris sur des personnes fictives : il "
    "ne dit rien de personnes réelles."
)
FICTIONAL_MARK = (
    "**EXEMPLE FICTIF** – L'entreprise, les personnes, les dates et les avis de ce document sont "
    "inventés."
)
HELP = (
    "Aide à la rédaction, préparée par le service d'après ses réglages et son modèle ; ce n'est "
    "pas un conseil juridique. Relisez, corrigez, et faites relire."
)


@dataclass(frozen=True)
class Dossier:
    """The documents, the index first; missing: the gaps that are left of each, by its name."""

    documents: tuple[Document, ...]
    missing: Mapping[str, tuple[str, ...]]

    @property
    def gaps(self) -> dict[str, list[str]]:
        """In which documents each gap is left, by its key, in the order of `GAPS`."""
        found = {key: [n for n, keys in self.missing.items() if key in keys] for key in GAPS}
        return {key: names for key, names in found.items() if names}


def write(facts: Facts, filling: Filling, more: Mapping[str, Document] | None = None) -> Dossier:
    """The whole dossier; more: documents that are not written from a template of this room."""
    written = [_written(name, facts, filling) for name in TITLES]
    documents = [document for document, _ in written]
    missing = {document.name: keys for document, keys in written}
    every = Dossier((*documents, *(more or {}).values()), missing)
    index, _ = _written(INDEX, facts, filling, dossier=every, GAPS=GAPS)
    return replace(every, documents=(index, *every.documents))


def _written(
    name: str, facts: Facts, filling: Filling, **parts: Any
) -> tuple[Document, tuple[str, ...]]:
    """A document, and the keys of the gaps that are left in it."""
    left: dict[str, None] = {}
    template = _templates().get_template(f"{name}.txt")
    text = template.render(**_parts(facts), gap=partial(_gap, filling, left), **parts)
    title = "Le dossier : documents, et ce qu'il y manque" if name == INDEX else TITLES[name]
    [said] = [line_of(title)]
    return (
        Document(
            name=name,
            title="".join(run.text for run in said),
            facts=line_of(_made(facts)),
            marks=tuple(_marks(facts, filling)),
            blocks=tuple(blocks(text)),
            is_short=name in SHORT,
        ),
        tuple(left),
    )


def _parts(facts: Facts) -> dict[str, Any]:
    told = {"NOTICE": NOTICE, "OTHERS": OTHERS, "ASSOCIATION": ASSOCIATION, "facts": facts}
    return told | {"model": facts.model, "settings": facts.settings, "kept": facts.kept}


def _made(facts: Facts) -> str:
    """The line below a title: when, and of which model."""
    version, digest = hidden(facts.model.version), facts.model.digest
    return f"Établi le {facts.made_on}. Modèle {version}, empreinte `{digest}`."


def _marks(facts: Facts, filling: Filling) -> Iterator[Line]:
    if facts.model.is_fictional:
        yield line_of(SAMPLE_MARK)
    if filling.fictional:
        yield line_of(FICTIONAL_MARK)
    yield line_of(HELP)


def _gap(filling: Filling, left: dict[str, None], key: str) -> str:
    """What fills a gap, or the mark of one that nobody has filled."""
    words, _ = GAPS[key]
    if key in filling.values:
        return filling.values[key]
    left[key] = None
    return f"{OPENED}{TO_FILL} : {words}{CLOSED}"


@lru_cache(1)
def _templates() -> Environment:
    # What is written here is text with marks; HTML is made of it where each word is escaped.
    return Environment(  # noqa: S701
        loader=PackageLoader("futurisys.dossier", "templates/dossier"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=hidden,
    )
