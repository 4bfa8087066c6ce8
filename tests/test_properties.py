"""What holds for any body, and for any order of calls."""

import json
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from futurisys.employee.extracts import read_rows
from futurisys.employee.schema import EmployeeSchema
from futurisys.operations import access
from futurisys.records.database import db
from futurisys.sample import SAMPLE
from tests.test_idempotency import age_keys

pytestmark = pytest.mark.slow
EMPLOYEE = read_rows(SAMPLE)[0]
NAMES = st.sampled_from(sorted(EmployeeSchema().fields)) | st.text(max_size=80)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=100)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)
WITHIN_A_FIXTURE = settings(
    deadline=None,
    max_examples=150,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """SQLite alone: what is drawn here does not depend on the database."""
    return sqlite_url


def assert_answered_or_refused(client: FlaskClient, body: bytes) -> None:
    response = client.post("/predict", data=body, content_type="application/json")
    if response.status_code != 200:
        assert response.status_code in (400, 413, 422)
        assert response.content_type == "application/problem+json"
        assert response.get_json()["detail"]


def test_an_employee_with_any_changes_is_answered_or_refused(app):
    """Whatever stands in whichever field: 200 or a problem, never a 5xx."""
    client = app.test_client()

    @WITHIN_A_FIXTURE
    @given(st.dictionaries(NAMES, VALUES, max_size=4))
    def check(changes: dict[str, Any]) -> None:
        assert_answered_or_refused(client, json.dumps(EMPLOYEE | changes).encode())

    check()


def test_any_bytes_are_answered_or_refused(app):
    """Whatever is sent as JSON: a problem, never a 5xx."""
    client = app.test_client()

    @WITHIN_A_FIXTURE
    @given(st.binary(max_size=300) | VALUES.map(lambda value: json.dumps(value).encode()))
    def check(body: bytes) -> None:
        assert_answered_or_refused(client, body)

    check()


class Calls(RuleBasedStateMachine):
    """Callers predict, repeat, read, and lose their keys, in any order."""

    app: Flask

    def __init__(self) -> None:
        super().__init__()
        self.client = self.app.test_client()
        self.keys: dict[str, bool] = {}
        self.answers: dict[tuple[str, str], dict[str, Any]] = {}
        self.kept = self._count()

    def _count(self) -> int:
        with self.app.app_context(), db.engine.connect() as connection:
            return connection.exec_driver_sql("SELECT count(*) FROM predictions").scalar_one()

    def _caller(self, data: st.DataObject) -> str:
        # In the order in which they were issued: keys are random, and what is drawn must not be.
        return data.draw(st.sampled_from(list(self.keys)))

    @rule()
    def issue(self) -> None:
        with self.app.app_context():
            self.keys[access.issue("Essai", ["predict", "read"], None)] = True

    @rule(data=st.data(), name=st.sampled_from("ab"), age=st.sampled_from([30, 41]))
    def predict(self, data: st.DataObject, name: str, age: int) -> None:
        """A named request is answered once a caller; with another body it is refused."""
        if not self.keys:
            return
        key = self._caller(data)
        sent = {"Authorization": f"Bearer {key}", "Idempotency-Key": name}
        response = self.client.post("/predict", json=EMPLOYEE | {"age": age}, headers=sent)
        first = self.answers.get((key, name))
        if not self.keys[key]:
            assert response.status_code == 401
        elif first is None:
            assert response.status_code == 200
            self.answers[key, name] = {"age": age, "answer": response.json}
            self.kept += 1
        elif first["age"] != age:
            assert response.status_code == 422
        else:
            assert response.json == first["answer"]
            assert response.headers["Idempotent-Replayed"] == "true"

    @rule(data=st.data())
    def read(self, data: st.DataObject) -> None:
        """What was answered can be read, by whoever still holds a key."""
        if not self.answers:
            return
        told = data.draw(st.sampled_from([a["answer"] for a in self.answers.values()]))
        key = self._caller(data)
        sent = {"Authorization": f"Bearer {key}"}
        response = self.client.get(f"/predictions/{told['Identifiant']}", headers=sent)
        if self.keys[key]:
            assert response.get_json()["Probabilite_depart"] == told["Probabilite_depart"]
        else:
            assert response.status_code == 401

    @rule(data=st.data())
    def revoke(self, data: st.DataObject) -> None:
        open_keys = [key for key, is_open in self.keys.items() if is_open]
        if open_keys:
            key = data.draw(st.sampled_from(open_keys))
            with self.app.app_context():
                access.revoke(key.split("_")[1])
            self.keys[key] = False

    @rule()
    def a_day_passes(self) -> None:
        """Names are free again; answers stay."""
        age_keys(self.app)
        self.answers = {}

    @invariant()
    def nothing_is_lost_or_kept_twice(self) -> None:
        assert self._count() == self.kept


def test_any_order_of_calls_keeps_its_promises(app, monkeypatch):
    """Predict, replay, read, expire, revoke, in any order: one row a named request."""
    monkeypatch.setattr(access, "REMEMBER_SECONDS", 0)
    machine = type("BoundCalls", (Calls,), {"app": app})
    run_state_machine_as_test(
        machine, settings=settings(deadline=None, max_examples=25, stateful_step_count=20)
    )
