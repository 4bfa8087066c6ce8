"""What a table with people's numbers says of itself: who took it, when, and until when."""

import datetime

from futurisys.employee.typography import moment
from futurisys.operations.clock import zone


def taken(name: str, until: datetime.datetime) -> str:
    """The sentence that goes with a table; name: of whoever takes it, "" where nobody signed in.

    until: when the service itself forgets the numbers.
    """
    who = f"par {name}" if name else "sans clé"
    now = moment(datetime.datetime.now(datetime.UTC), zone())
    return (
        f"Téléchargé {who} le {now}, avec les numéros des employés : à détruire avant le "
        f"{until.astimezone(zone()):%d/%m/%Y}."
    )
