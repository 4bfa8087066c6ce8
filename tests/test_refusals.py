"""A wrong key counts: whoever tries keys is stopped, and locks nobody else out."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from limits.storage import MemoryStorage

from futurisys.app import create_app
from futurisys.errors import SettingError
from futurisys.operations import access
from futurisys.operations.access import KNOWN_MAX
from futurisys.operations.refusals import TOO_MANY
from tests.console import Console, key

DOOR = "/metrics"
WRONG = [f"fut_{n:012}_{'A' * 43}" for n in range(8)]


class Away(MemoryStorage):
    """A storage that nobody answers for."""

    STORAGE_SCHEME = ["away"]
    base_exceptions = ConnectionError

    def incr(self, *_: Any, **__: Any) -> int:
        raise ConnectionError

    def get(self, *_: Any, **__: Any) -> int:
        raise ConnectionError

    def check(self) -> bool:
        return False


@pytest.fixture
def make(make_app: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Flask]:
    """Applications on one database that look every key up at each request."""
    monkeypatch.setattr(access, "REMEMBER_SECONDS", 0)
    return make_app


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The statements that ask the database for a key."""
    seen: list[str] = []

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        if "FROM api_keys" in statement:
            seen.append(statement)

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    yield seen
    sa.event.remove(sa.Engine, "before_cursor_execute", note)


def ask(app: Flask, token: str, address: str = "127.0.0.1", **headers: str) -> Any:
    return app.test_client().get(
        DOOR,
        headers={"Authorization": f"Bearer {token}", **headers},
        environ_base={"REMOTE_ADDR": address},
    )


def test_a_wrong_key_counts_against_its_address(make, looks):
    """Past the set limit it is 429 without a look; other addresses are answered as before."""
    app = make(FUTURISYS_RATE_LIMIT="2/minute")
    answers = [ask(app, wrong) for wrong in WRONG]
    assert [answer.status_code for answer in answers] == [401, 401] + [429] * 6
    assert len(looks) == 2
    refused = answers[-1]
    assert refused.content_type == "application/problem+json"
    assert refused.json["detail"] == TOO_MANY
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    assert ask(app, WRONG[0], "127.0.0.2").status_code == 401


def test_without_a_limit_thirty_wrong_keys_a_minute_are_looked_up(make, looks):
    """The bound stands where FUTURISYS_RATE_LIMIT says nothing."""
    app = make()
    statuses = [ask(app, "x").status_code for _ in range(32)]
    assert statuses == [401] * 30 + [429] * 2
    assert len(looks) == 30


def test_whoever_tries_keys_locks_nobody_out(make, looks):
    """A key found good within the hour is looked up all the same; one not seen so lately waits."""
    app = make(FUTURISYS_RATE_LIMIT="4/minute")
    known, stranger = key(app, "admin"), key(app, "admin")
    assert ask(app, known).status_code == 200
    for wrong in WRONG:
        ask(app, wrong)
    looks.clear()
    assert ask(app, known).status_code == 200
    assert len(looks) == 1
    assert ask(app, stranger).status_code == 429
    assert len(looks) == 1
    assert ask(app, stranger, "127.0.0.2").status_code == 200
    assert ask(app, stranger).status_code == 200


def test_a_key_is_known_for_an_hour(make, monkeypatch):
    """After 3600 seconds without a request a key is a stranger at an address that tried others."""
    app = make(FUTURISYS_RATE_LIMIT="4/minute")
    sent = key(app, "admin")
    assert ask(app, sent).status_code == 200
    for wrong in WRONG:
        ask(app, wrong)
    now = time.monotonic()
    for seconds, status in ((3590, 200), (3590 + 3610, 429)):
        monkeypatch.setattr(time, "monotonic", lambda later=now + seconds: later)
        assert ask(app, sent).status_code == status


def test_a_known_key_that_is_revoked_is_refused_at_once(make):
    """It is looked up, 401, and from then on as unknown as any."""
    app = make(FUTURISYS_RATE_LIMIT="4/minute")
    sent = key(app, "admin")
    assert ask(app, sent).status_code == 200
    for wrong in WRONG:
        ask(app, wrong)
    with app.app_context():
        access.revoke(sent.split("_")[1])
    assert [ask(app, sent).status_code for _ in range(2)] == [401, 429]


def test_only_a_failed_look_counts(make):
    """No key, another scheme and another scope are refused without being counted."""
    app = make()
    other = key(app, "predict")
    for _ in range(40):
        assert app.test_client().get(DOOR).status_code == 401
        basic = {"Authorization": "Basic dXNlcjpwYXNz"}
        assert app.test_client().get(DOOR, headers=basic).status_code == 401
        assert ask(app, other).status_code == 403
    assert ask(app, "x").status_code == 401


@pytest.mark.parametrize(("proxies", "last"), [("1", 401), ("0", 429)])
def test_behind_a_proxy_the_client_is_counted(make, proxies, last):
    """The address that a proxy names is the one that counts, where FUTURISYS_PROXIES trusts it."""
    app = make(FUTURISYS_RATE_LIMIT="2/minute", FUTURISYS_PROXIES=proxies)
    for wrong in WRONG:
        ask(app, wrong, **{"X-Forwarded-For": "192.0.2.1"})
    assert ask(app, WRONG[0], **{"X-Forwarded-For": "192.0.2.2"}).status_code == last


def test_the_sign_in_counts_with_the_api(make):
    """A key refused by either door counts, and one that the worker knows signs in all the same."""
    app = make(FUTURISYS_RATE_LIMIT="9/minute", SECRET_KEY="s" * 32)
    known = key(app)
    assert Console(app).sign_in(known).status_code == 303
    for wrong in WRONG:
        assert ask(app, wrong).status_code == 401
    console = Console(app)
    statuses = [console.sign_in(wrong).status_code for wrong in WRONG[:2]]
    assert statuses == [401, 429]
    assert Console(app).sign_in(known).status_code == 303


def test_a_storage_that_is_away_turns_nobody_away(make, caplog):
    """A good key is answered, a wrong one refused, and the log says that nothing is counted."""
    app = make(FUTURISYS_RATE_LIMIT="2/minute", FUTURISYS_RATE_STORAGE="away://")
    assert ask(app, key(app, "admin")).status_code == 200
    assert [ask(app, wrong).status_code for wrong in WRONG] == [401] * 8
    assert "FUTURISYS_RATE_STORAGE is away (ConnectionError)" in caplog.text


def test_a_wrong_key_is_no_storage_that_is_away(make, caplog):
    """What is refused does not make the limit's own count leave its storage."""
    app = make(FUTURISYS_RATE_LIMIT="2/minute")
    ask(app, WRONG[0])
    assert "unreachable" not in caplog.text


@pytest.mark.slow
def test_what_is_known_of_keys_is_bounded(make, monkeypatch):
    """The key that was used longest ago is forgotten first: it has to wait as an unknown one."""
    app = make(FUTURISYS_RATE_LIMIT="4/minute")
    first, second, third = (key(app, "admin") for _ in range(3))
    monkeypatch.setattr(access, "KNOWN_MAX", 2)
    with app.app_context():
        # What other tests left is forgotten one by one.
        for _ in range(KNOWN_MAX):
            access.holder(first.split("_")[1])
    for sent in (first, second, first, third):
        assert ask(app, sent).status_code == 200
    assert [ask(app, wrong).status_code for wrong in WRONG[:5]] == [401] * 4 + [429]
    assert [ask(app, sent).status_code for sent in (first, third, second)] == [200, 200, 429]


@pytest.mark.parametrize("uri", ["nowhere://", "memory", "redis+nothing://x"])
def test_a_storage_that_there_is_none_of_stops_the_start(uri):
    """One sentence names the setting."""
    with pytest.raises(SettingError, match=r"\AFUTURISYS_RATE_STORAGE: .* is expected\.\Z"):
        create_app(DATABASE_URL="sqlite://", FUTURISYS_RATE_STORAGE=uri)
