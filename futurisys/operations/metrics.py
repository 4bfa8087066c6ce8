"""What is counted, right across workers and their restarts; no label ever names a person."""

from prometheus_client import (
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector

REQUEST_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
INFERENCE_BUCKETS = (2.5e-5, 5e-5, 1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 1e-2, 1e-1)

REQUESTS = Counter("futurisys_requests", "Requests answered.", ["route", "status"])
LATENCY = Histogram(
    "futurisys_request_seconds", "Time to an answer.", ["route"], buckets=REQUEST_BUCKETS
)
INFERENCE = Histogram(
    "futurisys_inference_seconds", "Time of the model.", buckets=INFERENCE_BUCKETS
)
PREDICTIONS = Counter("futurisys_predictions", "Answers kept.", ["label", "model_version"])
DATABASE_ERRORS = Counter("futurisys_database_errors", "Transactions that were not confirmed.")
WAITING = Gauge(
    "futurisys_database_threads",
    "Threads that use the database or wait for it.",
    multiprocess_mode="livesum",
)
MODEL = Gauge(
    "futurisys_model_info",
    "The model that is served.",
    ["version"],
    multiprocess_mode="livemax",
)


def exposition() -> bytes:
    """Every figure, summed over the workers, as Prometheus reads it."""
    registry = CollectorRegistry()
    try:
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # The library has no types.
    except ValueError:
        # One process alone, as in development, has no folder to share.
        registry = REGISTRY
    return generate_latest(registry)
