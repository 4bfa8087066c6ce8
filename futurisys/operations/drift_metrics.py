"""Drift as Prometheus reads it: how many sources there are, and how many of them alarm."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from futurisys.operations.access import Caller
from futurisys.operations.drift import SourceDrift, latest
from futurisys.operations.exposition import exposed


def exposition(caller: Caller) -> bytes:
    """The figures of all sources; nothing for who sees some departments."""
    return exposed("futurisys.drift", caller, lambda: _Figures(latest()))


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
