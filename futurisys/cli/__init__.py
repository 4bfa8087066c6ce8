"""The terminal's door: groups of Flask commands."""

from flask import Flask
from flask_migrate import Migrate

from futurisys.cli import (
    dossier,
    journal,
    keys,
    model,
    outcomes,
    people,
    predictions,
    promotion,
    retention,
    score,
    sql,
    threshold,
    travel,
    trial,
)
from futurisys.records.database import MIGRATIONS, db


def init_app(app: Flask) -> None:
    Migrate(app, db, directory=str(MIGRATIONS), render_as_batch=True, compare_type=True)
    app.cli.add_command(model.group)
    threshold.add_to(model.group)
    travel.add_to(model.group)
    trial.add_to(model.group)
    promotion.add_to(model.group)
    sql.add_to(model.group)
    app.cli.add_command(dossier.dossier)
    app.cli.add_command(journal.group)
    app.cli.add_command(keys.group)
    app.cli.add_command(outcomes.group)
    app.cli.add_command(people.group)
    app.cli.add_command(predictions.group)
    app.cli.add_command(retention.retention)
    app.cli.add_command(score.score)
