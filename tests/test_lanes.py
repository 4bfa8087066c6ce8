"""Long work has a lane of its own in each worker; short work always has room."""

import concurrent.futures
import select
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import httpx
import pytest
from flask import Flask

from futurisys.errors import WorkerBusy
from futurisys.operations import lanes
from tests.browser import NEEDS_CHROMIUM, open_browser
from tests.databases import ONE_DATABASE
from tests.population import sample_rows, table
from tests.server import PATIENCE_SECONDS

CSV = "text/csv"
FIVE = table(sample_rows()[:5])
TYPE = {"Content-Type": CSV}


def begin_upload(url: str) -> socket.socket:
    """A file on its way to /predict/batch, of which the last byte is not sent."""
    host, _, port = url.removeprefix("http://").partition(":")
    sent = socket.create_connection((host, int(port)), timeout=PATIENCE_SECONDS)
    head = (
        f"POST /predict/batch HTTP/1.1\r\nHost: {host}\r\nContent-Type: {CSV}\r\n"
        f"Content-Length: {len(FIVE.encode())}\r\n\r\n"
    )
    sent.sendall(head.encode() + FIVE.encode()[:-1])
    return sent


def test_the_lane_is_as_promised():
    """One long work runs and one waits, ten seconds at most; two threads are left."""
    assert (lanes.RUNNING, lanes.ADMITTED, lanes.TURN_SECONDS) == (1, 2, 10)


def test_who_waits_too_long_for_a_turn_is_told_to_come_back(monkeypatch):
    """A turn that the one before does not give up in time is refused."""
    monkeypatch.setattr(lanes, "TURN_SECONDS", 0.01)
    with lanes.turn(), pytest.raises(WorkerBusy, match="renvoyez la même demande"), lanes.turn():
        pass
    with lanes.turn():
        pass


@pytest.mark.slow
@ONE_DATABASE
@pytest.mark.parametrize("accept", ["application/json", CSV])
def test_a_ticket_is_given_back(client, accept):
    """However a file ends, answered, refused or not even a table, the next one is admitted."""
    headers = TYPE | {"Accept": accept}
    for content, status in ((FIVE, 200), ("rien\n1\n", 422), ("", 422)) * 3:
        answer = client.post("/predict/batch", data=content, headers=headers)
        assert (answer.status_code, bool(answer.data)) == (status, True)


@ONE_DATABASE
def test_a_third_long_work_is_refused_at_once(client, key_of):
    """While two are at it, files and groups are 503 with Retry-After, and employees answered."""
    reads = key_of("read")
    with ExitStack() as stack:
        for another in (Flask("another"), Flask("one more")):
            stack.enter_context(another.test_request_context())
            lanes.admit()
            stack.callback(another.process_response, another.response_class())
        refused = client.post("/predict/batch", data=FIVE, headers=TYPE)
        assert refused.status_code == 503
        assert refused.headers["Retry-After"]
        assert "d'autres fichiers" in refused.json["detail"]
        assert client.get("/segments?par=poste", headers=reads).status_code == 503
        # A few employees as JSON are short work.
        assert client.post("/predict/batch", json={"employes": []}).status_code == 422
    assert len(client.post("/predict/batch", data=FIVE, headers=TYPE).json["predictions"]) == 5
    assert client.get("/segments?par=poste", headers=reads).status_code == 200


@pytest.fixture
def uploads(server, database_url) -> Iterator[Callable[[int], tuple[str, list[socket.socket]]]]:
    """Have so many files on their way to one worker: its address, and who sends them."""
    with ExitStack() as stack:

        def begin(number: int) -> tuple[str, list[socket.socket]]:
            running = server(DATABASE_URL=database_url, WEB_CONCURRENCY="1").wait("/health/ready")
            sent = [stack.enter_context(begin_upload(running.url)) for _ in range(number)]
            return running.url, sent

        yield begin


@pytest.mark.slow
def test_short_work_goes_on_beside_two_long_ones(uploads, employee):
    """While two files are on their way, a third is refused before its body is read; others not."""
    url, sent = uploads(3)
    with httpx.Client(base_url=url, timeout=600) as http:
        # Whichever came last: what is sent at once is heard in any order.
        [third], _, _ = select.select(sent, [], [], PATIENCE_SECONDS)
        sent.remove(third)
        answer = third.recv(1 << 16).decode()
        third.close()
        assert answer.startswith("HTTP/1.1 503")
        assert "retry-after" in answer.lower()
        for _ in range(5):
            assert http.post("/predict", json=employee).status_code == 200
            assert http.get("/health/ready").status_code == 200
        for one in sent:
            one.sendall(FIVE.encode()[-1:])
        for one in sent:
            assert one.recv(1 << 16).startswith(b"HTTP/1.1 200")
        assert http.post("/predict/batch", content=FIVE, headers=TYPE).status_code == 200


@pytest.mark.slow
def test_many_files_at_once_fail_nobody(server, postgresql_url, employee):
    """Eight files at once on one worker: each is kept or told to come back, employees answered."""
    url = server(DATABASE_URL=postgresql_url, WEB_CONCURRENCY="1").wait("/health/ready").url
    content, over = table(sample_rows()), threading.Event()

    def send() -> int:
        statuses: list[int] = []
        while statuses[-1:] != [200]:
            answer = httpx.post(f"{url}/predict/batch", content=content, headers=TYPE, timeout=600)
            statuses.append(answer.status_code)
            assert statuses[-1] in (200, 503)
        return len(statuses)

    def healthy() -> set[int]:
        statuses: set[int] = set()
        with httpx.Client(base_url=url, timeout=600) as http:
            while not over.is_set():
                statuses.add(http.post("/predict", json=employee).status_code)
                statuses.add(http.get("/health/ready").status_code)
        return statuses

    with concurrent.futures.ThreadPoolExecutor(9) as pool:
        other = pool.submit(healthy)
        files = [pool.submit(send) for _ in range(8)]
        sent = [one.result() for one in files]
        over.set()
        assert other.result() == {200}
    assert max(sent) > 1


@pytest.mark.slow
@NEEDS_CHROMIUM
def test_a_page_sends_its_file_again_by_itself(uploads, tmp_path):
    """While there is no room for a file, its page says so and tries again until there is."""
    url, sent = uploads(2)
    file = tmp_path / "employes.csv"
    file.write_text(FIVE)
    with open_browser(url) as (page, complaints):
        page.goto(f"{url}/console/fichier")
        page.get_by_label("Fichier .csv ou .xlsx").set_input_files(file)
        page.get_by_role("button", name="Estimer").click()
        page.get_by_text("Nouvel essai dans 5 secondes").wait_for(timeout=600_000)
        for one in sent:
            one.close()
        page.get_by_role("heading", name="Vue d’ensemble").wait_for(timeout=600_000)
    assert [one for one in complaints if "503" not in one] == []
