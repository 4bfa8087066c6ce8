"""What only people know: the gaps that a company fills, and the file in which it does."""

import datetime
import difflib
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from futurisys.employee.typography import number
from futurisys.errors import DossierRefused

TEXT, DAY, COUNT = "un texte", "une date, comme 2026-10-12", "un nombre entier"
RISK = "une table de trois textes : gravite, vraisemblance et apres"
TEXT_MAX = 2000
FICTIONAL = "fictif"
# Who has no officer has none to be reached or heard.
OFFICER, OFFICERS, NOBODY = "delegue.nom", ("delegue.contact", "delegue.avis"), "aucun"
# How a risk is judged, by the names of what says it within the table of one.
JUDGED = {"gravite": "gravité", "vraisemblance": "vraisemblance", "apres": "après les mesures"}
# Each as [table] and name of the file, with what a reader is to fill in, and what is expected.
GAPS: Mapping[str, tuple[str, str]] = {
    "entreprise.nom": ("nom de l'entreprise", TEXT),
    "entreprise.effectif": ("effectif de l'entreprise", COUNT),
    "responsable.nom": ("responsable du traitement (ou responsables conjoints)", TEXT),
    "responsable.contact": ("comment joindre le responsable du traitement", TEXT),
    "delegue.nom": ("délégué à la protection des données, ou « aucun »", TEXT),
    "delegue.contact": ("comment joindre le délégué", TEXT),
    "delegue.avis": ("avis du délégué sur cette analyse, et sa date", TEXT),
    "traitement.finalites": ("finalités retenues par l'entreprise", TEXT),
    "traitement.base_legale": ("base légale retenue, pour chaque finalité", TEXT),
    "traitement.interet": ("intérêt légitime poursuivi, si c'est la base légale", TEXT),
    "traitement.perimetre": ("qui est concerné, tous les salariés ou quels départements", TEXT),
    "traitement.necessite": ("pourquoi un moyen moins intrusif ne suffirait pas", TEXT),
    "traitement.compatibilite": ("lien avec ce qui était annoncé du sondage, garanties", TEXT),
    "traitement.destinataires": ("destinataires des données, par fonction", TEXT),
    "traitement.hebergement": ("où et par qui le service est hébergé", TEXT),
    "traitement.sous_traitants": ("sous-traitants, ou « aucun »", TEXT),
    "traitement.transferts": ("transferts hors de l'Union européenne, ou « aucun »", TEXT),
    "traitement.debut": ("jour de la première estimation prévue", DAY),
    "traitement.usages": ("ce qui est fait d'une estimation, et par qui", TEXT),
    "securite.mesures": ("mesures de sécurité de l'hébergement et des postes", TEXT),
    "securite.sauvegardes": ("jusqu'à quand les sauvegardes gardent des données", TEXT),
    "salaries.contact": ("à qui les salariés s'adressent", TEXT),
    "salaries.informes_le": ("jour où les salariés ont été informés", DAY),
    "salaries.informes_par": ("comment les salariés ont été informés", TEXT),
    "salaries.avis": ("avis recueilli des salariés ou de leurs représentants", TEXT),
    "cse.informe_le": ("jour où le comité a reçu cette note", DAY),
    "cse.consulte_le": ("jour de la réunion de consultation", DAY),
    "cse.avis": ("avis rendu par le comité, et sa date", TEXT),
    "controle.personnes": ("personnes chargées du contrôle humain, par fonction", TEXT),
    "controle.formation": ("formation que ces personnes ont reçue", TEXT),
    "controle.suspension": ("qui peut suspendre l'usage du service", TEXT),
    "controle.rythme": ("à quel rythme le contrôle est passé en revue", TEXT),
    "fournisseur.nom": ("fournisseur du système au sens du règlement sur l'IA", TEXT),
    "fournisseur.contact": ("comment joindre le fournisseur", TEXT),
    "risques.erreur": ("risque d'estimation fausse", RISK),
    "risques.discrimination": ("risque de discrimination", RISK),
    "risques.surveillance": ("risque de surveillance", RISK),
    "risques.acces": ("risque d'accès illégitime", RISK),
    "risques.perte": ("risque de modification ou de perte", RISK),
    "conclusion.risques": ("risques qui restent, jugés par l'entreprise", TEXT),
    "conclusion.interet": ("pourquoi l'intérêt l'emporte, ou non, sur ceux des personnes", TEXT),
    "conclusion.decision": ("décision du responsable du traitement", TEXT),
    "conclusion.revue_le": ("jour de la prochaine revue de cette analyse", DAY),
}


@dataclass(frozen=True)
class Filling:
    """What a company says of itself, as it is to be written; fictional: whether it is invented."""

    values: Mapping[str, str] = field(default_factory=dict)
    fictional: bool = False


def gap_of(key: str) -> str:
    """Which of `GAPS` a key fills: itself, or the risk that it judges."""
    return key if key in GAPS else key.rpartition(".")[0]


def words_of(key: str) -> str:
    """What is to be filled in by a key."""
    words, part = GAPS[gap_of(key)][0], key.removeprefix(gap_of(key))[1:]
    return f"{words}, {JUDGED[part]}" if part else words


def told(path: str) -> Filling:
    """What the file of a setting says; nothing where none is named. Raises as `read` does."""
    return read(Path(path)) if path else Filling()


def read(path: Path) -> Filling:
    """What a file says; raises DossierRefused, one sentence with the file and the key."""
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise DossierRefused(f"{path} : le fichier ne peut pas être lu.") from error
    except UnicodeDecodeError as error:
        raise DossierRefused(f"{path} : le fichier n'est pas en UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        raise DossierRefused(f"{path} : ce n'est pas du TOML ({error}).") from error
    fictional = said.pop(FICTIONAL, False)
    if not isinstance(fictional, bool):
        raise DossierRefused(f"{path}, {FICTIONAL} : on attend true ou false.")
    values = dict(_values(path, said))
    if values.get(OFFICER, "").rstrip(".").lower() == NOBODY:
        values = dict.fromkeys(OFFICERS, "sans objet") | values
    return Filling(values, fictional)


def _values(path: Path, said: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for table, members in said.items():
        if not isinstance(members, dict):
            raise _unknown(path, table)
        for name, value in members.items():
            key = f"{table}.{name}"
            if key not in GAPS:
                raise _unknown(path, key)
            expected = GAPS[key][1]
            parts = _judged(key, value) if expected == RISK else {key: _written(value, expected)}
            for part, written in parts.items():
                if written is None:
                    raise DossierRefused(f"{path}, {key} : on attend {expected}.")
                if written:
                    yield part, written


def _judged(key: str, value: Any) -> Mapping[str, str | None]:
    """What is said of a risk, each part by a key of its own."""
    if not isinstance(value, dict) or value.keys() != JUDGED.keys():
        return {key: None}
    return {f"{key}.{part}": _written(value[part], TEXT) for part in JUDGED}


def _written(value: Any, expected: str) -> str | None:
    """A value as a sentence holds it, empty where it says nothing; None where it is no such one."""
    if expected == DAY:
        is_day = isinstance(value, datetime.date) and not isinstance(value, datetime.datetime)
        return f"{value:%d/%m/%Y}" if is_day else None
    if expected == COUNT:
        is_count = isinstance(value, int) and not isinstance(value, bool) and value >= 0
        return number(value) if is_count else None
    if not isinstance(value, str):
        return None
    text = " ".join(value.split())
    return text if len(text) <= TEXT_MAX and text.isprintable() else None


def _unknown(path: Path, key: str) -> DossierRefused:
    near = difflib.get_close_matches(key, GAPS, 1)
    hint = f", peut-être « {near[0]} »" if near else ""
    return DossierRefused(f"{path}, {key} : cette clé n'est pas connue{hint}.")
