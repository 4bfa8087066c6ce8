"""The alerts of deploy/ are Prometheus', name what there is, and go off when they should."""

import os
import re
import shutil
import subprocess
from typing import Any

import pytest
import yaml

from tests.databases import ONE_DATABASE
from tests.population import table
from tests.server import ROOT

ALERTS = ROOT / "deploy/alerts.yml"
RULES: list[dict[str, Any]] = yaml.safe_load(ALERTS.read_text())["groups"][0]["rules"]
JOB = 'job="futurisys"'
UP, MODEL = f"up{{{JOB}}}", f'futurisys_model_info{{{JOB}, version="a"}}'
WELL = {UP: "1+0x480", MODEL: "1+0x480"}
# What there is to see of a service where each alert goes off, beside what is well.
ILL: dict[str, dict[str, str]] = {
    "FuturisysDown": {UP: "0+0x480"},
    "FuturisysUnwatched": {UP: "stale"},
    "FuturisysWithoutModel": {MODEL: "stale"},
    "FuturisysSeveralModels": {f'futurisys_model_info{{{JOB}, version="b"}}': "1+0x480"},
    "FuturisysFailing": {
        'futurisys_requests_total{route="/predict", status="503"}': "0+3x480",
        'futurisys_requests_total{route="/predict", status="200"}': "0+97x480",
    },
    "FuturisysDatabaseAway": {"futurisys_database_errors_total": "0+3x480"},
    "FuturisysSlow": {
        'futurisys_request_seconds_bucket{route="/predict", le="1"}': "0+98x480",
        'futurisys_request_seconds_bucket{route="/predict", le="2.5"}': "0+100x480",
        'futurisys_request_seconds_bucket{route="/predict", le="+Inf"}': "0+100x480",
    },
    "FuturisysKeysRefused": {
        'futurisys_requests_total{route="/predict", status="401"}': "0+20x480"
    },
    "FuturisysRequestsOfPersonsLate": {'futurisys_open_requests_late{kind="accès"}': "1+0x480"},
    "FuturisysNobodyLooks": {
        "futurisys_flagged_people": "40+0x480",
        "futurisys_flagged_people_reviewed": "0+0x480",
    },
    "FuturisysFilesDrift": {"futurisys_drift_alarmed_sources": "1+0x480"},
    "FuturisysPeopleAreOthers": {"futurisys_drift_severe_sources": "1+0x480"},
}
# What goes off after weeks is watched by the hour, the others by the minute.
SLOWEST = "FuturisysNobodyLooks"
needs_promtool = pytest.mark.skipif(
    not shutil.which("promtool") and not os.environ.get("CI"),
    reason="No promtool on PATH: apt-get install prometheus.",
)


def promtool(*arguments: str) -> None:
    told = subprocess.run(["promtool", *arguments], capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout + told.stderr


@needs_promtool
def test_the_rules_are_prometheus():
    """Prometheus' own tool finds nothing wrong with them."""
    promtool("check", "rules", str(ALERTS))


def test_each_alert_says_what_to_do():
    """Each has a severity, what it means, and what to do."""
    for rule in RULES:
        assert rule["labels"]["severity"] in ("page", "ticket"), rule["alert"]
        assert {"summary", "action"} == set(rule["annotations"]), rule["alert"]


@needs_promtool
@pytest.mark.slow
def test_each_alert_goes_off_and_none_without_a_reason(tmp_path):
    """Of a service that is ill each goes off, and of one that is well none does."""
    assert {rule["alert"] for rule in RULES} == set(ILL)
    for step, names in (("1h", {SLOWEST}), ("1m", set(ILL) - {SLOWEST})):
        until = "400h" if step == "1h" else "120m"
        cases = [_case(step, until, WELL | ILL[name], {name}) for name in sorted(names)]
        tests = {
            "rule_files": [str(ALERTS)],
            "evaluation_interval": step,
            "tests": [*cases, _case(step, until, WELL, set())],
        }
        path = tmp_path / f"{step}.yml"
        path.write_text(yaml.safe_dump(tests, allow_unicode=True))
        promtool("test", "rules", str(path))


def _case(step: str, until: str, series: dict[str, str], expected: set[str]) -> dict[str, Any]:
    """A test of promtool's: then these alerts go off, and no other."""
    return {
        "interval": step,
        "input_series": [
            {"series": name, "values": values}
            for name, values in series.items()
            if values != "stale"
        ],
        "promql_expr_test": [
            {
                "expr": 'group by (alertname) (ALERTS{alertstate="firing"})',
                "eval_time": until,
                "exp_samples": [
                    {"labels": f'{{alertname="{name}"}}', "value": 1} for name in expected
                ],
            }
        ],
    }


@ONE_DATABASE
@pytest.mark.slow
@pytest.mark.usefixtures("references")
def test_each_alert_names_what_is_measured(client, key_of, employee, rows):
    """Each metric of ours, with the labels by which it is chosen, is at /metrics."""
    client.post("/predict", json=employee)
    file = {"data": table(rows[:200]), "content_type": "text/csv", "buffered": True}
    assert client.post("/predict/batch", **file).status_code == 200
    shown = client.get("/metrics", headers=key_of("admin")).text
    there = set(re.findall(r"^# TYPE (\w+) ", shown, re.MULTILINE))
    samples = re.findall(r"^(\w+)\{", shown, re.MULTILINE)
    for rule in RULES:
        for name, labels in re.findall(r"(futurisys_\w+)(?:\{(.*?)\})?", rule["expr"]):
            family = re.sub("_bucket$", "", name)
            assert family in there, (rule["alert"], name)
            for label in re.findall(r"(\w+)=", labels):
                assert name in samples
                assert re.search(rf"^{name}\{{.*\b{label}=", shown, re.MULTILINE), (name, label)
