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
    return _encode({"time": moment, "level": level, "pid": os.getpid(), **facts})


_encode = json.JSONEncoder(ensure_ascii=False).encode


_handler = JsonLines()


def init_app(app: Flask) -> None:
    # Before Flask first asks for its logger, to which it would add a handler of its own.
    logging.getLogger(app.name).addHandler(_handler)
    app.after_request(_finish)


def _finish(response: Response) -> Response:
    """Count the request and write its line."""
    seconds = time.perf_counter() - g.started
    rule, status = request.url_rule, response.status_code
    route = rule.rule if rule else "unknown"
    metrics.REQUESTS.labels(route, status).inc()
    metrics.LATENCY.labels(route).observe(seconds)
    if current_app.logger.isEnabledFor(logging.INFO):
        facts = {
            "message": "request",
            "request_id": g.request_id,
            "route": route,
            "method": request.method,
            "status": status,
            "milliseconds": round(seconds * 1000, 3),
            "model_version": serving.version(),
            "key": g.caller.name if "caller" in g else "",
        }
        # Past the logging machinery, which takes longer than the line; in one write, so that the
        # lines of two threads never mix.
        sys.stdout.write(_line("info", facts) + "\n")
        sys.stdout.flush()
    return response
