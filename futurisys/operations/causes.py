"""Why the database is away, for the log: the answer to a client does not say."""

import threading
import time
from typing import Any

from flask import current_app

from futurisys.records.database import db

QUIET_SECONDS = 30
CAUSES_MAX = 20
_TOLD = "futurisys.causes"
_lock = threading.Lock()


def tell(error: BaseException) -> None:
    """Warn of a cause in the driver's own words, and then no more of it for `QUIET_SECONDS`."""
    words, now = _words(error), time.monotonic()
    with _lock:
        told: dict[str, float] = current_app.extensions.setdefault(_TOLD, {})
        for old in [cause for cause, then in told.items() if now - then > QUIET_SECONDS]:
            del told[old]
        if words in told or len(told) == CAUSES_MAX:
            return
        told[words] = now
    current_app.logger.warning("The database is away: %s", words)


def _words(error: Any) -> str:
    """What the driver or the server says first: below that they repeat the statement or the row."""
    origin = getattr(error, "orig", None) or error
    said = getattr(getattr(origin, "diag", None), "message_primary", None) or str(origin)
    words = said.strip().partition("\n")[0] or type(origin).__name__
    url = db.engine.url
    for secret in filter(None, (url.password, url.query.get("password"))):
        words = words.replace(str(secret), "***")
    return words
