"""The terminal's door: groups of Flask commands."""

from flask import Flask

from futurisys.cli import (
    journal,
    keys,
    model,
    outcomes,
    people,
    predictions,
    retention,
    score,
    threshold,
    travel,
    trial,
)


def init_app(app: Flask) -> None:
    app.cli.add_command(model.group)
    threshold.add_to(model.group)
    travel.add_to(model.group)
    trial.add_to(model.group)
    app.cli.add_command(journal.group)
    app.cli.add_command(keys.group)
    app.cli.add_command(outcomes.group)
    app.cli.add_command(people.group)
    app.cli.add_command(predictions.group)
    app.cli.add_command(retention.retention)
    app.cli.add_command(score.score)
