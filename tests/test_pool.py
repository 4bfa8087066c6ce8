"""Connections that the pool keeps, whatever else the process has open."""

import os
import resource
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from futurisys.app import create_app
from futurisys.records.database import db

SELECT_MAX = 1024


@pytest.fixture
def many_open() -> Iterator[None]:
    """More open descriptors than `select` can tell apart."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 2 * SELECT_MAX), hard))
    first = os.open(os.devnull, os.O_RDONLY)
    opened = [first, *(os.dup(first) for _ in range(SELECT_MAX))]
    yield
    for descriptor in opened:
        os.close(descriptor)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_a_connection_may_have_any_descriptor(postgresql_url, many_open):
    """A process with thousands of open files keeps its connections and uses them again."""
    with create_app(DATABASE_URL=postgresql_url).app_context():
        backends = []
        for _ in range(2):
            with db.engine.connect() as connection:
                driver = connection.connection.driver_connection
                assert driver is not None
                assert driver.fileno() >= SELECT_MAX
                backends.append(connection.scalar(sa.text("SELECT pg_backend_pid()")))
        assert backends[0] == backends[1]
        db.engine.dispose()
