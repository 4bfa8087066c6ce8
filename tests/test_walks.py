"""Whatever two callers of two departments do, and in whatever order, neither sees the other's."""

import difflib
import io
import json
import random
import re
import uuid
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from futurisys.operations import access
from futurisys.records.database import db
from tests.console import Console
from tests.databases import ONE_DATABASE
from tests.population import table

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("numbers")]

OWN, OTHER = "Consulting", "Commercial"
# What the people of the other department have, and nobody else.
POST, TITLE, FIRST_NUMBER = "Gardien de phare", "Les phares de novembre", 731_946_285
TOLD = (POST, TITLE, str(FIRST_NUMBER)[:-2])
PEOPLE = 14
STEPS, EXAMPLES = 14, 25
# How many questions, bodies and forms there are, of the kind of which there are most.
SENT = 14
# Not walked: what begins or ends a session, and what counts the requests of the whole process.
APART = ("console.leave", "console.enter", "console.sign_in", "metrics.")
# What tells nobody of anybody.
OF_NOBODY = ("flasgger.", "health.", "model.", "effects.", "page.", "console.static")
_UUID = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
# Of ids, those of files; and what a page that asks about a file wants to have back.
_FILE = re.compile(rf'(?:/fichiers/|"Fichier": ?")({_UUID.pattern})')
_SEEN = re.compile('name="vu" value="([^"]+)"')
# What differs between two answers that say the same: tokens, cursors, ids of keys, moments, times.
_FLEETING = re.compile(
    r'name="csrf_token" value="[^"]*"|(?<=value=")[0-9a-f]{64}(?=")|"suivant": ?"[^"]*"'
    r"|\b[0-9a-f]{12}\b|\d{4}-\d\d-\d\d[T ][\d:.]+(?:Z|\+00:00)?"
    r"|\d\d/\d\d/\d{4}(?:(?:,| à) \d\d\s?h\s?\d\d)?|\d\d\s?h\s?\d\d|\bmin\s\d\d\ss\b"
)


class Step(NamedTuple):
    """One call, by numbers of which each route makes what it can.

    is_own: who calls. door: of those of the service. known: which of the ids that the caller was
    told it is about; foreign: whether of those that the other was told. sent: which question, body
    or form.
    """

    is_own: bool
    door: int
    known: int
    foreign: bool
    sent: int


class Door(NamedTuple):
    """A way into the service."""

    endpoint: str
    method: str
    rule: str

    @property
    def is_page(self) -> bool:
        return self.endpoint.startswith("console.")


class Stranger(NamedTuple):
    """Whoever is not there: ids that nobody was told."""

    ids: Sequence[str]
    files: Sequence[str]


@dataclass
class Walker:
    """A caller with a key for one department, who remembers every id that it was told."""

    app: Flask
    key: str
    people: list[dict[str, Any]]
    ids: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    foreign: set[str] = field(default_factory=set)
    seen: str = ""

    def __post_init__(self) -> None:
        self.client = self.app.test_client()
        self.console = Console(self.app)
        assert self.console.sign_in(self.key).status_code == 303
        self.headers = {"Authorization": f"Bearer {self.key}", "Accept": "application/json"}
        self.token = self.console.token()

    def go(self, door: Door, step: Step, strange: "Walker | Stranger") -> str:
        """What a call is answered, as it would be on any day and whatever ids are drawn."""
        self.foreign.update(strange.ids)
        whose = strange if step.foreign else self
        lot = whose.files[step.known % len(whose.files)]
        one = lot if "<uuid:lot>" in door.rule else whose.ids[step.known % len(whose.ids)]
        address = re.sub(r"<any\((\w+)[^>]*>", r"\1", door.rule)
        address = re.sub(r"<[^>]+>", one, address)
        asked: dict[str, Any] = {"buffered": True}
        if door.method == "GET":
            asked["query_string"] = _one_of(_questions(lot, self.files[-1]), step)
        elif door.is_page:
            asked["data"] = _one_of(self._forms(step), step) | {"csrf_token": self.token}
        elif body := _one_of([*_bodies(self.people, one, lot), {}], step):
            asked["json"] = body
        else:
            asked |= {"data": table(self.people[:2]), "content_type": "text/csv"}
        if door.is_page:
            headers = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}
            answer = self.console.client.open(address, method=door.method, headers=headers, **asked)
        else:
            answer = self.client.open(address, method=door.method, headers=self.headers, **asked)
        assert answer.status_code < 500, (door, answer.text)
        return self._told(answer)

    def send(self) -> str:
        """Have a file of the caller's people estimated; returns its id."""
        csv = {"data": table(self.people), "content_type": "text/csv", "buffered": True}
        answer = self.client.post("/predict/batch", headers=self.headers, **csv)
        assert answer.status_code == 200, answer.text
        self._told(answer)
        return self.files[-1]

    def _forms(self, step: Step) -> list[dict[str, Any]]:
        """What pages may send, a file of two people among it."""
        named = (io.BytesIO(table(self.people[:2]).encode()), "gens.csv")
        file = {"fichier": named, "cle": str(uuid.UUID(int=step.known)), "vu": self.seen}
        return [*_forms(self.people), file]

    def _told(self, answer: TestResponse) -> str:
        text = f"{answer.status_code} {answer.headers.get('Location', '')}\n{_text(answer)}"
        text = text.replace(answer.headers.get("X-Request-ID", "\0"), "")
        for found, known in ((_UUID, self.ids), (_FILE, self.files)):
            for one in found.findall(text):
                if one not in known and one not in self.foreign:
                    known.append(one)
        self.seen = next(iter(_SEEN.findall(text)), self.seen)
        return _FLEETING.sub("", _UUID.sub(lambda found: self._name(found[0]), text))

    def _name(self, identifier: str) -> str:
        """What an id is called in every walk: by when it was first told, or that it is not ours."""
        known = identifier in self.ids
        return f"#{self.ids.index(identifier)}" if known else "an id of somebody else's"


def _text(answer: TestResponse) -> str:
    """All that an answer says; of a workbook what its sheets do."""
    data = answer.get_data()
    if not data.startswith(b"PK"):
        return data.decode()
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        names = [name for name in book.namelist() if not name.startswith("docProps")]
        return "\n".join(book.read(name).decode() for name in sorted(names))


def _one_of(every: Sequence[dict[str, Any]], step: Step) -> dict[str, Any]:
    return every[step.sent % len(every)]


def _questions(one: str, two: str) -> list[dict[str, str]]:
    """What addresses may ask; two: a file of the caller's own, for a list that goes on after it."""
    return [
        {},
        {"par": "departement"},
        {"par": "departement,poste"},
        {"par": "poste", "parmi": "tous", "et": "departement"},
        {"par": "genre", "fichier": one},
        {"avant": one, "apres": two},
        {"avant": one, "apres_depuis": "2026-01-01T00:00:00Z"},
        {"total": "true", "limite": "5", "depuis": "2026-01-01T00:00:00Z"},
        {"tri": "poste", "departement": OTHER},
        {"entretiens": "3", "par": "statut_marital"},
        {"groupe": "", "changement": "heure_supplementaires=Non"},
        {"groupe": f"departement={OTHER}", "changement": "heure_supplementaires=Non"},
        {"jours": "365"},
        {"apres": two},
    ]


def _bodies(people: list[dict[str, Any]], one: str, lot: str) -> list[dict[str, Any]]:
    """What programs may send, about the caller's people or somebody whom only the other has."""
    change = {"changements": {"heure_supplementaires": "Non"}}
    return [
        people[0],
        {"employes": people[:3]},
        {"id_employee": people[0]["id_employee"], "total": True},
        {"id_employee": str(FIRST_NUMBER)},
        {"id_employee": FIRST_NUMBER},
        {"total": True},
        {"employe": people[0]} | change,
        {"identifiant": one} | change,
        {"fichier": lot} | change,
        {"fichier": lot, "filtre": {"departement": OTHER}} | change,
        {"avis": "accord"},
        {"avis": "désaccord"},
    ]


def _forms(people: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What pages may send."""
    typed = {name: str(value) for name, value in people[1].items()}
    return [
        typed | {"cle": "une"},
        {"id_employee": str(people[0]["id_employee"])},
        {"id_employee": str(FIRST_NUMBER)},
        {"titre": "Un titre", "forme": "csv", "references": json.dumps({"2": "1"})},
        {"forme": "xlsx", "references": ""},
        {"confirmation": "supprimer"},
        {"avis": "accord", "kind": "accord"},
        {"nom": "Ada", "holder": "1"},
    ]


@pytest.fixture
def walk(app: Flask, rows: list[dict[str, Any]]) -> Callable[[Sequence[Step], bool], list[str]]:
    """Walk some steps on an empty database: what the first caller is told at each of its own.

    meets: whether the other walks too; its key is there in any case.
    """
    app.config["FUTURISYS_OPEN"] = ""
    doors = list(_doors(app))
    own = [row for row in rows if row["departement"] == OWN][:PEOPLE]
    other = [row for row in rows if row["departement"] == OTHER][:PEOPLE]
    other = [
        row | {"poste": POST, "id_employee": FIRST_NUMBER + place}
        for place, row in enumerate(other)
    ]

    def run(steps: Sequence[Step], meets: bool) -> list[str]:
        _empty(app)
        first, second = (
            Walker(app, _key(app, name, department), people)
            for name, department, people in (("Ada", OWN, own), ("Eve", OTHER, other))
        )
        first.send()
        unknown = [str(uuid.UUID(int=(7 << 76) + (2 << 62) + place)) for place in range(40)]
        nobody = Stranger(unknown, unknown)
        if meets:
            lot = second.send()
            form = {"titre": TITLE, "csrf_token": second.token}
            second.console.client.post(f"/console/fichiers/{lot}/titre", data=form)
        told = []
        for step in steps:
            door = doors[step.door % len(doors)]
            if step.is_own:
                answer = first.go(door, step, second if meets else nobody)
                told.append(f"{door.method} {door.rule}\n{answer}")
            elif meets:
                second.go(door, step, first)
        return told

    return run


def _doors(app: Flask) -> Iterator[Door]:
    """Every way in, in an order that each run has; those last by which something is deleted."""

    def place(rule: Any) -> tuple[bool, str, str]:
        return "delet" in rule.endpoint, rule.rule, rule.endpoint

    for rule in sorted(app.url_map.iter_rules(), key=place):
        if not rule.endpoint.startswith((*APART, *OF_NOBODY)):
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield Door(rule.endpoint, method, rule.rule)


def _key(app: Flask, name: str, department: str) -> str:
    with app.app_context():
        return access.issue(name, ("predict", "read", "console"), None, [department])


def _empty(app: Flask) -> None:
    with app.app_context(), db.engine.begin() as connection:
        for one in reversed(db.metadata.sorted_tables):
            connection.execute(sa.delete(one))


def check(walk: Callable[[Sequence[Step], bool], list[str]], steps: Sequence[Step]) -> None:
    """Compare a walk beside the other caller with the same walk alone."""
    alone, beside = walk(steps, False), walk(steps, True)
    for expected, found in zip(alone, beside, strict=True):
        # A number that was typed is told back.
        typed = [one for one in TOLD if one in expected]
        assert [one for one in TOLD if one in found] == typed, found
        lines = difflib.unified_diff(expected.splitlines(), found.splitlines(), lineterm="", n=1)
        assert expected == found, "\n".join([expected.partition("\n")[0], *lines])


NUMBERS = st.integers(0, 999)
STEP = st.builds(Step, st.booleans(), NUMBERS, NUMBERS, st.booleans(), st.integers(0, SENT - 1))


@ONE_DATABASE
def test_a_short_walk_meets_nothing_of_the_other(walk):
    """A few calls of both, the same at each run, through doors at random."""
    drawn = random.Random(2)
    steps = [
        Step(place % 3 > 0, drawn.randrange(1000), 0, place % 2 > 0, drawn.randrange(SENT))
        for place in range(6)
    ]
    check(walk, steps)


@ONE_DATABASE
def test_every_door_is_the_same_beside_the_other(app, walk):
    """Each route, asked with each question and body, about the caller's ids and the other's."""
    steps = [
        Step(True, number, 0, foreign, sent)
        for number in range(len(list(_doors(app))))
        for foreign in (False, True)
        for sent in range(SENT)
    ]
    check(walk, steps)


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    # What was found says which call it was; to look for a shorter walk takes minutes.
    phases=[Phase.generate],
)
@given(steps=st.lists(STEP, min_size=STEPS, max_size=2 * STEPS))
def test_whatever_both_do_neither_meets_the_other(walk, steps):
    """What a caller is told at each of its steps is what it is told where there is no other."""
    check(walk, steps)
