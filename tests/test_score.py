"""`flask score`: a file in, the same file with the risks out, exactly once."""

import csv
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import openpyxl
import pytest
import sqlalchemy as sa

from futurisys import serving
from futurisys.app import create_app
from futurisys.employee.sheets import blocks_of
from futurisys.operations import jobs
from futurisys.operations.jobs import FileJob
from futurisys.operations.opening import open_files
from futurisys.operations.scored_workbooks import write_scored
from futurisys.operations.transactions import reading
from futurisys.records import jobs as progress
from tests import spreadsheets
from tests.books import ESTIMATES, remarks, rows_of
from tests.databases import ONE_DATABASE
from tests.population import numbered, sample_rows, table
from tests.server import ROOT, SERVING_PYTHON

ROWS = sample_rows()
PROVE = bool(os.environ.get("PROVE"))
# A run that is killed has written one block of 2,000 rows more.
KILLS, TIMES = (20, 50) if PROVE else (5, 15)


def told(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "employes.csv"
    path.write_text(table(ROWS[:50]))
    return path


@pytest.fixture
def score(app):
    """Run the command; the result has its exit code and its output."""

    def run(*arguments: object):
        return app.test_cli_runner().invoke(args=["score", *map(str, arguments)])

    return run


def test_a_file_is_scored_and_kept(score, query, source: Path, tmp_path: Path):
    """Every row is in the output with the answer that is kept under its id."""
    result = score(source, tmp_path / "out.csv")
    assert result.exit_code == 0, result.output
    assert "50 scored, 0 refused, 0 done before" in result.output
    kept = {
        str(row.id): row.probability for row in query("SELECT id, probability FROM predictions")
    }
    rows = told(tmp_path / "out.csv")
    assert [row["id_employee"] for row in rows] == [row["id_employee"] for row in ROWS[:50]]
    assert {row["Identifiant"]: float(row["Probabilite_depart"]) for row in rows} == kept
    assert sorted(path.name for path in tmp_path.glob("out*")) == ["out.csv"]


@pytest.mark.slow
def test_the_same_command_again_scores_nothing(score, query, source: Path, tmp_path: Path):
    """A finished run is finished; with its output gone it begins again."""
    score(source, tmp_path / "out.csv")
    before = (tmp_path / "out.csv").read_bytes()
    again = score(source, tmp_path / "out.csv")
    assert "0 scored, 0 refused, 50 done before" in again.output
    assert (tmp_path / "out.csv").read_bytes() == before
    assert query("SELECT count(*) FROM predictions") == [(50,)]
    (tmp_path / "out.csv").unlink()
    assert "50 scored" in score(source, tmp_path / "out.csv").output


@pytest.fixture
def interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of 20 rows, of which the second is not committed the first time."""
    monkeypatch.setattr(jobs, "blocks_of", lambda rows: blocks_of(rows, 20))
    advance, calls = progress.advance, []

    def fail_second(*arguments):
        calls.append(arguments)
        if len(calls) == 2:
            raise KeyboardInterrupt
        advance(*arguments)

    monkeypatch.setattr(progress, "advance", fail_second)


@pytest.mark.usefixtures("interrupted")
@pytest.mark.slow
def test_an_interrupted_run_goes_on(score, query, source: Path, tmp_path: Path):
    """What was written after the last commit is cut off, and no row is done twice."""
    assert score(source, tmp_path / "out.csv").exit_code != 0
    assert len((tmp_path / "out.csv.part").read_bytes().splitlines()) == 41
    assert query("SELECT count(*) FROM predictions") == [(20,)]
    result = score(source, tmp_path / "out.csv")
    assert "30 scored, 0 refused, 20 done before" in result.output
    rows = told(tmp_path / "out.csv")
    assert [row["id_employee"] for row in rows] == [row["id_employee"] for row in ROWS[:50]]
    assert query("SELECT count(*) FROM predictions") == [(50,)]


@pytest.mark.usefixtures("interrupted")
def test_a_person_twice_is_found_across_an_interruption(score, tmp_path: Path):
    """Whoever an interrupted run has scored is refused on a later line by the run that goes on."""
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text(table([*ROWS[:40], ROWS[4], ROWS[30]]))
    assert score(source, target).exit_code != 0
    assert "20 scored, 2 refused, 20 done before" in score(source, target).output
    *good, first, second = told(target)
    assert all(row["Prediction"] for row in good)
    assert "figure déjà à la ligne 6" in first["Erreurs"]
    assert "figure déjà à la ligne 32" in second["Erreurs"]


def test_what_is_said_to_be_written_is_on_the_disk_first(app, source, tmp_path, monkeypatch):
    """A block is committed after its bytes are synced, so that no cut of the power undoes them."""
    monkeypatch.setattr(jobs, "blocks_of", lambda rows: blocks_of(rows, 20))
    part, sync = tmp_path / "out.csv.part", os.fsync
    said_then: list[int] = []
    said_after: list[int] = []
    on_disk = [0]

    def said() -> int:
        with reading() as connection:
            return connection.scalar(sa.text("SELECT written FROM scoring_jobs"))

    def record(descriptor: int) -> None:
        sync(descriptor)
        if os.path.sameopenfile(descriptor, opened.fileno()):
            said_then.append(said())
            on_disk.append(os.fstat(descriptor).st_size)

    monkeypatch.setattr(os, "fsync", record)
    with app.app_context(), part.open("ab") as opened:
        job = jobs.FileJob(source, part.with_suffix(""))
        job.run(serving.current(), lambda _: said_after.append(said()))
    assert len(on_disk) == 4
    assert said_then == on_disk[:-1]
    assert said_after == on_disk


def test_a_file_that_is_not_ours_is_left_alone(score, query, source: Path, tmp_path: Path):
    """An output that exists is refused, in one sentence."""
    (tmp_path / "out.csv").write_text("dear")
    result = score(source, tmp_path / "out.csv")
    assert result.exit_code == 1
    assert "exists: remove it, or choose another name." in result.output
    assert (tmp_path / "out.csv").read_text() == "dear"
    assert query("SELECT count(*) FROM predictions") == [(0,)]


def test_workbooks_and_bad_rows(score, source: Path, tmp_path: Path):
    """An .xlsx goes in and comes out; a row that cannot be answered says why, and what was left."""
    book = openpyxl.Workbook()
    book.active.append([*ROWS[0], "nom"])
    for row in ROWS[:3]:
        told = row | {"age": "7"} if row is ROWS[1] else row
        book.active.append([*told.values(), "Martin"])
    book.save(tmp_path / "in.xlsx")
    for row in book.active.iter_rows(min_col=4, max_col=4, min_row=2):
        row[0].value = int(row[0].value)
    result = score(tmp_path / "in.xlsx", tmp_path / "out.xlsx")
    assert "2 scored, 1 refused" in result.output
    rows = rows_of((tmp_path / "out.xlsx").read_bytes(), ESTIMATES)
    assert isinstance(rows[0]["Probabilité"], float)
    assert rows[0]["Réduit le risque estimé (1)"]
    assert rows[1]["Ce qui ne va pas"].startswith("Âge, en années")
    assert not [path for path in tmp_path.iterdir() if path.name.startswith("out.xlsx.")]
    assert (
        remarks((tmp_path / "out.xlsx").read_bytes())[-1] == "Colonnes laissées de côté\u202f: nom."
    )


@ONE_DATABASE
def test_a_workbook_is_made_of_one_reading(app, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """What the run knows of its file is not read again, but by a run after one that was killed."""
    source, target = tmp_path / "in.csv", tmp_path / "out.xlsx"
    source.write_text(table([row | {"nom": "Martin"} for row in ROWS[:3]]))
    opened, killed = [], [KeyboardInterrupt()]

    def open_counted(*arguments: Any) -> Any:
        opened.append(arguments)
        return open_files(*arguments)

    def write_killed(*arguments: Any) -> None:
        if killed:
            raise killed.pop()
        write_scored(*arguments)

    monkeypatch.setattr(jobs, "open_files", open_counted)
    monkeypatch.setattr(jobs, "write_scored", write_killed)
    with app.app_context():
        with pytest.raises(KeyboardInterrupt):
            FileJob(source, target).run(serving.current(), lambda _: None)
        assert len(opened) == 1
        FileJob(source, target).run(serving.current(), lambda _: None)
    assert len(opened) == 2
    assert remarks(target.read_bytes())[-1] == "Colonnes laissées de côté\u202f: nom."


@ONE_DATABASE
@pytest.mark.parametrize("name", ["in.csv", "in.XLSX"])
def test_a_workbook_is_known_by_its_content(score, tmp_path: Path, name: str):
    """Whatever a file is called, it is read for what it is."""
    book = openpyxl.Workbook()
    for cells in (list(ROWS[0]), *(list(row.values()) for row in ROWS[:3])):
        book.active.append(cells)
    with (tmp_path / name).open("wb") as file:
        book.save(file)
    assert "3 scored, 0 refused" in score(tmp_path / name, tmp_path / "out.csv").output


@ONE_DATABASE
def test_the_sheet_that_holds_the_table_is_the_one_scored(score, tmp_path: Path):
    """A cover sheet is passed over, and what the progress bar counts is the table's rows."""
    source, target = tmp_path / "in.xlsx", tmp_path / "out.csv"
    cover = ("Lisez-moi", "visible", spreadsheets.row(1, "Salariés"))
    source.write_bytes(
        spreadsheets.sheets(cover, ("Base", "visible", spreadsheets.people_rows(ROWS[:7])))
    )
    assert FileJob(source, target).length == 8
    assert "7 scored, 0 refused" in score(source, target).output


@ONE_DATABASE
def test_an_old_workbook_is_named_for_what_it_is(score, tmp_path: Path):
    """An .xls is refused by the sentence that says how to save it."""
    (tmp_path / "vieux.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    result = score(tmp_path / "vieux.xls", tmp_path / "out.csv")
    assert result.exit_code == 1
    assert "vieux.xls : c'est un ancien classeur .xls" in result.output


def test_without_a_model_the_command_says_so_in_its_own_language(source: Path, tmp_path: Path):
    """What HR is asked to tell the engineers is told to the engineer in English."""
    app = create_app(DATABASE_URL="sqlite://", FUTURISYS_MODEL=str(tmp_path / "nothing"))
    result = app.test_cli_runner().invoke(args=["score", str(source), str(tmp_path / "out.csv")])
    assert result.exit_code == 1
    [sentence] = [line for line in result.output.splitlines() if line.startswith("Error: ")]
    assert "run `flask model train`, or correct FUTURISYS_MODEL." in sentence
    assert "équipe" not in sentence


@pytest.mark.slow
@pytest.mark.prove
def test_a_killed_run_goes_on_exactly(postgresql_url: str, artifact_folder, tmp_path: Path):
    """Killed again and again at random moments, each row is once in the file and in the table;
    `make prove` kills twenty times."""
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    part = target.with_name("out.csv.part")
    many = numbered(ROWS * TIMES)
    source.write_text(table(many))
    python = SERVING_PYTHON if SERVING_PYTHON.exists() else Path(sys.executable)
    command = [str(python), "-m", "flask", "--app", "wsgi.py", "score", str(source), str(target)]
    environment = os.environ | {
        "DATABASE_URL": postgresql_url,
        "FUTURISYS_MODEL": str(artifact_folder),
    }
    chance = random.Random()
    kills = 0
    while not target.exists():
        size = part.stat().st_size if part.exists() else 0
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
        while process.poll() is None and (not part.exists() or part.stat().st_size == size):
            time.sleep(0.002)
        if kills < KILLS:
            time.sleep(chance.uniform(0, 0.1))
            kills += process.poll() is None
            process.send_signal(signal.SIGKILL)
        process.wait()
    rows = told(target)
    assert kills == KILLS
    assert [row["id_employee"] for row in rows] == [row["id_employee"] for row in many]
    assert kept_in(postgresql_url) == sorted(row["Identifiant"] for row in rows)


@pytest.mark.slow
def test_a_hundred_thousand_rows_through_http(server, postgresql_url):
    """99,000 stored once each, 1,000 reported with their lines; the workers stay small."""
    rows = numbered([ROWS[number % len(ROWS)] for number in range(100_000)])
    bad = set(random.Random(7).sample(range(100_000), 1000))
    rows = [row | {"age": "7"} if number in bad else row for number, row in enumerate(rows)]
    sent = table(rows).encode()
    running = server(DATABASE_URL=postgresql_url, WEB_CONCURRENCY="2").wait("/health/ready")
    one = sent[: sent.index(b"\n", 5000) + 1]
    address, headers = f"{running.url}/predict/batch", {"Content-Type": "text/csv"}
    for _ in range(4):
        httpx.post(address, content=one, headers=headers)
    kept_before = len(kept_in(postgresql_url))
    before = {pid: peak(pid) for pid in running.workers()}
    answer = httpx.post(address, content=sent, headers=headers).json()
    assert len(answer["predictions"]) == 99_000
    assert [fault["ligne"] for fault in answer["erreurs"]] == [number + 2 for number in sorted(bad)]
    assert {one["Ligne"] for one in answer["predictions"]}.isdisjoint(n + 2 for n in bad)
    told_ids = {one["Identifiant"] for one in answer["predictions"]}
    kept = kept_in(postgresql_url)
    assert len(kept) == kept_before + 99_000
    assert told_ids <= set(kept)
    growth = {pid: peak(pid) - size for pid, size in before.items()}
    assert max(growth.values()) < 150 * 1024, growth


def peak(pid: int) -> int:
    """The most memory that a process has ever held, in KiB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))


def kept_in(url: str) -> list[str]:
    """The ids of the predictions in a database, each with an input of its own."""
    engine = sa.create_engine(create_app(DATABASE_URL=url).config["DATABASE_URL"])
    with engine.connect() as connection:
        rows = list(connection.execute(sa.text("SELECT id, input_id FROM predictions ORDER BY id")))
        inputs = connection.scalar(sa.text("SELECT count(*) FROM inputs"))
    engine.dispose()
    assert len({row.input_id for row in rows}) == len(rows) == inputs
    return [str(row.id) for row in rows]
