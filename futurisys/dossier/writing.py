"""The documents of a dossier, written from facts and from what a company says of itself."""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from futurisys.dossier.facts import Facts
from futurisys.dossier.filling import GAPS, Filling, gap_of, words_of
from futurisys.dossier.live import Report
from futurisys.dossier.parsing import CLOSED, OPENED, blocks, hidden, line_of
from futurisys.dossier.tree import Block, Document, Line, said
from futurisys.model.statements import ASSOCIATION, NOTICE, OTHERS

TO_FILL, TO_SET = "À COMPLÉTER", "À RÉGLER"
INDEX, INDEX_TITLE = "sommaire", "Le dossier : documents, et ce qu'il y manque"
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
    "rapport-de-suivi": "Rapport de suivi : estimations et départs",
    "ce-que-la-loi-demande": "Ce que la loi demande, par date",
}
NOTICE_NAME, ANSWERS, FOLLOWED = "notice-aux-salaries", "modeles-de-reponse", "rapport-de-suivi"
# Which of them answers each thing that the law asks, by where that stands.
ANSWERING: Mapping[str, str] = {
    "RGPD, article 5": "registre",
    "RGPD, articles 13 et 14": "notice-aux-salaries",
    "RGPD, article 15": "modeles-de-reponse",
    "RGPD, article 17": "modeles-de-reponse",
    "RGPD, article 18": "modeles-de-reponse",
    "RGPD, article 21": "modeles-de-reponse",
    "RGPD, article 22": "controle-humain",
    "RGPD, article 35": "analyse-d-impact",
    "CNIL, délibération n° 2018-327 du 11 octobre 2018": "analyse-d-impact",
    "Règlement européen sur l'IA, annexe III, point 4": "documentation-technique",
    "Code du travail, article L1132-1": "analyse-d-impact",
    "Code du travail, article L1222-3": "notice-aux-salaries",
    "Code du travail, article L1222-4": "notice-aux-salaries",
    "Code du travail, article L2312-8": "note-au-cse",
    "Code du travail, article L2312-38": "note-au-cse",
    "RGPD, articles 5 et 13 : une finalité de plus": "interet-legitime",
}
# Those of a page or two.
SHORT = {NOTICE_NAME, INDEX}
SAMPLE_MARK = (
    "**DÉMONSTRATION** – Le modèle dont parle ce document a appris sur des personnes fictives : il "
    "ne dit rien de personnes réelles."
)
FICTIONAL_MARK = (
    "**EXEMPLE FICTIF** – L'entreprise, les personnes, les dates et les avis de ce document sont "
    "inventés."
)
# What stands in the place of a promise that the settings do not let anybody keep.
UNSET = (
    f"{OPENED}{TO_SET} : impossible dans les réglages actuels ; réglez FUTURISYS_SUBJECT_KEY avant "
    f"d'estimer une personne réelle.{CLOSED}"
)
AIMLESS = "rien dans les réglages actuels (FUTURISYS_SUBJECT_KEY) : il est vérifié, puis oublié"
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


def write(
    facts: Facts,
    filling: Filling,
    handed: Sequence[Block] = (),
    report: Report | None = None,
) -> Dossier:
    """The whole dossier.

    handed: what a person is handed, to follow on how they are answered. report: what came of
    estimates; without it there is no report on them.
    """
    documents, missing = [], {}
    for name in TITLES:
        if name == FOLLOWED and report is None:
            continue
        made, left = _one(name, facts, filling, handed, report)
        documents.append(made)
        missing[name] = left
    every = Dossier(tuple(documents), missing)
    index, _ = _written(INDEX, INDEX_TITLE, facts, filling, dossier=every, GAPS=GAPS)
    return replace(every, documents=(index, *documents))


def write_one(name: str, facts: Facts, filling: Filling, handed: Sequence[Block] = ()) -> Document:
    """One by itself, as it is in the whole; of the index alone all are written."""
    if name == INDEX:
        return write(facts, filling).documents[0]
    return _one(name, facts, filling, handed)[0]


def _one(
    name: str,
    facts: Facts,
    filling: Filling,
    handed: Sequence[Block],
    report: Report | None = None,
) -> tuple[Document, tuple[str, ...]]:
    made, left = _written(name, TITLES[name], facts, filling, live=report)
    if name == ANSWERS:
        made = replace(made, blocks=(*made.blocks, *handed))
    return made, left


def _written(
    name: str, title: str, facts: Facts, filling: Filling, **parts: Any
) -> tuple[Document, tuple[str, ...]]:
    """A document, and the keys of the gaps that are left in it."""
    left: dict[str, None] = {}
    template = _templates().get_template(f"{name}.txt")
    gaps = {"gap": partial(_gap, filling, left), "phrase": partial(_phrase, filling, left)}
    text = template.render(**_parts(facts), **gaps, **parts, is_newer=_is_newer(facts, filling))
    return (
        Document(
            name=name,
            title=said(line_of(title)),
            facts=line_of(_made(facts)),
            marks=tuple(_marks(name, facts, filling)),
            blocks=tuple(blocks(text)),
            is_short=name in SHORT,
        ),
        tuple(left),
    )


def _parts(facts: Facts) -> dict[str, Any]:
    told = {"NOTICE": NOTICE, "OTHERS": OTHERS, "ASSOCIATION": ASSOCIATION, "facts": facts}
    told |= {"unset": UNSET, "aimless": AIMLESS, "proofs": facts.proofs}
    return told | {"model": facts.model, "settings": facts.settings, "kept": facts.kept}


def _is_newer(facts: Facts, filling: Filling) -> bool:
    """Whether the model was trained after the committee was first told."""
    told = filling.values.get("cse.informe_le")
    return told is not None and _date(told) < _date(facts.model.created_on)


def _date(day: str) -> datetime.datetime:
    return datetime.datetime.strptime(day, "%d/%m/%Y")


def _made(facts: Facts) -> str:
    """The line below a title: when, and of which model."""
    version, digest = hidden(facts.model.version), facts.model.digest
    return f"Établi le {facts.made_on}. Modèle {version}, empreinte `{digest}`."


def _marks(name: str, facts: Facts, filling: Filling) -> Iterator[Line]:
    if facts.model.is_fictional:
        yield line_of(SAMPLE_MARK)
    if filling.fictional:
        yield line_of(FICTIONAL_MARK)
    if name != NOTICE_NAME:
        yield line_of(HELP)


def _gap(filling: Filling, left: dict[str, None], key: str) -> str:
    """What fills a gap within a sentence, or the mark of one that nobody has filled."""
    if key in filling.values:
        return filling.values[key].removesuffix(".")
    left[gap_of(key)] = None
    return f"{OPENED}{TO_FILL} : {words_of(key)}{CLOSED}"


def _phrase(filling: Filling, left: dict[str, None], key: str) -> str:
    """The same as the end of a sentence, with its stop."""
    told = _gap(filling, left, key)
    return told if told.endswith(("!", "?", "…")) else f"{told}."


@lru_cache(1)
def _templates() -> Environment:
    # What is written here is text with marks; HTML is made of it where each word is escaped.
    return Environment(  # noqa: S701
        loader=PackageLoader("futurisys.dossier", "templates/dossier"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=hidden,
    )
