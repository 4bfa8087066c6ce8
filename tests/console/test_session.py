"""Whoever is signed in is so until they sign out, or until their key or their hours end."""

import datetime

import pytest

from futurisys.console.access import ENDED
from futurisys.console.french import typeset
from futurisys.operations import access
from futurisys.records.database import db
from tests.console import (
    FILE,
    GROUPS,
    SIGN_IN,
    SIGN_OUT,
    Console,
    Element,
    key,
    page_of,
    signed_in,
    spaced,
    turned_away,
)
from tests.databases import ONE_DATABASE


def said_in(page: Element) -> list[str]:
    """What a page says above its content."""
    return [one.text for one in page.one("main").every("p", class_="message")]


@pytest.mark.parametrize("end", ["revoked", "expired", "scope", "hours"])
def test_a_session_ends_with_its_key_or_its_hours(closed, end):
    """Whoever is signed in is turned away, and told so, once nothing lets them in any more."""
    now = datetime.datetime.now(datetime.UTC)
    sent = key(closed, expires_at=now + datetime.timedelta(hours=1))
    console = Console(closed)
    console.sign_in(sent)
    assert not turned_away(console)
    if end == "revoked":
        with closed.app_context():
            access.revoke(sent.split("_")[1])
    elif end == "expired":
        with closed.app_context(), db.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE api_keys SET expires_at = created_at")
    elif end == "scope":
        with closed.app_context(), db.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE api_keys SET scopes = 'read'")
    else:
        with console.client.session_transaction() as session:
            session["until"] = now.timestamp() - 1
    assert turned_away(console)
    said = page_of(console.get(SIGN_IN)).one("p", role="status").text
    assert said == spaced(typeset(ENDED))
    assert turned_away(console)


def test_signing_out_closes_the_pages(closed):
    """After the sign-out nothing is shown any more, the browser forgets, and the page says so."""
    console = signed_in(closed)
    assert "Ada" in page_of(console.get(GROUPS)).one("form", class_="who").text
    response = console.send(SIGN_OUT, {})
    assert (response.status_code, response.location) == (303, SIGN_IN)
    assert response.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert "Session fermée." in page_of(console.get(SIGN_IN)).text
    assert turned_away(console)


@ONE_DATABASE
def test_a_session_that_ends_is_told_once_where_predicting_is_open(app, monkeypatch, file_id):
    """The open pages stay, without the name; what the browser had sent is still its own."""
    monkeypatch.setattr(access, "REMEMBER_SECONDS", 0)
    sent = key(app)
    console = Console(app)
    console.sign_in(sent)
    with console.client.session_transaction() as session:
        session["files"] = [[file_id, "what an earlier release kept"]]
    assert "Ada" in page_of(console.get(FILE)).one("form", class_="who").text
    with app.app_context():
        access.revoke(sent.split("_")[1])
    page = page_of(console.get(FILE))
    assert said_in(page) == [spaced(typeset(ENDED))]
    assert not list(page.every("form", class_="who"))
    assert list(page.every("a", href=f"/console/fichiers/{file_id}"))
    again = page_of(console.get(FILE))
    assert said_in(again) == []
    assert "Ada" not in again.text
    assert turned_away(console)
