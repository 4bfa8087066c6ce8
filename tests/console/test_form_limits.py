"""How long a body may be that is sent to a page."""

import io
from typing import Any

import pytest

from tests.console import BROWSER, FILE, doors, page_of, signed_in
from tests.databases import ONE_DATABASE

DEPARTURES = "/console/departs"


@pytest.mark.slow
@pytest.mark.parametrize(
    "kind", ["application/x-www-form-urlencoded", "text/plain", "application/json"]
)
@ONE_DATABASE
def test_a_body_that_is_no_multipart_form_stays_small(app, kind):
    """Beyond 64 KiB it is 413 on every page, a file's too, before anything of it is judged."""
    keys = signed_in(app), signed_in(app, "rights"), signed_in(app, "admin")
    for _, method, address in doors(app):
        if method == "POST":
            body: dict[str, Any] = {"data": b"poste=" + 70_000 * b"x", "content_type": kind}
            answers = (
                one.client.post(address, headers={"Accept": BROWSER}, **body) for one in keys
            )
            response = next(one for one in answers if one.status_code != 403)
            assert response.status_code == 413, address
            assert "dépasse" in page_of(response).one("p", role="alert").text


@ONE_DATABASE
def test_a_multipart_form_may_be_as_long_as_its_view_says(app):
    """A form's own limit is 64 KiB; a file and the numbers of its people may be longer."""
    keys = signed_in(app), signed_in(app, "rights"), signed_in(app, "admin")
    for _, method, address in doors(app):
        if method == "POST":
            answers = (
                one.post(address, _long(), content_type="multipart/form-data") for one in keys
            )
            response = next(one for one in answers if one.status_code != 403)
            is_long = address in (FILE, DEPARTURES, f"{DEPARTURES}/garder", "/console/essai")
            is_long = is_long or address.endswith("/resultat")
            assert response.status_code == (400 if is_long else 413), address


def _long() -> dict[str, Any]:
    return {"references": 200_000 * "x", "fichier": (io.BytesIO(200_000 * b"x"), "x.csv")}
