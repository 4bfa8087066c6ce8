"""Who is not estimated: looked up before anything is said of them."""

from collections.abc import Sequence

from futurisys.employee.schema import FACTS, REFERENCE
from futurisys.employee.setting_aside import UNESTIMATED
from futurisys.errors import PersonWithheld
from futurisys.operations.privacy import subjects_tried
from futurisys.operations.transactions import reading
from futurisys.records import requests

REFUSED = f"{FACTS[REFERENCE].words} : {UNESTIMATED}, retirez-la de la demande."
UNSHOWN = (
    "Qui attend la réponse à une limitation, une opposition ou une contestation n'y est pas, ni "
    "qui s'est opposé aux estimations."
)


def among(withheld: frozenset[str], references: Sequence[int | None]) -> set[int]:
    """The places of those references whose person is not estimated; withheld: their hashes."""
    if not withheld:
        return set()
    return {
        place
        for place, reference in enumerate(references)
        if reference is not None and not withheld.isdisjoint(subjects_tried(reference))
    }


def refuse(withheld: frozenset[str], references: Sequence[int | None]) -> None:
    """Raise PersonWithheld where there is one of them among those references."""
    if found := among(withheld, references):
        raise PersonWithheld(REFUSED, sorted(found))


def refused() -> PersonWithheld:
    """What to raise for the one person whom a request is about."""
    return PersonWithheld(REFUSED)


def look_up(reference: int | None) -> None:
    """Raise PersonWithheld where the person is not estimated; StorageUnavailable."""
    subjects = () if reference is None else subjects_tried(reference)
    if subjects:
        with reading() as connection:
            if requests.withheld(connection, subjects):
                raise refused()
