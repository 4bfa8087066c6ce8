"""Keys: who may open which door."""

import datetime
import hashlib
import hmac
import math
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from flask import g, has_request_context

from futurisys.errors import AccessDenied, FuturisysError
from futurisys.operations import refusals
from futurisys.operations.transactions import reading, writing
from futurisys.records import keys, perimeter
from futurisys.records.perimeter import Perimeter

SCOPES = ("predict", "read", "admin", "console", "groups", "rights")
# Who opens one of these sees people, of whatever departments the key was issued for.
SEEING = ("read", "console")
# Who answers people's requests is not who works with their estimates.
APART = ("console", "rights")
TOGETHER = "One key opens console or rights, not both: issue one for each, to two people."
PREFIX = "fut"
# A revoked key is refused after this long at the latest, in every worker.
REMEMBER_SECONDS = 5
# A key that was good so lately is looked up whatever other keys came from its address.
KNOWN_SECONDS = 3600
KNOWN_MAX = 1000
REFUSED = "La clé manque, est inconnue, révoquée ou expirée : demandez-en une à l'équipe technique."


@dataclass(frozen=True)
class Caller:
    """Whoever sent a request: the id and name of its key, what it opens, and whom it concerns.

    departments: those whose people it may see; None: all. holder: the id of the first of the keys
    that have replaced one another, under which files are its own.
    """

    id: str
    name: str
    scopes: frozenset[str]
    departments: frozenset[str] | None = None
    holder: str = ""

    @property
    def sees_people(self) -> bool:
        """Whether it opens what shows people; groups alone otherwise."""
        return bool(self.scopes & set(SEEING))

    def enter(self, sent: Iterable[str] = ()) -> None:
        """Have the request under way see what this caller may see, and what it has just sent."""
        whose = self.departments if self.sees_people else frozenset[str]()
        groups = "groups" in self.scopes and not self.sees_people
        perimeter.enter(Perimeter(whose, frozenset(sent), groups, self.holder))


ANONYMOUS = Caller("", "", frozenset())
# Who runs commands on the machine.
OPERATOR = Caller("", "", frozenset(SCOPES))
# When each was last found good, in this worker; the longest ago comes first.
_known: OrderedDict[str, tuple[float, Caller]] = OrderedDict()


def issue(
    name: str,
    scopes: Iterable[str],
    expires_at: datetime.datetime | None,
    departments: Iterable[str] | None = None,
    holder: str | None = None,
) -> str:
    """A new key, which is shown once and of which only the digest is kept.

    departments: those whose people it may see; None: all. holder: whose files it goes on with.
    """
    scopes = sorted(set(scopes))
    if not name.strip() or len(name) > 80:
        raise FuturisysError("A key is named for who will hold it, in 1 to 80 characters.")
    if not scopes or not set(scopes) <= set(SCOPES):
        raise FuturisysError(f"A key opens one or more of: {', '.join(SCOPES)}.")
    if set(APART) <= set(scopes):
        raise FuturisysError(TOGETHER)
    identifier, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    with writing() as connection:
        keys.add(
            connection,
            {
                "id": identifier,
                "name": name,
                "scopes": ",".join(scopes),
                "digest": _digest(secret),
                "created_at": _now(),
                "expires_at": expires_at,
                "holder": holder,
                "departments": None if departments is None else sorted(set(departments)),
            },
        )
    return f"{PREFIX}_{identifier}_{secret}"


def replace(
    identifier: str,
    name: str | None,
    scopes: Iterable[str] | None,
    expires_at: datetime.datetime | None,
) -> str:
    """A new key that goes on with the files and the perimeter of another, which stays open.

    name, scopes: the other's, where they are None. Raises FuturisysError where it is unknown.
    """
    with reading() as connection:
        row = keys.find(connection, identifier)
    if row is None:
        raise FuturisysError(f"There is no key {identifier}.")
    own = row.scopes.split(",")
    return issue(name or row.name, scopes or own, expires_at, row.departments, row.holder or row.id)


def listing() -> list[Any]:
    """The rows of all keys, without anything that opens a door."""
    with reading() as connection:
        return keys.every(connection)


def revoke(identifier: str) -> None:
    """Close a key; raises FuturisysError where there is no such open key."""
    with writing() as connection:
        if not keys.revoke(connection, identifier, _now()):
            raise FuturisysError(f"There is no key {identifier} that is not revoked yet.")


def authenticate(token: str, address: str, limit: str = "") -> Caller:
    """Whoever holds this key; raises AccessDenied, in one way whatever is wrong with it.

    address: to which a key that is refused is counted. limit: what a door allows, where that is
    less. Beyond it a key that this worker does not know is TooManyRefused, without a look.
    """
    name = _digest(token)
    if caller := _seen_good(name, REMEMBER_SECONDS):
        return caller
    if not _seen_good(name, KNOWN_SECONDS):
        refusals.current().check(address, limit)
    try:
        return _remember(name, lambda: _look_up(token))
    except AccessDenied:
        refusals.current().add(address, limit)
        raise


def holder(identifier: str) -> Caller:
    """Whoever signed in with the key of this id; raises AccessDenied once it opens nothing."""
    known = _seen_good(identifier, REMEMBER_SECONDS)
    return known or _remember(identifier, lambda: _still_open(identifier))


def current_caller() -> Caller:
    """Whoever sent the request under way, as its door found out; commands are the operator's."""
    if not has_request_context():
        return OPERATOR
    found: Caller = g.get("caller", ANONYMOUS)
    return found


def _seen_good(name: str, seconds: float) -> Caller | None:
    """Whose key this is, if this worker has found it good within the last seconds."""
    seen, caller = _known.get(name, (-math.inf, None))
    return caller if time.monotonic() - seen < seconds else None


def _remember(name: str, look: Callable[[], Caller]) -> Caller:
    """What a look finds; one that finds nothing good is forgotten with what it found before."""
    now = time.monotonic()
    try:
        caller = look()
    finally:
        _known.pop(name, None)
    _known[name] = (now, caller)
    if len(_known) > KNOWN_MAX:
        _known.popitem(last=False)
    return caller


def _still_open(identifier: str) -> Caller:
    with reading() as connection:
        return _caller(keys.find(connection, identifier))


def _look_up(token: str) -> Caller:
    prefix, _, rest = token.partition("_")
    identifier, _, secret = rest.partition("_")
    well_formed = prefix == PREFIX and identifier.isalnum() and len(identifier) == 12
    with reading() as connection:
        # An ill-formed key costs the same look as any other.
        row = keys.find(connection, identifier if well_formed else "")
    same = hmac.compare_digest(_digest(secret), row.digest if row else _digest(""))
    return _caller(row if same else None)


def _caller(row: Any | None) -> Caller:
    if row is None or row.revoked_at or (row.expires_at and row.expires_at <= _now()):
        raise AccessDenied(REFUSED)
    departments = None if row.departments is None else frozenset(row.departments)
    scopes = frozenset(row.scopes.split(","))
    return Caller(row.id, row.name, scopes, departments, row.holder or row.id)


def _digest(secret: str) -> str:
    """Enough for 256 random bits, which nobody can guess; a password would need more."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)
