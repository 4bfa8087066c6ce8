"""One JSON line for each request and each event, on stdout; never a field's value."""

import datetime
import json
import logging
import sys
import time
from typing import Any, TextIO

from flask import Flask, Response, current_app, g, request

from futurisys import serving
from futurisys.operations import metrics


class JsonLines(logging.Formatter):
    """A record as one line: time, level, process, message, and what the record adds."""

    def format(self, record: logging.LogRecord) -> str:
        moment = datetime.datetime.fromtimestamp(record.created, datetime.UTC)
        line: dict[str, Any] = {
            "time": moment.isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "pid": record.process,
            "message": record.getMessage(),
            **getattr(record, "facts", {}),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


class StandardOutput(logging.StreamHandler):
    """Writes to whatever sys.stdout is at the moment."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)
        self.setFormatter(JsonLines())

    @property
    def stream(self) -> TextIO:
        return sys.stdout


_handler = StandardOutput()


def init_app(app: Flask) -> None:
    # Before Flask first asks for its logger, to which it would add a handler of its own.
    logging.getLogger(app.name).addHandler(_handler)
    app.before_request(_start)
    app.after_request(_finish)


def _start() -> None:
    g.started = time.perf_counter()


def _finish(response: Response) -> Response:
    """Count the request and write its line."""
    seconds = time.perf_counter() - g.started
    route = request.url_rule.rule if request.url_rule else "unknown"
    metrics.REQUESTS.labels(route, response.status_code).inc()
    metrics.LATENCY.labels(route).observe(seconds)
    facts = {
        "request_id": g.request_id,
        "route": route,
        "method": request.method,
        "status": response.status_code,
        "milliseconds": round(seconds * 1000, 3),
        "model_version": serving.version(),
        "key": g.caller.name if "caller" in g else "",
    }
    current_app.logger.info("request", extra={"facts": facts})
    return response
