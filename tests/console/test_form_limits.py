"""How long a body may be that is sent to a page."""

import io

import pytest

from tests.console import BROWSER, FILE, doors, page_of, signed_in
from tests.databases import ONE_DATABASE


@pytest.mark.parametrize(
    "kind", ["application/x-www-form-urlencoded", "text/plain", "application/json"]
)
@ONE_DATABASE
def test_a_body_that_is_no_multipart_form_stays_small(app, kind):
    """Beyond 64 KiB it is 413 on every page, a file's too, before anything of it is judged."""
    console = signed_in(app)
    for _, method, address in doors(app):
        if method == "POST":
            response = console.client.post(
                address,
                data=b"poste=" + 70_000 * b"x",
                content_type=kind,
                headers={"Accept": BROWSER},
            )
            assert response.status_code == 413, address
            assert "dépasse" in page_of(response).one("p", role="alert").text


@ONE_DATABASE
def test_a_multipart_form_may_be_as_long_as_its_view_says(app):
    """A form's own limit is 64 KiB; a file and the numbers of its people may be longer."""
    console = signed_in(app)
    for _, method, address in doors(app):
        if method == "POST":
            sent = {"references": 200_000 * "x", "fichier": (io.BytesIO(200_000 * b"x"), "x.csv")}
            response = console.post(address, sent, content_type="multipart/form-data")
            is_long = address == FILE or address.endswith("/resultat")
            assert response.status_code == (400 if is_long else 413), address
