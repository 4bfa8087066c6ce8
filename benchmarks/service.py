"""`make bench`: what a prediction costs beside an empty route, each subject in turn, in rounds.

Needs wrk and PostgreSQL's pgbench. Prints a table, and writes it with the machine's description
to benchmarks/results/.
"""

import argparse
import datetime
import json
import os
import platform
import re
import statistics
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import flask_migrate

from futurisys.app import create_app
from futurisys.model.training import train
from futurisys.operations import access
from futurisys.records.database import db
from futurisys.sample import SAMPLE
from tests.postgres import PostgreSQL, find_binaries
from tests.server import ROOT, Server

FACTORY = "gunicorn -c benchmarks/gunicorn.conf.py -b 127.0.0.1:{port} 'benchmarks.subjects:{}()'"
SUBJECTS = {
    "empty route": "empty",
    "+ marshmallow": "validated",
    "+ one INSERT through Core": "inserted",
    "/predict": "",
    "/predict, key and Idempotency-Key": "",
    "old kind: DataFrame, joblib, two ORM commits": "old",
}
CONCURRENCY = (8, 1, 32)
LUA = """
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = [[%s]]
local authorization, run, number, threads = "%s", os.time(), 0, 0
function setup(t) t:set("thread", threads); threads = threads + 1 end
function request()
  if authorization ~= "" then
    number = number + 1
    wrk.headers["Authorization"] = authorization
    wrk.headers["Idempotency-Key"] = run .. "-" .. thread .. "-" .. number
  end
  return wrk.format(nil, "/predict")
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


def memory_mb(pids: list[int]) -> float:
    """The proportional set size of processes together."""
    total = 0
    for pid in pids:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        total += int(re.findall(r"^Pss:\s+(\d+)", rollup, re.MULTILINE)[0])
    return total / 1024


def run_subject(
    title: str, settings: dict[str, str], scripts: dict[str, Path], seconds: int
) -> dict[str, Any]:
    """One round of one subject, on a server of its own."""
    factory = SUBJECTS[title]
    command = ["sh", "-c", f"exec {FACTORY.format(factory, port='$PORT')}"] if factory else []
    server = Server(settings, command)
    try:
        server.wait("/predict", 405)
        script = scripts["keyed" if "key" in title else "anonymous"]
        measure(server.url, script, 8, 1)
        result: dict[str, Any] = {
            f"c{connections}": measure(server.url, script, connections, seconds)
            for connections in CONCURRENCY
        }
        result["pss_mb"] = memory_mb([server.process.pid, *server.workers()])
        return result
    finally:
        server.stop()


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


def report(rounds: list[dict[str, Any]], floor: float) -> dict[str, Any]:
    """Medians, and the ratios to the empty route of the same round."""
    table: dict[str, Any] = {"pgbench, single-row commits": {"rps": floor}}
    for title in rounds[0]:
        row: dict[str, Any] = {"pss_mb": statistics.median(r[title]["pss_mb"] for r in rounds)}
        for connections in CONCURRENCY:
            name = f"c{connections}"
            ratios = [r[title][name]["rps"] / r["empty route"][name]["rps"] for r in rounds]
            row[name] = {
                figure: statistics.median(r[title][name][figure] for r in rounds)
                for figure in ("rps", "p50_ms", "p99_ms")
            } | {"ratio": statistics.median(ratios), "ratios": sorted(ratios)}
        table[title] = row
    return table


def show(table: dict[str, Any]) -> None:
    print(
        "| subject | c=8: rps | of the empty route (spread) | p99 ms | c=1: p50 ms | c=32 | PSS |"
    )
    print("|---|---|---|---|---|---|---|")
    for title, row in table.items():
        if "c8" not in row:
            print(f"| {title} | {row['rps']:.0f} | | | | | |")
            continue
        c8 = row["c8"]
        low, high = c8["ratios"][0], c8["ratios"][-1]
        print(
            f"| {title} | {c8['rps']:.0f} | {c8['ratio']:.2f} ({low:.2f}–{high:.2f}) "
            f"| {c8['p99_ms']:.1f} | {row['c1']['p50_ms']:.2f} | {row['c32']['ratio']:.2f} "
            f"| {row['pss_mb']:.0f} MB |"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=5)
    options = parser.parse_args()
    with TemporaryDirectory() as name, PostgreSQL() as postgres:
        folder = Path(name)
        train(SAMPLE, folder / "model", repeats=1)
        postgres.create("bench")
        url = postgres.url("bench")
        app = create_app(DATABASE_URL=url)
        with app.app_context():
            flask_migrate.upgrade()
            key = access.issue("bench", ["predict"], None)
            db.engine.dispose()
        settings = {
            "DATABASE_URL": url.replace("postgresql://", "postgresql+psycopg2://"),
            "FUTURISYS_MODEL": str(folder / "model"),
            "FUTURISYS_OPEN": "predict",
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        }
        body = (ROOT / "futurisys/sample/employe.json").read_text()
        scripts = {"anonymous": folder / "anonymous.lua", "keyed": folder / "keyed.lua"}
        scripts["anonymous"].write_text(LUA % (body, ""))
        scripts["keyed"].write_text(LUA % (body, f"Bearer {key}"))
        rounds = [
            {title: run_subject(title, settings, scripts, options.seconds) for title in SUBJECTS}
            for _ in range(options.rounds)
        ]
        table = report(rounds, pgbench(postgres, folder, options.seconds))
    show(table)
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    machine = {"cores": os.cpu_count(), "system": platform.platform(terse=True)}
    result = {"date": today, "machine": machine, "rounds": options.rounds, "table": table}
    target = ROOT / "benchmarks/results" / f"service-{today}.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    main()
