"""What an engineer watches: request ids, lines, metrics, limits, headers."""

import json
import os
import re
import signal
import socket

import httpx
import pytest

from futurisys import serving
from futurisys.api.response_headers import HEADERS
from futurisys.app import create_app
from futurisys.records.database import db
from tests.databases import ONE_DATABASE
from tests.server import PATIENCE_SECONDS


def lines(text: str) -> list[dict]:
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


def test_a_request_is_one_line_without_a_fact(client, employee, capsys):
    """One JSON line a request: ids, status, milliseconds, version; never a field's value."""
    employee |= {"poste": "Dompteur", "revenu_mensuel": 7777}
    response = client.post("/predict", json=employee, headers={"X-Request-ID": "demande-1"})
    printed = capsys.readouterr().out
    [line] = [line for line in lines(printed) if line["message"] == "request"]
    assert line["request_id"] == "demande-1"
    assert line["route"] == "/predict"
    assert line["status"] == 200
    assert line["level"] == "info"
    assert line["model_version"] == response.json["Version_modele"]
    assert line["milliseconds"] > 0
    assert "Dompteur" not in printed
    assert "7777" not in printed


@ONE_DATABASE
@pytest.mark.parametrize(
    ("sent", "kept"),
    [("abc-1._Z", True), ("x" * 64, True), ("x" * 65, False), ("a b", False), ("é", False)],
)
def test_a_request_id_is_taken_when_it_is_well_formed(client, employee, query, sent, kept):
    """A good id is returned and stored with the prediction; another is replaced."""
    response = client.post("/predict", json=employee, headers={"X-Request-ID": sent})
    given = response.headers["X-Request-ID"]
    assert (given == sent) is kept
    assert re.fullmatch("[A-Za-z0-9._-]{1,64}", given)
    assert query("SELECT request_id FROM predictions") == [(given,)]


def test_every_answer_carries_the_security_headers(client):
    """Nothing is framed, sniffed or cached, and no cookie is set."""
    for path in ("/health/live", "/apidocs", "/nulle-part"):
        headers = client.get(path).headers
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "Set-Cookie" not in headers


@pytest.mark.parametrize("path", ["/health/live", "/apidocs", "/nowhere", "/console/connexion"])
def test_over_tls_a_browser_is_told_to_stay_there(client, path):
    """Every answer over TLS says for a year that TLS alone leads here; a plain one does not."""
    said = client.get(path, base_url="https://localhost").headers["Strict-Transport-Security"]
    assert said == "max-age=31536000; includeSubDomains"
    assert "Strict-Transport-Security" not in client.get(path).headers


def test_a_rate_limit_is_a_problem_with_standard_headers(sqlite_url, artifact_folder, employee):
    """Past its rate a caller gets 429 and when to come back; another caller and probes do not."""
    app = create_app(
        DATABASE_URL=sqlite_url,
        FUTURISYS_MODEL=str(artifact_folder),
        FUTURISYS_OPEN="predict",
        FUTURISYS_RATE_LIMIT="3/minute",
    )
    serving.load(app)
    client = app.test_client()
    answers = [client.post("/predict", json=employee) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[-1].content_type == "application/problem+json"
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert answers[0].headers["X-RateLimit-Remaining"] == "2"
    assert {client.get("/health/ready").status_code for _ in range(5)} == {200}
    other = client.post("/predict", json=employee, environ_base={"REMOTE_ADDR": "127.0.0.2"})
    assert other.status_code == 200
    with app.app_context():
        db.engine.dispose()


def total(text: str, name: str) -> float:
    """The sum of a metric's samples."""
    return sum(
        float(line.rsplit(" ", 1)[1])
        for line in text.splitlines()
        if re.match(rf"{name}(\{{|\s)", line)
    )


@pytest.mark.slow
def test_metrics_are_right_across_workers_and_restarts(server, sqlite_url, employee, key_in):
    """The counts of both workers add up, and those of a worker that died are not lost."""
    key = key_in(sqlite_url)
    running = server(DATABASE_URL=sqlite_url).wait("/health/ready")
    with httpx.Client(base_url=running.url, headers={"Connection": "close"}) as http:
        for _ in range(20):
            assert http.post("/predict", json=employee).status_code == 200
        before = running.workers()
        os.kill(before[0], signal.SIGKILL)
        while before[0] in running.workers() or len(running.workers()) < 2:
            running.wait("/health/live")
        for _ in range(10):
            assert http.post("/predict", json=employee).status_code == 200
        text = http.get("/metrics", headers=key).text
    assert total(text, "futurisys_predictions_total") == 30
    assert total(text, "futurisys_inference_seconds_count") == 30
    assert 'route="/predict",status="200"' in text
    assert total(text, "futurisys_model_info") == 1
    assert "Cadre" not in text


@pytest.mark.slow
@pytest.mark.parametrize(
    "sent",
    [
        b"POST /predict SECRET/1.1\r\nHost: a\r\n\r\n",
        b"GET /health/live HTTP/1.1\r\nHost: a\r\nHost: SECRET\r\n\r\n",
        b"GET /health/live HTTP/1.1\r\nHost: a\r\nSE CRET: 1\r\n\r\n",
        b"GET /health/live HTTP/1.1\r\nHost: a\r\nSECRET: " + b"x" * 9000 + b"\r\n\r\n",
        b"GET /" + b"SECRET" * 1000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
        b"POST /predict HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: SECRET\r\n\r\n",
    ],
    ids=["version", "two hosts", "header's name", "long header", "long target", "coding"],
)
def test_what_is_no_http_is_a_problem_too(server, sqlite_url, sent):
    """What the server itself refuses is problem+json as well, and repeats nothing."""
    one = server(DATABASE_URL=sqlite_url).wait()
    with socket.create_connection(("127.0.0.1", int(one.port)), timeout=PATIENCE_SECONDS) as client:
        client.sendall(sent)
        answer = b"".join(iter(lambda: client.recv(65536), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    problem = json.loads(body)
    assert b"application/problem+json" in head
    assert head.split()[1] == str(problem["status"]).encode()
    assert 400 <= problem["status"] < 600
    assert len(problem["instance"]) == 36
    assert b"SECRET" not in answer
    for name, value in HEADERS.items():
        assert f"{name}: {value}\r\n".encode() in head + b"\r\n"
