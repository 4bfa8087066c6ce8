"""A model earns its place: compared, promoted, rolled back, and each decision written down."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask

from futurisys.employee.schema import KEPT, EmployeeSchema
from futurisys.model import artifact
from futurisys.records.database import db
from futurisys.records.predictions import new_ids
from futurisys.records.tables import Input
from tests.rivals import another

SIGNED = ("--by", "Ada", "--why", "Trained on this year's people")
AGAIN = ("--by", "Bea", "--why", "Too many are signalled")
LEAST = 200


@pytest.fixture(scope="module")
def first(artifact_folder) -> Path:
    return artifact_folder


@pytest.fixture(scope="module")
def second(artifact_folder, tmp_path_factory) -> Path:
    """Another model: the same with another threshold, hence another version."""
    return another(artifact_folder, tmp_path_factory.mktemp("models") / "second", threshold=0.5)


@pytest.fixture
def file(first, tmp_path) -> Path:
    """What FUTURISYS_MODEL names: a file that holds the first model's address."""
    path = tmp_path / "served"
    path.write_text(f"{first}\n")
    return path


@pytest.fixture
def app(make_app, file) -> Flask:
    return make_app(FUTURISYS_MODEL=str(file))


@pytest.fixture
def flask(app) -> Callable[..., Result]:
    """A command, as an engineer types it."""

    def run(*arguments: str) -> Result:
        return app.test_cli_runner().invoke(args=["model", *arguments])

    return run


@pytest.fixture(scope="module")
def people(rows) -> list[dict[str, Any]]:
    """What is kept of the facts of 200 people."""
    loaded = [EmployeeSchema().load(row) for row in rows[:LEAST]]
    return [{name: one.get(name) for name in KEPT} for one in loaded]


@pytest.fixture
def asked_about(app, people) -> Callable[..., None]:
    """Have so many people's facts be kept, of the sample."""

    def keep(count: int, **others: Any) -> None:
        ids, moments = new_ids(count)
        kept = [
            {"id": identifier, "subject": None, "created_at": moment, **facts, **others}
            for identifier, moment, facts in zip(ids, moments, people, strict=False)
        ]
        with app.app_context(), db.engine.begin() as connection:
            connection.execute(sa.insert(Input.__table__), kept)

    return keep


@pytest.fixture
def decisions(app) -> Callable[[], list[Any]]:
    def read() -> list[Any]:
        with app.app_context(), db.engine.connect() as connection:
            return list(connection.execute(sa.text("SELECT * FROM models ORDER BY id DESC")))

    return read


def pinned(folder: Path) -> str:
    return f"{folder.resolve()}#sha256={artifact.read(folder).digest}"


def test_a_promoted_model_is_the_one_at_the_address(
    flask, asked_about, decisions, file, first, second
):
    """With facts of 200 people it is compared, written down with who and why, and pinned."""
    asked_about(LEAST)
    done = flask("promote", str(second), *SIGNED)
    assert done.exit_code == 0, done.output
    assert "No service of this machine could be signalled" in done.output
    assert file.read_text() == f"{pinned(second)}\n"
    [row] = decisions()
    found = artifact.read(second)
    assert (row.version, row.digest, row.address) == (found.version, found.digest, pinned(second))
    assert (row.author, row.reason, row.forced) == ("Ada", SIGNED[-1], False)
    comparison = json.loads(row.comparison)
    assert comparison["before"]["address"] == pinned(first)
    assert comparison["people"] == {"people": LEAST, "unasked": 0, "least": LEAST}
    assert comparison["objections"] == []


def test_too_few_people_refuse_a_model_unless_it_is_forced(
    flask, asked_about, decisions, file, first, second
):
    """Fewer than 200 people with facts change nothing; what is forced says that it was."""
    asked_about(LEAST - 1)
    refused = flask("promote", str(second), *SIGNED)
    assert (refused.exit_code, decisions()) == (1, [])
    assert re.search(r"Fewer than 200 people .*\(199\)\. --force", refused.output)
    assert file.read_text() == f"{first}\n"
    done = flask("promote", str(second), *SIGNED, "--force")
    assert done.exit_code == 0
    assert "Fewer than 200 people" in done.output
    [row] = decisions()
    assert row.forced
    assert json.loads(row.comparison)["objections"] == ["few"]
    assert file.read_text() == f"{pinned(second)}\n"


def test_a_force_that_nothing_opposed_is_none(flask, asked_about, decisions, second):
    """Whoever forces what would have been promoted anyway has forced nothing."""
    asked_about(LEAST)
    assert flask("promote", str(second), *SIGNED, "--force").exit_code == 0
    [row] = decisions()
    assert not row.forced


def test_facts_that_are_gone_count_for_nobody(flask, asked_about, second):
    """Whose facts are forgotten, in part even, is asked about by neither model."""
    asked_about(LEAST - 1)
    asked_about(1, revenu_mensuel=None)
    assert "(199)" in flask("promote", str(second), *SIGNED).output


def test_a_model_that_is_served_is_not_promoted(flask, file, first):
    """The served model is no candidate, however its address is written."""
    refused = flask("promote", pinned(first), *SIGNED)
    assert refused.exit_code == 1
    assert "is the served one already" in refused.output
    assert file.read_text() == f"{first}\n"


def test_in_place_of_a_model_that_is_gone_another_is_forced(
    flask, asked_about, decisions, file, second, tmp_path
):
    """Where the served model cannot be loaded nothing can be compared: that takes a decision."""
    file.write_text(str(tmp_path / "nowhere"))
    asked_about(LEAST)
    assert "cannot be loaded" in flask("promote", str(second), *SIGNED).output
    assert flask("promote", str(second), *SIGNED, "--force").exit_code == 0
    comparison = json.loads(decisions()[0].comparison)
    assert comparison == {"objections": ["unserved"], "before": None}
    refused = flask("rollback", *AGAIN)
    assert refused.exit_code == 1
    assert "No decision is kept that says which model was served before" in refused.output


def test_a_model_that_does_not_answer_is_not_promoted(
    flask, asked_about, decisions, artifact_folder, tmp_path
):
    """It gives the answers that its manifest announces, or it is not served, forced or not."""
    golden = [
        one | {"probability": 0.5} for one in artifact.read(artifact_folder).manifest["golden"]
    ]
    wrong = another(artifact_folder, tmp_path / "wrong", golden=golden)
    asked_about(LEAST)
    refused = flask("promote", str(wrong), *SIGNED, "--force")
    assert refused.exit_code == 1
    assert "does not give the answers" in refused.output
    assert decisions() == []


def test_without_a_file_a_sentence_says_what_to_set(make_app, first, second):
    """Where FUTURISYS_MODEL is an address itself nothing can be written there."""
    app = make_app(FUTURISYS_MODEL=str(first))
    for command in (("promote", str(second), *SIGNED), ("rollback", *AGAIN)):
        refused = app.test_cli_runner().invoke(args=["model", *command])
        assert refused.exit_code == 1
        assert f"write {first} into a file" in refused.output
        assert "set FUTURISYS_MODEL to that file" in refused.output


def test_a_decision_has_somebody_and_a_reason(flask, second):
    """Nobody decides anonymously, nor for no reason; a reason fits into its column."""
    for signed in (("--by", " ", "--why", "because"), ("--by", "Ada", "--why", "")):
        assert flask("promote", str(second), *signed, "--force").exit_code == 2
    refused = flask("promote", str(second), "--by", "Ada", "--why", 201 * "x", "--force")
    assert "more than 200 characters" in refused.output


def test_a_rollback_goes_to_the_model_before_and_forth(
    flask, asked_about, decisions, file, first, second
):
    """The model that the last decision replaced is served again, and that is a decision too."""
    asked_about(LEAST)
    flask("promote", str(second), *SIGNED)
    assert flask("rollback", *AGAIN).exit_code == 0
    assert file.read_text() == f"{pinned(first)}\n"
    row = decisions()[0]
    assert (row.version, row.author, row.reason) == (
        artifact.read(first).version,
        "Bea",
        AGAIN[-1],
    )
    assert flask("rollback", *SIGNED).exit_code == 0
    assert file.read_text() == f"{pinned(second)}\n"


def test_the_list_says_which_model_answered_and_who_decided(
    flask, app, served, asked_about, employee, first, second
):
    """Decisions stand first, the newest first; a model that nobody decided on stands below."""
    app.extensions |= served
    app.config["FUTURISYS_OPEN"] = "predict"
    assert app.test_client().post("/predict", json=employee).status_code == 200
    asked_about(LEAST)
    before, after = (artifact.read(folder) for folder in (first, second))
    told = flask("list").output
    assert re.search(rf"^\* {before.version}  answers from \d{{4}}-.* to .* UTC$", told, re.M)
    flask("promote", str(second), *SIGNED)
    lines = flask("list").output.splitlines()
    assert after.version in lines[0]
    assert "no answer is kept" in lines[0]
    assert lines[1].endswith(f"Ada: {SIGNED[-1]}")
    assert lines[2].strip() == pinned(second)
    assert lines[3].strip() == f"sha256 {after.digest}"
    assert lines[4].strip().startswith(f"{before.version}  answers from ")


def test_a_comparison_is_told_and_nothing_is_decided(
    flask, asked_about, decisions, file, first, second
):
    """What both say, group by group, why nothing is said of departures, and what speaks against."""
    asked_about(LEAST - 1)
    told = flask("compare", str(first), str(second))
    assert told.exit_code == 0
    lines = told.output.splitlines()
    assert lines[0].endswith("asked about 199 people whose facts are kept")
    assert "neither the models nor FUTURISYS_HORIZON_DAYS say" in told.output
    assert any(re.match(r"  departement \w.*: \d+; [\d.]+% and [\d.]+%; ", one) for one in lines)
    assert any(one.startswith("  heure_supplementaires False to True: ") for one in lines)
    moved = r"an estimate moves by [\d.]+ points \(median\), [\d.]+ points \(one in ten\)"
    assert any(re.fullmatch(moved, one) for one in lines)
    assert lines[-1].startswith("Fewer than 200 people")
    later = flask("compare", str(first), str(second), "--since", "2100-01-01")
    assert "asked about 0 people" in later.output
    assert (decisions(), file.read_text()) == ([], f"{first}\n")
