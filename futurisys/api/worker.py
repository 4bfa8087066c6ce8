"""Gunicorn's worker of threads, made to wake fewer of them: each waking costs what a request does.

Both savings were measured, and are told in benchmarks/README.md.
"""

import os
import select
import socket
from collections import Counter, deque
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

PATIENCE_MILLISECONDS = 2


class PatientWorker(ThreadWorker):
    """A worker whose threads stay a moment with whoever has just been answered.

    A client on a kept-alive connection mostly asks again at once. Its thread waits for that while
    nobody else does, and only then gives the connection back to the thread that watches them all.
    """

    processor: int | None = None

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._waiting: deque[Any] = deque()

    def enqueue_req(self, conn: Any) -> None:
        self._waiting.append(conn)
        super().enqueue_req(conn)

    def handle(self, conn: Any) -> Any:
        self._waiting.popleft()
        while True:
            reusable = super().handle(conn)
            # Else it is to close (False), or has sent nothing yet and is to be watched (a mark).
            stays = reusable is True and self.alive and not self._waiting
            if not stays or not _asks_again(conn.sock):
                return reusable


def processor_for(workers: list[PatientWorker], number: int) -> int | None:
    """The processor that the fewest of these workers keep to, for one more of `number` in all.

    A worker's threads take turns; on one processor no turn has to wake another. Where there are
    more processors than workers somebody else may use them too, and the system chooses: None.
    """
    processors = sorted(os.sched_getaffinity(0))
    if len(processors) > number:
        return None
    kept = Counter(worker.processor for worker in workers)
    return min(processors, key=lambda one: kept[one])


def _asks_again(client: socket.socket) -> bool:
    """Whether something comes from a client within the patience; its farewell is something."""
    look = select.poll()  # Not `select`, which knows no descriptor above 1023.
    look.register(client, select.POLLIN)
    return bool(look.poll(PATIENCE_MILLISECONDS))
