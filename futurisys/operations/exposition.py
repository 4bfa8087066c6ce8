"""Figures of everybody as Prometheus reads them, counted so often at most in each worker."""

import time
from collections.abc import Callable

from flask import current_app
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.registry import Collector

from futurisys.errors import StorageUnavailable
from futurisys.operations.access import Caller

REMEMBER_SECONDS = 60


def exposed(name: str, caller: Caller, count: Callable[[], Collector]) -> bytes:
    """What `count` finds, remembered under a name; nothing for who sees some departments.

    Nothing either while the database does not answer, for the other figures are read all the same.
    """
    if caller.departments is not None:
        return b""
    seen, text = current_app.extensions.get(name, (float("-inf"), b""))
    if time.monotonic() - seen < REMEMBER_SECONDS:
        return bytes(text)
    try:
        found = count()
    except StorageUnavailable:
        return b""
    registry = CollectorRegistry()
    registry.register(found)
    text = generate_latest(registry)
    current_app.extensions[name] = time.monotonic(), text
    return text
