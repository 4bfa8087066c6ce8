"""Drift as Prometheus reads it: how many sources there are, and how many of them alarm."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask import current_app
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from futurisys.errors import StorageUnavailable
from futurisys.operations.access import Caller
from futurisys.operations.drift import SourceDrift, latest

# Counted so often at most, in each worker.
REMEMBER_SECONDS = 60
_REMEMBERED = "futurisys.drift"


def exposition(caller: Caller) -> bytes:
    """The figures of all sources; nothing for who sees some departments.

    Nothing either while the database does not answer, for the other figures are read all the same.
    """
    if caller.departments is not None:
        return b""
    seen, text = current_app.extensions.get(_REMEMBERED, (float("-inf"), b""))
    if time.monotonic() - seen < REMEMBER_SECONDS:
        return bytes(text)
    try:
        found = latest()
    except StorageUnavailable:
        return b""
    registry = CollectorRegistry()
    registry.register(_Figures(found))
    text = generate_latest(registry)
    current_app.extensions[_REMEMBERED] = time.monotonic(), text
    return text


@dataclass(frozen=True, eq=False)
class _Figures(Collector):
    """Figures in Prometheus' words; a source has no label, for its name may be somebody's."""

    sources: Sequence[SourceDrift]

    def collect(self) -> Iterator[Metric]:
        found = [one.found for one in self.sources if one.found]
        for name, words, value in (
            ("sources", "Sources of files.", len(found)),
            (
                "alarmed_sources",
                "Sources whose last file differs from the one before.",
                sum(bool(one.alarms) for one in found),
            ),
            (
                "severe_sources",
                "Sources whose last file is far from the own people whom the model learnt from.",
                sum(bool(one.severe) for one in found),
            ),
        ):
            yield GaugeMetricFamily(f"futurisys_drift_{name}", words, value)
