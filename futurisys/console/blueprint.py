"""The blueprint of the pages, and what each says of its own door."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, request

FORM_MAX = 64 * 1024
ANYONE, PREDICTING = "anyone", "predict"
# The scopes of keys that open a page: what shows people, and what shows groups alone.
PEOPLE, GROUPS = ("console",), ("console", "groups")
# Of those that open people's requests, and what tells of the work with people without them.
RIGHTS, OVERSIGHT, ADMIN = ("rights",), ("admin", "rights"), ("admin",)
SIGNING_IN = {*GROUPS, *OVERSIGHT}
# Where a key begins that opens neither people nor groups.
LANDINGS = {"rights": "/console/droits", "admin": "/console/journal"}
STATIC = "/console/static"
# The model card, at whose address a program gets the document, and a browser the page.
CARD = "model.card"

blueprint = Blueprint(
    "console",
    __name__,
    template_folder="templates",
    static_folder="static",
    static_url_path=STATIC,
)


def door(
    opened_to: str = "",
    most: int = FORM_MAX,
    is_long: bool = False,
    scopes: tuple[str, ...] = PEOPLE,
) -> Callable[[Callable], Callable]:
    """Say who needs no sign-in for the view below, which keys open it, and what it costs.

    opened_to: `ANYONE`, or `PREDICTING`: anyone where predicting needs no key; nobody otherwise.
    most: how many bytes a multipart form may have. is_long: whether it is long work.
    """

    def attach(view: Callable[..., Any]) -> Callable[..., Any]:
        view.opened_to, view.most = opened_to, most  # type: ignore[attr-defined]
        view.is_long, view.scopes = is_long, scopes  # type: ignore[attr-defined]
        return view

    return attach


def is_page(path: str) -> bool:
    """Whether an address is one of the console's, the model card's among them."""
    if path.startswith(STATIC):
        return False
    return path in ("/", "/model", "/console") or path.startswith("/console/")


def is_read_by_a_person() -> bool:
    """Whether the request asks for a page, as a browser does, rather than for a document."""
    kinds = ("application/json", "text/html")
    return request.accept_mimetypes.best_match(kinds) == "text/html"
