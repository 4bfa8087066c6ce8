"""What a table with people's numbers says of itself: who took it, when, and until when."""

import datetime

from futurisys.employee.typography import moment
from futurisys.operations.files import Summary

# As long as what HR has been told has to stay explicable (EU AI Act, article 26(6)).
KEPT_DAYS = 184


def destroy_by(found: Summary) -> datetime.datetime:
    """Until when a table of a file's people may be kept: as long as the service keeps theirs."""
    return found.created_at + datetime.timedelta(KEPT_DAYS)


def taken(found: Summary, name: str) -> str:
    """The sentence that goes with a table; name: of whoever takes it, "" where nobody signed in."""
    now = datetime.datetime.now(datetime.UTC)
    who = f"par {name}" if name else "sans clé"
    return (
        f"Téléchargé {who} le {moment(now)}, avec les numéros des employés : à détruire avant le "
        f"{destroy_by(found):%d/%m/%Y}."
    )
