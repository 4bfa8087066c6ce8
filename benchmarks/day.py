"""What a good engineer writes in a day instead: FastAPI, pydantic, XGBoost and asyncpg.

The same model, the same fields with the same bounds, and an answer that is kept before it is
given: two INSERTs in one transaction. No keys, no reasons, no log, no metrics, no names of
requests. `uvicorn benchmarks.day:app` serves it; FUTURISYS_MODEL is the artifact's folder.
"""

import json
import math
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

import asyncpg
import numpy as np
import orjson
import xgboost
from fastapi import FastAPI, Response
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from uuid_utils.compat import uuid7

POOL = 4
LOCK = 2
TABLES = """
CREATE TABLE IF NOT EXISTS day_inputs (id uuid PRIMARY KEY, {}, created_at timestamptz NOT NULL);
CREATE TABLE IF NOT EXISTS day_predictions (
    id uuid PRIMARY KEY,
    input_id uuid NOT NULL REFERENCES day_inputs (id),
    probability double precision NOT NULL,
    label text NOT NULL,
    threshold double precision NOT NULL,
    model_version text NOT NULL,
    created_at timestamptz NOT NULL
);
"""
SQL_TYPES: dict[Any, str] = {int: "integer", float: "double precision", bool: "boolean"}


def _percent(value: Any) -> Any:
    return value.removesuffix("%").strip() if isinstance(value, str) else value


def _yes_no(value: Any) -> Any:
    return {"Oui": True, "Non": False}.get(value, value) if isinstance(value, str) else value


Years = Annotated[int, Field(ge=0, le=60)]
Grade = Annotated[int, Field(ge=1, le=4)]
Rank = Annotated[int, Field(ge=1, le=5)]
Text = Annotated[str, Field(min_length=1, max_length=80)]


class Employee(BaseModel):
    """The 24 fields; what else a row of the extracts holds is left aside."""

    model_config = ConfigDict(extra="ignore", allow_inf_nan=False)

    revenu_mensuel: Annotated[float, Field(ge=1, le=1_000_000)]
    departement: Text
    poste: Text
    nombre_experiences_precedentes: Years
    annee_experience_totale: Years
    annees_dans_l_entreprise: Years
    annees_dans_le_poste_actuel: Years
    satisfaction_employee_environnement: Grade
    note_evaluation_precedente: Grade
    niveau_hierarchique_poste: Rank
    satisfaction_employee_nature_travail: Grade
    satisfaction_employee_equipe: Grade
    satisfaction_employee_equilibre_pro_perso: Grade
    note_evaluation_actuelle: Grade
    heure_supplementaires: Annotated[bool, BeforeValidator(_yes_no)]
    augementation_salaire_precedente: Annotated[
        float, BeforeValidator(_percent), Field(ge=0, le=100)
    ]
    nombre_participation_pee: Annotated[int, Field(ge=0, le=10)]
    nb_formations_suivies: Annotated[int, Field(ge=0, le=100)]
    distance_domicile_travail: Annotated[float, Field(ge=0, le=1000)]
    niveau_education: Rank
    domaine_etude: Text
    frequence_deplacement: Literal["Aucun", "Occasionnel", "Frequent"]
    annees_depuis_la_derniere_promotion: Years
    annes_sous_responsable_actuel: Years


FIELDS = tuple(Employee.model_fields)
Encode = Callable[[dict[str, Any], list[float]], None]


def _numbers(fields: list[str]) -> Encode:
    return lambda facts, row: row.extend([facts[name] for name in fields])


def _ordinal(field: str, levels: list[str]) -> Encode:
    ranks = {level: rank for rank, level in enumerate(levels)}
    return lambda facts, row: row.append(ranks[facts[field]])


def _one_hot(field: str, levels: list[str]) -> Encode:
    hot = {level: [float(level == other) for other in levels] for level in levels}
    unseen = [0.0] * len(levels)
    return lambda facts, row: row.extend(hot.get(facts[field], unseen))


class Model:
    """The artifact's booster and calibration, read once for each worker."""

    def __init__(self, folder: Path) -> None:
        manifest = json.loads((folder / "manifest.json").read_text())
        self.booster = xgboost.Booster(model_file=folder / "model.ubj")
        self.booster.set_param({"nthread": 1})
        self.steps = [_step(one) for one in json.loads((folder / "encoder.json").read_text())]
        self.calibration = manifest["calibration"]
        self.bounds = manifest["bounds"]
        self.threshold = manifest["threshold"]
        self.moderate = manifest.get("moderate") or manifest["training"]["base_rate"]
        self.version = manifest["version"]

    def probability(self, facts: dict[str, Any]) -> float:
        row: list[float] = []
        for step in self.steps:
            step(facts, row)
        matrix = np.array([row], dtype=np.float32)
        margin = float(self.booster.inplace_predict(matrix, predict_type="margin")[0])
        a, b, c = (self.calibration[name] for name in "abc")
        log_odds = b * math.log1p(math.exp(margin)) - a * math.log1p(math.exp(-margin)) + c
        low, high = (self.bounds[end]["log_odds"] for end in ("low", "high"))
        held = min(max(log_odds, low), high)
        if held != log_odds:
            room = self.bounds["room"]
            beyond = room * math.expm1(-abs(log_odds - held) / room)
            held += math.copysign(beyond, log_odds - held)
        return 1 / (1 + math.exp(-held))

    def answer(self, facts: dict[str, Any]) -> dict[str, Any]:
        chance = self.probability(facts)
        leaves = chance >= self.threshold
        level = "Élevé" if leaves else "Modéré" if chance >= self.moderate else "Faible"
        return {
            "Prediction": "Part" if leaves else "Reste",
            "Probabilite_depart": chance,
            "Seuil": self.threshold,
            "Niveau_risque": level,
            "Identifiant": uuid7(),
            "Version_modele": self.version,
        }


def _step(told: dict[str, Any]) -> Encode:
    match told["kind"]:
        case "numbers":
            return _numbers(told["fields"])
        case "ordinal":
            return _ordinal(told["field"], told["levels"])
        case "one_hot":
            return _one_hot(told["field"], told["levels"])
    raise ValueError(told["kind"])


def _columns() -> str:
    """The columns of the 24 fields, as PostgreSQL declares them."""
    kinds = {name: field.annotation for name, field in Employee.model_fields.items()}
    return ", ".join(f"{name} {SQL_TYPES.get(kind, 'text')}" for name, kind in kinds.items())


async def _leave(_: Any) -> None:
    """Nothing is set for a session here, so a connection goes back without a round trip."""


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    app.state.model = Model(Path(os.environ["FUTURISYS_MODEL"]))
    url = os.environ["DATABASE_URL"].replace("+psycopg2", "")
    async with asyncpg.create_pool(url, min_size=POOL, max_size=POOL, reset=_leave) as pool:
        async with pool.acquire() as connection, connection.transaction():
            await connection.execute(f"SELECT pg_advisory_xact_lock({LOCK})")
            await connection.execute(TABLES.format(_columns()))
        app.state.pool = pool
        yield


app = FastAPI(lifespan=lifespan, openapi_url=None)
_places = ", ".join(f"${number}" for number in range(1, len(FIELDS) + 3))
INPUT = f"INSERT INTO day_inputs (id, {', '.join(FIELDS)}, created_at) VALUES ({_places})"
PREDICTION = "INSERT INTO day_predictions VALUES ($1, $2, $3, $4, $5, $6, $7)"


@app.post("/predict")
async def predict(employee: Employee) -> Response:
    facts = employee.__dict__
    answer = app.state.model.answer(facts)
    asked, now = uuid7(), datetime.now(UTC)
    chosen = ("Probabilite_depart", "Prediction", "Seuil", "Version_modele")
    async with app.state.pool.acquire() as connection, connection.transaction():
        await connection.execute(INPUT, asked, *facts.values(), now)
        await connection.execute(
            PREDICTION, answer["Identifiant"], asked, *(answer[name] for name in chosen), now
        )
    return Response(orjson.dumps(answer), media_type="application/json")
