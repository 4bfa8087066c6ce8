"""One JSON line for each request and each event, on stdout; never a field's value."""

import datetime
import json
import logging
import os
import sys
import time
from collections.abc import Mapping
from typing import Any, TextIO

from flask import Flask, Response, current_app, g, request

from futurisys import serving
from futurisys.operations import metrics


class JsonLines(logging.StreamHandler):
    """Writes a record as one line to whatever sys.stdout is at the moment."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:
        return sys.stdout

    def format(self, record: logging.LogRecord) -> str:
        facts = {"message": record.getMessage()}
        if record.exc_info:
            facts["exception"] = logging.Formatter().formatException(record.exc_info)
        return _line(record.levelname.lower(), facts)


def _line(level: str, facts: Mapping[str, Any]) -> str:
    """What happened as JSON: time, level, process, and what else is known of it."""
    moment = datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds")
    line = {"time": moment, "level": level, "pid": os.getpid(), **facts}
    return json.dumps(line, ensure_ascii=False)


_handler = JsonLines()


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
    if current_app.logger.isEnabledFor(logging.INFO):
        facts = {
            "message": "request",
            "request_id": g.request_id,
            "route": route,
            "method": request.method,
            "status": response.status_code,
            "milliseconds": round(seconds * 1000, 3),
            "model_version": serving.version(),
            "key": g.caller.name if "caller" in g else "",
        }
        # Past the logging machinery, which takes longer than the line; in one write, so that the
        # lines of two threads never mix.
        sys.stdout.write(_line("info", facts) + "\n")
        sys.stdout.flush()
    return response
