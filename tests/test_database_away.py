"""When PostgreSQL is away, slow, silent or frozen: 503 in time, and service by itself after."""

import concurrent.futures
import time
from collections.abc import Iterator

import httpx
import psycopg2
import pytest
import sqlalchemy as sa

from tests.proxy import Proxy
from tests.server import Server

pytestmark = pytest.mark.slow
# What is promised takes this many times as long on a machine that does much else; without its
# deadline it would take for ever.
SLOWER = 15


@pytest.fixture
def proxy(postgres, postgresql_url: str) -> Iterator[Proxy]:
    with Proxy(sa.make_url(postgresql_url).port or 5432) as proxy:
        yield proxy


@pytest.fixture
def running(server, proxy: Proxy, postgresql_url: str) -> Server:
    """A server of one worker whose database stands behind the proxy."""
    url = sa.make_url(postgresql_url).set(port=proxy.port).render_as_string(hide_password=False)
    return server(DATABASE_URL=url, WEB_CONCURRENCY="1").wait("/health/ready")


def post(running: Server, employee, key: str | None = None) -> tuple[httpx.Response, float]:
    """One prediction, and how many seconds its answer took."""
    start = time.monotonic()
    headers = {"Idempotency-Key": key} if key else {}
    response = httpx.post(f"{running.url}/predict", json=employee, headers=headers)
    return response, time.monotonic() - start


def count(url: str) -> int:
    connection = psycopg2.connect(url)
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM predictions")
        [(number,)] = cursor.fetchall()
    connection.close()
    return number


@pytest.mark.parametrize(
    ("mode", "promised"), [("refuse", 2), ("silent", 2), ("freeze", 5)], ids=lambda value: value
)
def test_an_answer_comes_in_time_and_service_returns(running, proxy, employee, mode, promised):
    """503 with Retry-After in time, live at once meanwhile, 200 again without a restart."""
    assert post(running, employee)[0].status_code == 200
    proxy.mode = mode
    if mode != "freeze":
        proxy.drop()
    response, seconds = post(running, employee)
    assert response.status_code == 503
    assert response.headers["Retry-After"]
    assert response.headers["Content-Type"] == "application/problem+json"
    assert seconds < SLOWER * promised
    assert httpx.get(f"{running.url}/health/live").status_code == 200
    proxy.mode = "forward"
    proxy.drop()
    running.wait("/health/ready")
    assert post(running, employee)[0].status_code == 200


def test_a_slow_database_is_given_up(running, employee, postgresql_url):
    """A table that is locked: 503 within two seconds, and nothing is kept afterwards."""
    blocker = psycopg2.connect(postgresql_url)
    with blocker.cursor() as cursor:
        cursor.execute("LOCK TABLE inputs IN ACCESS EXCLUSIVE MODE")
        response, seconds = post(running, employee)
    blocker.rollback()
    blocker.close()
    assert response.status_code == 503
    assert seconds < SLOWER * 2
    assert count(postgresql_url) == 0


def test_no_more_threads_wait_than_leave_one_for_live(running, employee, postgresql_url):
    """Sixteen requests on a stuck database: live answers, and late-comers are turned away."""
    blocker = psycopg2.connect(postgresql_url)
    with blocker.cursor() as cursor, concurrent.futures.ThreadPoolExecutor(16) as pool:
        cursor.execute("LOCK TABLE inputs IN ACCESS EXCLUSIVE MODE")
        waiting = [pool.submit(post, running, employee) for _ in range(16)]
        start = time.monotonic()
        assert httpx.get(f"{running.url}/health/live").status_code == 200
        assert time.monotonic() - start < SLOWER * 2
        answers = [future.result() for future in waiting]
        blocker.rollback()
    blocker.close()
    assert {answer.status_code for answer, _ in answers} == {503}
    assert post(running, employee)[0].status_code == 200


def test_connections_that_the_server_ended_are_replaced(running, employee, postgresql_url):
    """pg_terminate_backend on idle connections fails no request."""
    assert post(running, employee)[0].status_code == 200
    connection = psycopg2.connect(postgresql_url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity "
            "WHERE application_name = 'futurisys' AND datname = current_database()"
        )
        [(ended,)] = cursor.fetchall()
    connection.close()
    assert ended > 0
    assert {post(running, employee)[0].status_code for _ in range(5)} == {200}


def test_an_ambiguous_commit_is_answered_once(running, proxy, employee, postgresql_url):
    """The connection is cut after COMMIT was sent: 503, and the retry gets the one row's id."""
    assert post(running, employee, "first")[0].status_code == 200
    proxy.mode = "cut at commit"
    response, _ = post(running, employee, "second")
    assert response.status_code == 503
    retry, _ = post(running, employee, "second")
    assert retry.status_code == 200
    again, _ = post(running, employee, "second")
    assert again.json() == retry.json()
    assert again.headers["Idempotent-Replayed"] == "true"
    assert count(postgresql_url) == 2
