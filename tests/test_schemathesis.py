"""The service against its own document: whatever it allows or forbids is answered as it says."""

from collections.abc import Iterator

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, settings
from schemathesis.checks import load_all_checks
from schemathesis.specs.openapi.checks import positive_data_acceptance

from futurisys import serving
from futurisys.app import create_app
from futurisys.operations import access
from futurisys.records.database import db
from tests.fixtures import SUBJECT_KEY

pytestmark = pytest.mark.slow
pytest_plugins = ["schemathesis.pytest.plugin"]

EXAMPLES = 15
load_all_checks()


# Read from the application alone: collecting tests must not need a database.
document = schemathesis.openapi.from_wsgi("/openapi.json", create_app(DATABASE_URL="sqlite://"))


@pytest.fixture(scope="module")
def closed_app(postgres, postgres_template, artifact_folder) -> Iterator[Flask]:
    """An application on PostgreSQL, its doors closed."""
    with postgres.database(postgres_template) as name:
        app = create_app(
            DATABASE_URL=postgres.url(name),
            FUTURISYS_MODEL=str(artifact_folder),
            FUTURISYS_SUBJECT_KEY=SUBJECT_KEY,
            # It tries a wrong key at every door, again and again from one address.
            FUTURISYS_RATE_LIMIT="1000000/minute",
        )
        serving.load(app)
        yield app
        with app.app_context():
            db.engine.dispose()


@pytest.fixture(scope="module")
def key(closed_app) -> dict[str, str]:
    with closed_app.app_context():
        token = access.issue("Essai", ("predict", "read", "admin", "console"), None)
    return {"Authorization": f"Bearer {token}"}


# It cannot write a workbook; the tests of populations do.
@pytest.mark.filterwarnings("ignore:Skipped test cases with unsupported payload")
@document.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
def test_the_service_keeps_to_its_document(case, closed_app, key):
    """Every check but positive_data_acceptance: the rules across fields cannot be said there."""
    case.operation.app = closed_app
    case.call_and_validate(headers=key, excluded_checks=[positive_data_acceptance])
