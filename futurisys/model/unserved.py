"""Why an artifact is not served, in French: for whoever waits for the answer of a model."""

from collections.abc import Mapping

from futurisys.errors import ArtifactError

# For each code of `errors.ARTIFACT`, with the same facts.
SENTENCES: Mapping[str, str] = {
    "answers": "Le modèle ne donne pas les réponses que son manifeste annonce.",
    "booster": "model.ubj n'est pas un modèle XGBoost que ce service sache lire.",
    "width": "model.ubj et l'encodeur n'ont pas le même nombre de colonnes.",
    "altered": "{name} n'est pas le fichier que manifest.json décrit.",
    "digest": "manifest.json n'a pas l'empreinte que l'adresse exige.",
    "edited": "manifest.json a été modifié après l'entraînement.",
    "format": "manifest.json n'est pas d'un format que ce service connaît ({format}).",
    "undescribed": "manifest.json ne décrit pas {names}.",
    "outside": "manifest.json nomme un fichier hors de son dossier.",
    "unreadable": "{name} manque ou ne peut pas être lu dans {folder}.",
    "not_json": "{name} n'est pas un document JSON.",
    "shape": "{name} : le document manque, ou n'est pas ce qu'il doit être.",
    "member": "{name} : le membre {member} manque, ou n'est pas ce qu'il doit être.",
    "bounds": "manifest.json : les bornes des estimations sont interverties.",
    "encoder": "encoder.json ne décrit pas un encodeur.",
    "words": "mapping_classes.json ne donne pas les deux mots attendus.",
    "definition": "Le modèle a été entraîné avec une autre définition de l'employé.",
    "field": "Le modèle a été entraîné avec une autre définition du champ {field}.",
    "cache": "Le cache {folder} ne peut pas être écrit.",
    "hub_silent": "Le hub ne répond pas ({kind}) : {host}.",
    "hub_unknown": "Le hub ne connaît pas {path} (404), ou le tait : vérifiez l'adresse et "
    "HF_TOKEN.",
    "hub_refuses": "Le hub refuse l'accès ({status}) : vérifiez HF_TOKEN.",
    "hub_ill": "Le hub est en panne ou débordé ({status}).",
    "hub_file": "Le hub n'a pas livré {name} de {repo} ({kind}).",
    "hub_late": "Le hub n'a pas livré {repo} en {seconds} s.",
    "hub_ended": "Le client du hub s'est arrêté sans rien dire.",
}


def sentence_of(error: ArtifactError) -> str:
    return SENTENCES[error.code].format_map(error.facts)
