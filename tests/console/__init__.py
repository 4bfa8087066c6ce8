"""The console as a person's browser uses it: its cookie, its pages, the forms that they show."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from flask import Flask
from werkzeug.test import TestResponse

from futurisys.operations import access

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
SIGN_IN, SIGN_OUT = "/console/connexion", "/console/deconnexion"
HISTORY, GROUPS = "/console/historique", "/console/groupes"
WHAT_IF, FILE = "/console/simulation", "/console/fichier"
EMPLOYEE = "/console/employe"
UNKNOWN = "/console/predictions/01a208b2-97f0-71dc-9469-da141397ccc6"
PROGRAM = {"Accept": "application/json"}
# What the sessions of closed services are signed with.
SECRET = "a secret of the tests, of no other use"
VOID = {"br", "hr", "img", "input", "link", "meta", "wbr"}


@dataclass
class Element:
    """A part of a page. inside: its texts and its own parts, in order."""

    tag: str
    attributes: dict[str, str]
    inside: list[Any] = field(default_factory=list)

    def every(self, tag: str = "", **wanted: str) -> Iterator[Self]:
        """The parts below this one of a tag, with the attributes wanted; `class_` holds a word."""
        word = wanted.pop("class_", None)
        for part in self.inside:
            if isinstance(part, Element):
                words = part.attributes.get("class", "").split()
                same = all(part.attributes.get(name) == text for name, text in wanted.items())
                if tag in ("", part.tag) and same and (word is None or word in words):
                    yield part  # type: ignore[misc]
                yield from part.every(tag, **wanted, **({"class_": word} if word else {}))  # type: ignore[misc]

    def one(self, tag: str = "", **wanted: str) -> Self:
        """The only such part."""
        [found] = self.every(tag, **wanted)
        return found

    @property
    def text(self) -> str:
        """What a reader reads, with plain spaces."""
        return spaced(self._texts())

    def _texts(self) -> str:
        return "".join(part if isinstance(part, str) else part._texts() for part in self.inside)


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = Element("", {})
        self.opened = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        part = Element(tag, {name: value or "" for name, value in attrs})
        self.opened[-1].inside.append(part)
        if tag not in VOID:
            self.opened.append(part)

    def handle_endtag(self, tag: str) -> None:
        assert self.opened.pop().tag == tag, self.getpos()

    def handle_data(self, data: str) -> None:
        self.opened[-1].inside.append(data)


def page_of(response: TestResponse) -> Element:
    """What a response shows, as `parsed` has it."""
    assert response.mimetype == "text/html", response.text
    return parsed(response.text)


def parsed(text: str) -> Element:
    """A page, well-formed, with ids that are unique and all that is referred to."""
    parser = _Parser()
    parser.feed(text)
    parser.close()
    assert parser.opened == [parser.root]
    ids = [part.attributes["id"] for part in parser.root.every() if "id" in part.attributes]
    assert len(ids) == len(set(ids))
    assert _referred_to(parser.root) <= set(ids)
    return parser.root


def spaced(text: str) -> str:
    """A text with plain spaces alone, as `Element.text` has it."""
    return " ".join(text.split())


def _referred_to(page: Element) -> set[str]:
    """The ids that labels, descriptions and links of a page name."""
    found: set[str] = set()
    for part in page.every():
        for name in ("for", "list", "aria-describedby", "aria-labelledby"):
            found |= set(part.attributes.get(name, "").split())
        path, _, anchor = part.attributes.get("href", "").partition("#")
        found |= {anchor} if anchor and not path else set()
    return found


def values_of(form: Element) -> dict[str, str]:
    """What a browser sends of a form in which nothing is typed or chosen."""
    values = {
        one.attributes["name"]: one.attributes.get("value", "")
        for one in form.every("input")
        if one.attributes.get("type") not in ("checkbox", "radio") or "checked" in one.attributes
    }
    for select in form.every("select"):
        options = list(select.every("option"))
        chosen = [one for one in options if "selected" in one.attributes] or options[:1]
        values[select.attributes["name"]] = chosen[0].attributes.get("value", chosen[0].text)
    return values


def key(app: Flask, *scopes: str, **options: Any) -> str:
    """A new key, which opens the console unless other scopes are given."""
    with app.app_context():
        end, departments = options.get("expires_at"), options.get("departments")
        return access.issue("Ada", scopes or ("console",), end, departments)


class Console:
    """A browser, which nobody has signed in with yet."""

    def __init__(self, app: Flask) -> None:
        self.client = app.test_client()

    def get(self, address: str, **options: Any) -> TestResponse:
        headers = {"Accept": BROWSER} | options.pop("headers", {})
        return self.client.get(address, headers=headers, buffered=True, **options)

    def post(self, address: str, values: Mapping[str, Any], **options: Any) -> TestResponse:
        """Send a form's values as they are."""
        headers = {"Accept": BROWSER} | options.pop("headers", {})
        return self.client.post(
            address, data=dict(values), headers=headers, buffered=True, **options
        )

    def send(self, address: str, values: Mapping[str, Any], **options: Any) -> TestResponse:
        """Send a form's values with the token that pages show to this browser."""
        return self.post(address, {"csrf_token": self.token()} | dict(values), **options)

    def follow(self, response: TestResponse, **options: Any) -> TestResponse:
        """The page that an answer leads to."""
        assert response.status_code == 303, response.text
        return self.get(response.location, **options)

    def predict(self, values: Mapping[str, Any]) -> TestResponse:
        """Send the form's values, and read the page of the answer."""
        return self.follow(self.send(EMPLOYEE, values))

    def token(self) -> str:
        """The token of this session's forms, from the sign-in, or from what it leads to."""
        response = self.get(SIGN_IN)
        page = page_of(self.follow(response) if response.status_code == 303 else response)
        return next(page.every("input", name="csrf_token")).attributes["value"]

    def sign_in(self, key: str, address: str = SIGN_IN) -> TestResponse:
        """Send a key with the form that an address of the sign-in shows."""
        form = page_of(self.get(address)).one("form", action=SIGN_IN)
        return self.post(SIGN_IN, values_of(form) | {"secret": key})


def wanted(response: TestResponse) -> str | None:
    """Which page an answer leads to by way of the sign-in; None where it leads elsewhere.

    It is "" where nothing in particular was asked for.
    """
    parts = urlsplit(response.location or "")
    if response.status_code != 303 or (parts.netloc, parts.path) != ("", SIGN_IN):
        return None
    return parse_qs(parts.query).get("suite", [""])[0]


def signed_in(app: Flask, *scopes: str, **options: Any) -> Console:
    """A browser of somebody who has a key of the console, or of these scopes and options."""
    console = Console(app)
    assert console.sign_in(key(app, *scopes, **options)).status_code == 303
    return console


def doors(app: Flask) -> Iterator[tuple[str, str, str]]:
    """(rule, method, an address of it) of each of the console's."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("console."):
            address = rule.rule.replace("<path:filename>", "console.css")
            address = address.replace("<any(csv, xlsx):form>", "csv")
            address = address.replace("<nom>", "notice-aux-salaries")
            for name in ("identifiant", "lot"):
                address = address.replace(f"<uuid:{name}>", UNKNOWN.rpartition("/")[2])
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
                yield rule.rule, method, address


def turned_away(console: Console) -> bool:
    return wanted(console.get(HISTORY)) == HISTORY
