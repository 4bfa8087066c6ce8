"""Long work in a worker: one at a time, and one that waits for it.

Of a worker's threads, and of its places at the database, most are left to short work.
"""

import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Response, after_this_request
from werkzeug.wsgi import ClosingIterator

from futurisys.errors import WorkerBusy

RUNNING, ADMITTED = 1, 2
TURN_SECONDS = 10
BUSY = (
    "Le service traite déjà d'autres fichiers ou d'autres groupes : "
    "renvoyez la même demande dans un instant."
)
_admitted = threading.BoundedSemaphore(ADMITTED)
_running = threading.BoundedSemaphore(RUNNING)


class _Ticket:
    """One of the admitted; given back once, when it is closed or forgotten."""

    def __init__(self) -> None:
        self.close = weakref.finalize(self, _admitted.release)

    def until_sent(self, response: Response) -> Response:
        """Keep it while the answer is sent: a slow reader takes a thread too."""
        if response.is_streamed:
            pieces: Any = response.response
            response.response = ClosingIterator(pieces, [self.close])
        else:
            self.close()
        return response


def admit() -> None:
    """Let this request do long work, until its answer is sent; asked before its body is read.

    Raises WorkerBusy at once where as many are at it as may be.
    """
    if not _admitted.acquire(blocking=False):
        raise WorkerBusy(BUSY)
    after_this_request(_Ticket().until_sent)


@contextmanager
def turn() -> Iterator[None]:
    """Do long work alone; raises WorkerBusy where the one before takes too long."""
    if not _running.acquire(timeout=TURN_SECONDS):
        raise WorkerBusy(BUSY)
    try:
        yield
    finally:
        _running.release()
