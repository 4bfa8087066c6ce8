"""Estimates of other days, departures and measures, written as the service writes them."""

import datetime
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from flask import Flask
from uuid_utils import UUID, uuid7

from futurisys.employee.answer import MEMBERS
from futurisys.operations.clock import zone
from futurisys.records.database import db
from futurisys.records.persons import Outcome, OutcomeList, Review
from futurisys.records.tables import Input, Prediction

Day = datetime.date
BY = {"holder": "0123456789ab", "author": "Ada"}


def hashed(number: int) -> str:
    """A keyed hash that stands for somebody."""
    return f"{number:064x}"


def identifier(day: Day, number: int = 0) -> tuple[str, datetime.datetime]:
    """An id of noon of a day, so many milliseconds later, and that moment."""
    noon = datetime.datetime.combine(day, datetime.time(12), zone())
    moment = noon + datetime.timedelta(milliseconds=number)
    first = round(moment.timestamp() * 1000)
    return str(UUID(int=first << 80 | uuid7().int % 2**80)), moment


class Followed:
    """What a test writes into an application's database."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    def estimate(
        self,
        subject: str | None,
        day: Day,
        probability: float = 0.3,
        facts: dict[str, Any] | None = None,
        **answer: Any,
    ) -> str:
        """Somebody is estimated; returns the estimate's id."""
        return self.estimates([(subject, day, probability)], facts, **answer)[0]

    def estimates(
        self,
        people: list[tuple[str | None, Day, float]],
        facts: dict[str, Any] | None = None,
        **answer: Any,
    ) -> list[str]:
        """All of these are estimated; answer: members that are others than here."""
        given = {"departement": "Consulting", "revenu_mensuel": 3000} | (facts or {})
        inputs: list[dict[str, Any]] = []
        predictions: list[dict[str, Any]] = []
        for number, (subject, day, probability) in enumerate(people):
            (own, moment), (other, _) = identifier(day, number), identifier(day, number)
            said: dict[str, Any] = dict.fromkeys(MEMBERS) | {
                "probability": probability,
                "threshold": 0.5,
                "model_version": "one",
                "warnings": [],
                "risk": "Faible",
                "base": -1.6,
                "range_low": probability,
                "range_high": probability,
            }
            said |= answer
            said["label"] = "Part" if probability >= said["threshold"] else "Reste"
            inputs.append({"id": other, "subject": subject, "created_at": moment} | given)
            predictions.append({"id": own, "input_id": other, "created_at": moment} | said)
        self._write(Input.__table__, inputs)
        self._write(Prediction.__table__, predictions)
        return [one["id"] for one in predictions]

    def left(self, subject: str, day: Day, reason: str = "démission") -> None:
        """It is said when somebody left."""
        self.departures([(subject, day)], reason)

    def departures(self, people: list[tuple[str, Day]], reason: str = "démission") -> None:
        """It is said when these left."""
        rows = [
            {"subject": subject, "left_on": day, "reason": reason, "created_at": _now()} | BY
            for subject, day in people
        ]
        self._write(Outcome.__table__, rows)

    def complete(self, day: Day | None) -> None:
        """A list says until which day it is complete."""
        own, moment = identifier(datetime.date(2026, 1, 1))
        row = {"id": own, "complete_to": day, "people": 0, "created_at": moment} | BY
        self._write(OutcomeList.__table__, [row])

    def noted(self, estimate: str, kind: str, day: Day) -> None:
        """Something is noted about an estimate."""
        own, moment = identifier(day)
        row = {"id": own, "prediction_id": estimate, "kind": kind, "created_at": moment} | BY
        self._write(Review.__table__, [row])

    def read(self, ask: Callable[[sa.Connection], Any]) -> Any:
        """What something finds that is given a connection."""
        with self.app.app_context(), db.engine.connect() as connection:
            return ask(connection)

    def _write(self, table: Any, rows: list[dict[str, Any]]) -> None:
        if rows:
            with self.app.app_context(), db.engine.begin() as connection:
                connection.execute(sa.insert(table), rows)


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)
