"""`python -m benchmarks.population`: rows a second of a population, each subject in turn.

Beside a table sent to /predict/batch and stored in PostgreSQL: COPY of the same finished rows, as
text, into the same two tables, in one transaction, in the same round; the loop that predicts and
keeps one row at a time; and the old way, a DataFrame through the joblib pipeline and to_sql. Prints
a table, and writes it with the machine's description to benchmarks/results/.
"""

import argparse
import csv
import datetime
import io
import json
import os
import platform
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import flask_migrate
import joblib
import pandas as pd
import sqlalchemy as sa
from flask import Flask

from futurisys import serving
from futurisys.app import create_app
from futurisys.employee.extracts import read_rows
from futurisys.employee.schema import EXTRACTED, EmployeeSchema
from futurisys.operations.predicting import predict_and_keep
from futurisys.operations.repeating import RequestIdentity
from futurisys.records.database import db
from futurisys.sample import SAMPLE
from futurisys.training.estimator import frame
from futurisys.training.run import evaluate, train
from tests.postgres import PostgreSQL
from tests.server import ROOT

PATH = "CSV path, stored"
BARE = "bare COPY of the finished rows"
LOOP = "one-row loop"
OLD = "old way: DataFrame, joblib, to_sql"
TABLES = ("inputs", "predictions")


def population(count: int) -> str:
    """The sample's employees over and over, each with an income of their own, as CSV."""
    rows = read_rows(SAMPLE)
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(rows[0])
    for number in range(count):
        row = rows[number % len(rows)] | {"id_employee": number + 1}
        row["revenu_mensuel"] += number % 997
        writer.writerow(row.values())
    return file.getvalue()


def clear() -> None:
    with db.engine.begin() as connection:
        connection.execute(sa.text("TRUNCATE inputs, predictions CASCADE"))


def timed(work: Callable[[], Any]) -> float:
    clear()
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def finished() -> dict[str, tuple[list[str], str]]:
    """What COPY gives back of the tables: the columns, and the lines."""
    result = {}
    with db.engine.connect() as connection:
        for table in TABLES:
            names = [column.name for column in db.metadata.tables[table].columns]
            text = io.StringIO()
            with connection.connection.cursor() as cursor:  # type: ignore[attr-defined]
                cursor.copy_expert(f"COPY {table} ({', '.join(names)}) TO STDOUT", text)
            result[table] = (names, text.getvalue())
    return result


def bare_copy(rows: dict[str, tuple[list[str], str]]) -> None:
    with db.engine.begin() as connection:
        connection.execute(sa.text("SET LOCAL statement_timeout = 0"))
        for table in TABLES:
            names, text = rows[table]
            statement = f"COPY {table} ({', '.join(names)}) FROM STDIN"
            with connection.connection.cursor() as cursor:  # type: ignore[attr-defined]
                cursor.copy_expert(statement, io.StringIO(text))


def one_by_one(app: Flask, text: str, count: int) -> None:
    schema, predictor = EmployeeSchema(), serving.current()
    for row in csv.DictReader(io.StringIO(text)):
        employee = schema.load({name: EXTRACTED[name].parse(cell) for name, cell in row.items()})
        predict_and_keep(predictor, employee, RequestIdentity())
        count -= 1
        if not count:
            return


def old_way(text: str, preprocessor: Any, classifier: Any) -> None:
    """As notebooks do it: read_csv, the joblib pipeline, to_sql in chunks."""
    table = pd.read_csv(io.StringIO(text))
    table["heure_supplementaires"] = table["heure_supplementaires"] == "Oui"
    table["augementation_salaire_precedente"] = (
        table["augementation_salaire_precedente"].astype(str).str.rstrip(" %").astype(float)
    )
    # The frame's own types, from a frame of one employee.
    shape = frame([EmployeeSchema().load(read_rows(SAMPLE)[0])])
    table["probability"] = classifier.predict_proba(
        preprocessor.transform(table[list(shape.columns)])
    )[:, 1]
    with db.engine.begin() as connection:
        connection.execute(sa.text("SET LOCAL statement_timeout = 0"))
        table.to_sql("old_way", connection, if_exists="replace", index=False, chunksize=10_000)


def one_round(app: Flask, text: str, rows: int, few: int, pipeline: Any) -> dict[str, float]:
    """Rows a second of each subject."""
    client = app.test_client()

    def post() -> None:
        answer = client.post(
            "/predict/batch", data=text, content_type="text/csv", headers={"Accept": "text/csv"}
        )
        if answer.status_code != 200 or answer.data.count(b"\n") != rows + 1:
            raise SystemExit("The population was not answered.")

    seconds = {PATH: timed(post)}
    kept = finished()
    seconds[BARE] = timed(lambda: bare_copy(kept))
    seconds[OLD] = timed(lambda: old_way(text, *pipeline))
    speed = {name: rows / value for name, value in seconds.items()}
    return speed | {LOOP: few / timed(lambda: one_by_one(app, text, few))}


def report(rounds: list[dict[str, float]]) -> dict[str, Any]:
    """Medians, and how many times the subject's speed the CSV path has in the same round."""
    table = {}
    for name in (PATH, BARE, LOOP, OLD):
        ratios = sorted(one[PATH] / one[name] for one in rounds)
        table[name] = {
            "rows_per_second": statistics.median(one[name] for one in rounds),
            "path_is_times": statistics.median(ratios),
            "spread": [ratios[0], ratios[-1]],
        }
    return table


def show(table: dict[str, Any]) -> None:
    print("| subject | rows/s | the CSV path is (spread) |")
    print("|---|---|---|")
    for name, row in table.items():
        low, high = row["spread"]
        times = f"{row['path_is_times']:.2f} × ({low:.2f}–{high:.2f})"
        print(f"| {name} | {row['rows_per_second']:,.0f} | {times} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--few", type=int, default=1_000, help="Rows of the one-row loop.")
    options = parser.parse_args()
    text = population(options.rows)
    with TemporaryDirectory() as name, PostgreSQL() as postgres:
        folder = Path(name) / "model"
        train(evaluate(SAMPLE, repeats=1, contenders=("model",)), folder)
        pipeline = [
            joblib.load(folder / file)
            for file in ("preprocesseur_fitted.joblib", "modele_final_xgb.joblib")
        ]
        postgres.create("bench")
        app = create_app(
            DATABASE_URL=postgres.url("bench"),
            FUTURISYS_MODEL=str(folder),
            FUTURISYS_OPEN="predict",
            FUTURISYS_LOG_LEVEL="error",
        )
        with app.app_context():
            flask_migrate.upgrade()
            serving.load(app)
            rounds = [
                one_round(app, text, options.rows, options.few, pipeline)
                for _ in range(options.rounds)
            ]
            db.engine.dispose()
    table = report(rounds)
    show(table)
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    machine = {"cores": os.cpu_count(), "system": platform.platform(terse=True)}
    result = {"date": today, "machine": machine, "rows": options.rows, "rounds": options.rounds}
    target = ROOT / "benchmarks/results" / f"population-{today}.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(result | {"table": table}, ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    main()
