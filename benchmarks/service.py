"""`make bench`: what a prediction costs beside an empty route, each subject in turn, in rounds.

Needs wrk and PostgreSQL's pgbench. Prints a table, and writes it with the machine's description
to benchmarks/results/.
"""

import argparse
import contextlib
import datetime
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import flask_migrate
import httpx

from futurisys.app import create_app
from futurisys.employee.extracts import read_rows
from futurisys.operations import access
from futurisys.records.database import db
from futurisys.sample import SAMPLE
from futurisys.training import conversion
from futurisys.training.run import evaluate, train
from tests import older
from tests.postgres import PostgreSQL, find_binaries
from tests.server import ROOT, START_SECONDS, Server

FACTORY = (
    "exec gunicorn -c benchmarks/gunicorn.conf.py -b 127.0.0.1:$PORT 'benchmarks.subjects:{}()'"
)

DAY = (
    "exec uvicorn benchmarks.day:app --port $PORT --workers 2 --loop uvloop --http httptools "
    "--no-access-log --log-level warning"
)


@dataclass(frozen=True)
class Subject:
    """What is measured: the service itself, an application of benchmarks.subjects, or a command.

    command: what starts its server, with the application's name in its place. model: the setting
    that holds the folder of the artifact that the service answers with.
    """

    title: str
    factory: str = ""
    command: str = FACTORY
    path: str = "/predict"
    keyed: bool = False
    named: bool = False
    model: str = "FUTURISYS_MODEL"


# What is asked for, everything on, and beside which subjects it is shown with 8 connections and 1.
OURS = "/predict with a key and an Idempotency-Key"
OTHERS = ("a day's FastAPI: pydantic, booster, asyncpg, two INSERTs", "+ one INSERT through Core")
SUBJECTS = (
    Subject("empty route", "empty"),
    Subject("+ marshmallow", "validated"),
    Subject(OTHERS[1], "inserted"),
    Subject("/predict without keys, log lines and metrics", "bare"),
    Subject("/predict without a key"),
    Subject("/predict with a key", keyed=True),
    Subject(OURS, keyed=True, named=True),
    Subject("/predict?explication=true", path="/predict?explication=true"),
    Subject("/predict, the model of old converted (depth 3, TreeSHAP)", model="CONVERTED"),
    Subject(OTHERS[0], "day", DAY),
    Subject("old kind: DataFrame, joblib, two ORM commits", "old"),
)
CONCURRENCY = (8, 1, 4, 32)
# As PostgreSQL logs a statement that is sent as it is, and one that was prepared.
SENT = re.compile(r"LOG:  (?:statement|execute \S+): ")
LUA = """
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = [[%s]]
local authorization, named, run, number, threads = "%s", %s, os.time(), 0, 0
function setup(t) t:set("thread", threads); threads = threads + 1 end
function request()
  if authorization ~= "" then
    wrk.headers["Authorization"] = authorization
  end
  if named then
    number = number + 1
    wrk.headers["Idempotency-Key"] = run .. "-" .. thread .. "-" .. number
  end
  return wrk.format(nil, "%s")
end
function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format("RESULT %%f %%f %%f %%d\\n", summary.requests / summary.duration * 1e6,
    latency:percentile(50), latency:percentile(99),
    e.connect + e.read + e.write + e.status + e.timeout))
end
"""


def measure(url: str, script: Path, connections: int, seconds: int) -> dict[str, float]:
    """Requests a second, and the median and 99th percentile in milliseconds."""
    threads = min(2, connections)
    command = ["wrk", f"-t{threads}", f"-c{connections}", f"-d{seconds}s", "-s", str(script), url]
    out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    match = re.search(r"RESULT (\S+) (\S+) (\S+) (\d+)", out)
    if not match or match[4] != "0":
        raise SystemExit(f"The subject failed under load:\n{out}")
    return {
        "rps": float(match[1]),
        "p50_ms": float(match[2]) / 1000,
        "p99_ms": float(match[3]) / 1000,
    }


def family(pid: int) -> list[int]:
    """A process and its descendants."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(one for child in children for one in family(int(child)))]


def memory_mb(pid: int) -> float:
    """The proportional set size of a process and its descendants together."""
    total = 0
    for one in family(pid):
        rollup = Path(f"/proc/{one}/smaps_rollup").read_text()
        total += int(re.findall(r"^Pss:\s+(\d+)", rollup, re.MULTILINE)[0])
    return total / 1024


def cpu_seconds(pid: int) -> float:
    """What a process and its descendants have used, those that ended included."""
    ticks = 0
    for one in family(pid):
        # One that has ended meanwhile is counted by its parent.
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
            ticks += sum(map(int, fields[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


def start(subject: Subject, settings: dict[str, str], body: str) -> Server:
    """A server of a subject's own, which has given its first answer."""
    command = ["sh", "-c", subject.command.format(subject.factory)] if subject.factory else []
    server = Server(settings | {"FUTURISYS_MODEL": settings[subject.model]}, command)
    try:
        ask_once(server, body)
    except BaseException:
        server.stop()
        raise
    return server


def run_subject(
    subject: Subject, settings: dict[str, str], folder: Path, body: str, seconds: int, database: int
) -> dict[str, Any]:
    """One round of one subject; database: the process of PostgreSQL."""
    script = script_of(subject, settings, folder, body)
    started = time.monotonic()
    server = start(subject, settings, body)
    try:
        result: dict[str, Any] = {"start_s": time.monotonic() - started}
        measure(server.url, script, 8, 1)
        for connections in CONCURRENCY:
            before = cpu_seconds(server.process.pid), cpu_seconds(database)
            figures = measure(server.url, script, connections, seconds)
            after = cpu_seconds(server.process.pid), cpu_seconds(database)
            requests = figures["rps"] * seconds
            figures["server_us"] = (after[0] - before[0]) / requests * 1e6
            figures["database_us"] = (after[1] - before[1]) / requests * 1e6
            result[f"c{connections}"] = figures
        result["pss_mb"] = memory_mb(server.process.pid)
        return result
    finally:
        server.stop()


def queries(
    subject: Subject, settings: dict[str, str], folder: Path, body: str, postgres: PostgreSQL
) -> float:
    """Statements that one request sends to the database, BEGIN and COMMIT among them."""
    script = script_of(subject, settings, folder, body)
    postgres.execute("ALTER DATABASE bench SET log_statement = 'all'")
    server = start(subject, settings, body)
    try:
        measure(server.url, script, 8, 1)
        before = len(SENT.findall(postgres.log))
        requests = measure(server.url, script, 1, 1)["rps"]
        return (len(SENT.findall(postgres.log)) - before) / requests
    finally:
        server.stop()
        postgres.execute("ALTER DATABASE bench RESET log_statement")


def script_of(subject: Subject, settings: dict[str, str], folder: Path, body: str) -> Path:
    """What wrk sends to a subject."""
    script = folder / "subject.lua"
    key, named = settings["KEY"] if subject.keyed else "", str(subject.named).lower()
    script.write_text(LUA % (body, key, named, subject.path))
    return script


def ask_once(server: Server, body: str) -> None:
    """Return with the first answer to a prediction."""
    headers = {"Content-Type": "application/json"}
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            if httpx.post(server.url + "/predict", content=body, headers=headers).is_success:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.01)
    raise SystemExit(f"No answer:\n{server.log}")


def pgbench(postgres: PostgreSQL, folder: Path, seconds: int) -> float:
    """Single-row commits a second, eight connections: the floor of the database."""
    postgres.create("floor")
    script = folder / "insert.sql"
    script.write_text("INSERT INTO floor (value) VALUES (random());\n")
    url = postgres.url("floor")
    psql = find_binaries() / "psql"
    subprocess.run(
        [psql, url, "-qc", "CREATE TABLE floor (id serial PRIMARY KEY, value float)"], check=True
    )
    command = [str(find_binaries() / "pgbench"), "-n", "-f", str(script)]
    command += ["-c", "8", "-j", "2", "-T", str(seconds), url]
    out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return float(re.findall(r"tps = ([0-9.]+)", out)[0])


def report(rounds: list[dict[str, Any]], floor: float, asked: dict[str, float]) -> dict[str, Any]:
    """Medians over the rounds, and the ratios to the empty route of the same round."""
    table: dict[str, Any] = {"pgbench, single-row commits": {"rps": floor}}
    for title in rounds[0]:
        row: dict[str, Any] = {
            figure: statistics.median(r[title][figure] for r in rounds)
            for figure in ("pss_mb", "start_s")
        } | {"queries": asked[title]}
        for connections in CONCURRENCY:
            name = f"c{connections}"
            ratios = [r[title][name]["rps"] / r["empty route"][name]["rps"] for r in rounds]
            row[name] = {
                figure: statistics.median(r[title][name][figure] for r in rounds)
                for figure in rounds[0][title][name]
            } | {"ratio": statistics.median(ratios), "ratios": sorted(ratios)}
        table[title] = row
    return table


def show_beside(rounds: list[dict[str, Any]], other: str) -> None:
    """Ours beside another subject, round by round: the median of the ratios, and their spread."""
    for connections in (8, 1):
        name = f"c{connections}"
        for title, figures in (("requests", ("rps",)), ("CPU", ("server_us", "database_us"))):
            ratios = sorted(
                sum(one[OURS][name][figure] for figure in figures)
                / sum(one[other][name][figure] for figure in figures)
                for one in rounds
            )
            print(
                f"| {other} | {connections} | {title} | {statistics.median(ratios):.2f} "
                f"({ratios[0]:.2f}–{ratios[-1]:.2f}) |"
            )


def show(table: dict[str, Any]) -> None:
    print(
        "| subject | 8 connections: a second | of the empty route (spread) | CPU µs: server "
        "+ database | queries | p99 ms of 4 | p50 ms of 1 | of the empty route with 32 | memory "
        "| start |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|")
    for title, row in table.items():
        if "c8" not in row:
            print(f"| {title} | {row['rps']:.0f} | | | | | | | | |")
            continue
        c8 = row["c8"]
        low, high = c8["ratios"][0], c8["ratios"][-1]
        print(
            f"| {title} | {c8['rps']:.0f} | {c8['ratio']:.2f} ({low:.2f}–{high:.2f}) "
            f"| {c8['server_us']:.0f} + {c8['database_us']:.0f} "
            f"| {row['queries']:.1f} "
            f"| {row['c4']['p99_ms']:.1f} | {row['c1']['p50_ms']:.2f} | {row['c32']['ratio']:.2f} "
            f"| {row['pss_mb']:.0f} MB | {row['start_s']:.1f} s |"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument(
        "--only", nargs="*", help="subjects whose titles begin so, and the empty route"
    )
    options = parser.parse_args()
    chosen = tuple(options.only) if options.only else ("",)
    subjects = [s for s in SUBJECTS if s.factory == "empty" or s.title.startswith(chosen)]
    with TemporaryDirectory() as name, PostgreSQL() as postgres:
        folder = Path(name)
        settings = prepare(postgres, folder)
        body = (ROOT / "futurisys/sample/employe.json").read_text()
        assert postgres.process is not None
        database = postgres.process.pid
        rounds = [
            {
                subject.title: run_subject(
                    subject, settings, folder, body, options.seconds, database
                )
                for subject in subjects
            }
            for _ in range(options.rounds)
        ]
        asked = {s.title: queries(s, settings, folder, body, postgres) for s in subjects}
        table = report(rounds, pgbench(postgres, folder, options.seconds), asked)
    show(table)
    print(f"\n| {OURS}, beside | connections | what of it | ratio (spread) |\n|---|---|---|---|")
    for other in OTHERS:
        if {OURS, other} <= table.keys():
            show_beside(rounds, other)
    if not options.only:
        keep(table, options.rounds)


def prepare(postgres: PostgreSQL, folder: Path) -> dict[str, str]:
    """The settings of a service with a model, a migrated database and a key (KEY).

    OLD: the folder of the older service's model, and CONVERTED: of the artifact made of it.
    """
    train(evaluate(SAMPLE, repeats=1, contenders=("model",)), folder / "model")
    older.save(folder / "old", older.pipeline(read_rows(SAMPLE)))
    conversion.convert(conversion.find(folder / "old"), SAMPLE, folder / "converted")
    postgres.create("bench")
    url = postgres.url("bench")
    app = create_app(DATABASE_URL=url)
    with app.app_context():
        flask_migrate.upgrade()
        key = access.issue("bench", ["predict"], None)
        db.engine.dispose()
    return {
        "DATABASE_URL": url.replace("postgresql://", "postgresql+psycopg2://"),
        "FUTURISYS_MODEL": str(folder / "model"),
        "OLD": str(folder / "old"),
        "CONVERTED": str(folder / "converted"),
        "FUTURISYS_OPEN": "predict",
        "KEY": f"Bearer {key}",
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }


def keep(table: dict[str, Any], rounds: int) -> None:
    """Write the table, with the day and the machine."""
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    machine = {"cores": os.cpu_count(), "system": platform.platform(terse=True)}
    result = {"date": today, "machine": machine, "rounds": rounds, "table": table}
    target = ROOT / "benchmarks/results" / f"service-{today}.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    main()
