"""Files as people really send them, at each door: the answers of the plain table, or a sentence."""

import csv
import html
import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from futurisys.employee.reading import Reading
from futurisys.employee.surveying import Alert
from tests.console.ranking import HTML, hidden
from tests.databases import ONE_DATABASE
from tests.population import table
from tests.sent_files import FILES, PEOPLE, Sent

pytestmark = ONE_DATABASE


@dataclass(frozen=True)
class Result:
    """What became of a file: probabilities and faults by line; what was said of it as a whole."""

    chances: Mapping[int, float] = field(default_factory=dict)
    faults: Mapping[int, str] = field(default_factory=dict)
    told: str = ""


def _plain(text: str) -> str:
    """A text without what French sets around its marks, and other apostrophes."""
    return html.unescape(text).replace("\u202f", " ").replace("\u00a0", " ").replace("’", "'")


def _told(document: Mapping[str, Any]) -> str:
    """What an answer says of the file, in the sentences of the other doors."""
    alerts = tuple(Alert(a["colonne"], 0, 0, 0, "", a["detail"]) for a in document["Alertes"])
    told = document["Lecture"]
    reading = Reading(
        told["Colonnes_laissees"],
        told["Feuille"],
        told["Feuilles_non_lues"],
        told["Lignes_masquees"],
        alerts,
    )
    return " ".join(reading.remarks())


@pytest.fixture
def by_api(client) -> Callable[[Sent], Result]:
    def ask(sent: Sent) -> Result:
        answer = client.post("/predict/batch", data=sent.content, content_type="text/csv")
        document = answer.json
        if answer.status_code != 200:
            return Result(told=document["errors"][0]["detail"])
        chances = {one["Ligne"]: one["Probabilite_depart"] for one in document["predictions"]}
        faults = {one["ligne"]: one["detail"] for one in document["erreurs"]}
        return Result(chances, faults, _told(document))

    return ask


@pytest.fixture
def by_command(app, tmp_path: Path) -> Callable[[Sent], Result]:
    def ask(sent: Sent) -> Result:
        source, target = tmp_path / sent.name, tmp_path / "out.csv"
        source.write_bytes(sent.content)
        result = app.test_cli_runner().invoke(args=["score", str(source), str(target)])
        if result.exit_code:
            return Result(told=result.output)
        with target.open(newline="") as file:
            rows = dict(enumerate(csv.DictReader(file), sent.first_line))
        chances = {
            line: float(row["Probabilite_depart"])
            for line, row in rows.items()
            if not row["Erreurs"]
        }
        faults = {line: row["Erreurs"] for line, row in rows.items() if row["Erreurs"]}
        return Result(chances, faults, result.output)

    return ask


@pytest.fixture
def by_console(client, query) -> Callable[[Sent], Result]:
    def post(page: str, sent: Sent, **confirmed: str):
        form = {name: hidden(page, name) for name in ("csrf_token", "cle")} | confirmed
        content = {"fichier": (io.BytesIO(sent.content), sent.name)}
        return client.post("/console/fichier", data=form | content, headers=HTML)

    def ask(sent: Sent) -> Result:
        page = client.get("/console/fichier", headers=HTML).text
        answer = post(page, sent)
        if 'name="vu"' in answer.text:
            answer = post(answer.text, sent, vu=hidden(answer.text, "vu"))
        if answer.status_code != 303:
            return Result(told=answer.text)
        file = answer.location.rpartition("/")[2]
        chances = query(f"SELECT line, probability FROM predictions WHERE batch_id = '{file}'")
        [(faults,)] = query(f"SELECT faults FROM batches WHERE id = '{file}'")
        told = client.get(answer.location, headers=HTML).text
        return Result(
            dict(map(tuple, chances)),
            {line: sentence for line, _, sentence in json.loads(faults)},
            told,
        )

    return ask


@pytest.fixture(
    params=[
        "api",
        pytest.param("command", marks=pytest.mark.slow),
        pytest.param("console", marks=pytest.mark.slow),
    ]
)
def ask(request: pytest.FixtureRequest) -> Callable[[Sent], Result]:
    """Each of the three doors by which files come in."""
    return request.getfixturevalue(f"by_{request.param}")


@pytest.fixture
def plain(client) -> list[float]:
    """The answers of the plain table, by its order."""
    answer = client.post("/predict/batch", data=table(PEOPLE), content_type="text/csv").json
    return [one["Probabilite_depart"] for one in answer["predictions"]]


@pytest.mark.slow
@pytest.mark.parametrize("sent", FILES.values(), ids=FILES)
def test_a_file_is_answered_as_the_plain_table_or_refused_in_a_sentence(ask, plain, sent: Sent):
    """At every door, and never with another value in silence."""
    result = ask(sent)
    if sent.refused:
        assert sent.refused in result.told
        assert not result.chances
        return
    expected = dict(enumerate(plain, sent.first_line))
    assert result.chances.keys() == expected.keys() - sent.faults.keys()
    for line, chance in result.chances.items():
        assert (chance == expected[line]) != (line in sent.changed)
    assert result.faults.keys() == sent.faults.keys()
    for line, sentence in sent.faults.items():
        assert sentence in result.faults[line]
    for remark in sent.remarks:
        assert _plain(remark) in _plain(result.told)
