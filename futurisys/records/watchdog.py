"""A deadline on our side for a database that has stopped answering.

No setting of the driver bounds the wait for a server that is frozen but whose machine still
acknowledges packets; shutting the socket down ends it, with the error of a lost connection.
"""

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

TICK_SECONDS = 0.1


class Watchdog:
    """One thread a process, started with the first connection that it watches."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._deadlines: dict[int, float] = {}
        self._thread: threading.Thread | None = None

    @contextmanager
    def watch(self, driver: Any, seconds: float) -> Iterator[None]:
        """Cut the driver's connection if it is still in here after `seconds`.

        SQLite has none to cut.
        """
        if not hasattr(driver, "fileno"):
            yield
            return
        descriptor = driver.fileno()
        with self._lock:
            self._deadlines[descriptor] = time.monotonic() + seconds
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="watchdog", daemon=True)
                self._thread.start()
        try:
            yield
        finally:
            with self._lock:
                self._deadlines.pop(descriptor, None)

    def _run(self) -> None:
        while True:
            time.sleep(TICK_SECONDS)
            with self._lock:
                now = time.monotonic()
                for descriptor in [d for d, deadline in self._deadlines.items() if deadline < now]:
                    del self._deadlines[descriptor]
                    _cut(descriptor)


def _cut(descriptor: int) -> None:
    """End both directions; the driver closes its own descriptor when it notices."""
    with socket.socket(fileno=os.dup(descriptor)) as copy:
        try:
            copy.shutdown(socket.SHUT_RDWR)
        except OSError:
            return
