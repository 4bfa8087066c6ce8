"""What is kept, as the page of groups shows it, where a few people are never told."""

from collections.abc import Mapping
from typing import Any

import pytest

from futurisys.console.french import number, percent, typeset
from futurisys.employee.schema import FACTS
from futurisys.operations.folding import SMALLEST
from tests.console import FILE, GROUPS, page_of, spaced, values_of
from tests.console.history import cells, rows_of
from tests.databases import ONE_DATABASE
from tests.population import table

pytestmark = pytest.mark.usefixtures("references")
EVERYBODY = f"{GROUPS}?parmi=tous"


@pytest.mark.slow
@ONE_DATABASE
def test_groups_are_those_of_the_api(analyst, client, predict, rows, reader):
    """Number, mean risk, share above the threshold and main factors, small groups as one.

    What an address cannot ask for is as if it had not been asked for.
    """
    predict(rows[:300])
    for fields, query in (
        (["departement"], "parmi=tous"),
        (["heure_supplementaires"], "par=heure_supplementaires&parmi=tous"),
        (["departement", "domaine_etude"], "par=departement&et=domaine_etude&parmi=tous"),
        (["poste"], "par=poste&et=poste&parmi=tous"),
        (["departement"], "par=revenu_mensuel&et=%00&parmi=tous"),
    ):
        asked = {"par": ",".join(fields)}
        document = client.get("/segments", query_string=asked, headers=reader).json
        page = page_of(analyst.get(f"{GROUPS}?{query}"))
        told = [(one, [one["Groupe"][name] for name in fields]) for one in document["segments"]]
        if document["autres"]:
            told.append((document["autres"], ["Autres groupes"]))
        assert [cells(row) for row in rows_of(page)] == [
            [*levels, *figures_of(one), factors_of(one)] for one, levels in told
        ]
        assert min(one["Nombre"] for one, _ in told) >= SMALLEST
        assert values_of(page.one("form", class_="filters")) == {
            "par": fields[0],
            "et": fields[1] if len(fields) > 1 else "",
            "parmi": "tous",
        }


def figures_of(group: Mapping[str, Any]) -> list[str]:
    shares = (group["Risque_moyen"], group["Part_au_dessus_du_seuil"])
    return [number(group["Nombre"]), *(spaced(percent(share, 1)) for share in shares)]


def factors_of(group: Mapping[str, Any]) -> str:
    return " ; ".join(
        f"{spaced(typeset(FACTS[one['Variable']].words))} ({one['Sens']})"
        for one in group["Facteurs"]
    )


@ONE_DATABASE
def test_a_group_of_fewer_than_ten_is_not_told(analyst, predict, rows):
    """Nine people are folded with another group; where all are too few, nothing is shown."""
    predict([row | {"departement": "Neuf"} for row in rows[:9]])
    page = page_of(analyst.get(EVERYBODY))
    assert "pas encore assez de personnes" in page.text
    assert not list(page.every("table"))
    predict([row | {"departement": "Douze"} for row in rows[9:21]])
    predict([row | {"departement": "Quinze"} for row in rows[21:36]])
    shown = [cells(row)[:2] for row in rows_of(page_of(analyst.get(EVERYBODY)))]
    assert shown == [["Quinze", "15"], ["Autres groupes", "21"]]
    assert "Neuf" not in page_of(analyst.get(EVERYBODY)).text


@pytest.fixture
def send_file(client, key_of):
    """Have people scored as a file, as a program sends one."""

    def send(people):
        headers = key_of("predict") | {"Content-Type": "text/csv"}
        sent = client.post("/predict/batch", data=table(people), headers=headers, buffered=True)
        assert sent.status_code == 200

    return send


def people_on(page) -> int:
    """How many people the groups of a page have together."""
    return sum(int(cells(row)[1]) for row in rows_of(page))


@ONE_DATABASE
def test_groups_are_those_of_the_newest_file(analyst, send_file, predict, rows, app):
    """Whoever is in two files counts once; across files only where people are known again."""
    send_file(rows[:60])
    send_file(rows[:40])
    predict(rows[100:120])
    page = page_of(analyst.get(GROUPS))
    assert people_on(page) == 40
    assert "dans le dernier fichier estimé, « Fichier du" in page.text
    assert people_on(page_of(analyst.get(EVERYBODY))) == 80
    app.config["FUTURISYS_SUBJECT_KEY"] = ""
    page = page_of(analyst.get(EVERYBODY))
    assert people_on(page) == 40
    assert not list(page.every("select", id="parmi"))


@ONE_DATABASE
def test_what_a_whole_group_shares_is_no_reason(analyst, send_file, rows):
    """Within a department, the department is not among what counts most."""
    send_file(rows[:120])
    *groups, others = map(cells, rows_of(page_of(analyst.get(GROUPS))))
    assert others[0] == "Autres groupes"
    for group in groups:
        assert group[-1].count("(") == 3
        assert "Département" not in group[-1]


@ONE_DATABASE
def test_before_the_first_file_the_page_says_where_to_begin(analyst):
    """An empty page leads to the next step."""
    [step] = page_of(analyst.get(GROUPS)).one(class_="nothing").every("a")
    assert step.attributes["href"] == FILE
