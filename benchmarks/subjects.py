"""What `/predict` is measured beside: from an empty route up to a service of the old kind."""

import json
import os
import uuid
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, Self

import sqlalchemy as sa
from flask import Flask, request
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column

from futurisys.employee.schema import EmployeeSchema
from futurisys.records.tables import Input

ANSWER = {
    "Prediction": "Part",
    "Probabilite_depart": 0.7994386886404127,
    "Seuil": 0.203910697170354,
    "Niveau_risque": "Élevé",
    "Identifiant": "01a208b2-97f0-71dc-9469-da141397ccc6",
    "Version_modele": "2026-11-23-87f97957",
    "Avertissements": [],
}
schema = EmployeeSchema()


def empty() -> Flask:
    """Parses the body and answers JSON: the yardstick."""
    app = Flask("empty")

    @app.post("/predict")
    def predict() -> dict[str, Any]:
        request.get_json()
        return ANSWER

    return app


def validated() -> Flask:
    """And validates the employee."""
    app = Flask("validated")

    @app.post("/predict")
    def predict() -> dict[str, Any]:
        schema.load(request.get_json())
        return ANSWER

    return app


def inserted() -> Flask:
    """And commits one row through SQLAlchemy Core."""
    app = Flask("inserted")
    engine = sa.create_engine(os.environ["DATABASE_URL"], pool_size=4)
    row = _first_row()
    insert = sa.insert(Input.__table__)

    @app.post("/predict")
    def predict() -> dict[str, Any]:
        schema.load(request.get_json())
        with engine.begin() as connection:
            connection.execute(insert, row | {"id": str(uuid.uuid4())})
        return ANSWER

    return app


class Nothing:
    """A metric that counts nothing."""

    def labels(self, *_: object) -> Self:
        return self

    def inc(self) -> None:
        pass

    dec = inc

    def time(self) -> AbstractContextManager[None]:
        return nullcontext()


def bare() -> Flask:
    """The service without doors, log lines and metrics."""
    # Imported here, so that the other subjects do not carry the service.
    from futurisys import serving
    from futurisys.api import access, logs
    from futurisys.app import create_app
    from futurisys.operations import metrics

    for name in ("INFERENCE", "PREDICTIONS", "WAITING"):
        setattr(metrics, name, Nothing())
    app = create_app()
    app.before_request_funcs[None].remove(access._guard)
    app.after_request_funcs[None].remove(logs._finish)
    serving.load(app)
    return app


def old() -> Flask:
    """A one-row DataFrame through the older model's joblib pipeline, and two commits of the ORM."""
    import joblib
    import pandas as pd

    from tests import older

    class Base(DeclarativeBase):
        pass

    class Request(Base):
        __tablename__ = "old_requests"
        id = mapped_column(sa.Integer, primary_key=True)
        body = mapped_column(sa.JSON)

    class Answer(Base):
        __tablename__ = "old_answers"
        id = mapped_column(sa.Integer, primary_key=True)
        request_id = mapped_column(sa.Integer)
        probability = mapped_column(sa.Double)

    app = Flask("old")
    engine = sa.create_engine(os.environ["DATABASE_URL"], pool_size=4)
    with engine.begin() as connection:
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(1)")
        Base.metadata.create_all(connection)
    pipeline = joblib.load(Path(os.environ["OLD"]) / "modele_final_xgb.joblib")
    # The older service's clients sent the derived columns too.
    derived = older.table([_sample()]).iloc[0].to_dict()

    @app.post("/predict")
    def predict() -> dict[str, Any]:
        employee = schema.load(request.get_json())
        with Session(engine) as session:
            asked = Request(body=employee)
            session.add(asked)
            session.commit()
            table = pd.DataFrame([derived | employee])
            probability = float(pipeline.predict_proba(table)[0, 1])
            session.add(Answer(request_id=asked.id, probability=probability))
            session.commit()
        return ANSWER | {"Probabilite_depart": probability}

    return app


def _sample() -> dict[str, Any]:
    return json.loads(Path("futurisys/sample/employe.json").read_text())


def _first_row() -> dict[str, Any]:
    import datetime

    facts = schema.load(_sample())
    del facts["id_employee"]
    return facts | {"created_at": datetime.datetime.now(datetime.UTC)}
