"""What is kept, as the page of groups shows it, where a few people are never told."""

from collections.abc import Mapping
from typing import Any

import pytest

from futurisys.console.french import number, percent, typeset
from futurisys.employee.schema import FACTS
from futurisys.operations.folding import SMALLEST
from tests.console import GROUPS, page_of, spaced, values_of
from tests.console.history import cells, rows_of
from tests.databases import ONE_DATABASE

pytestmark = pytest.mark.usefixtures("references")


@ONE_DATABASE
def test_groups_are_those_of_the_api(analyst, client, predict, rows, reader):
    """Number, mean risk, share above the threshold and main factors, small groups as one.

    What an address cannot ask for is as if it had not been asked for.
    """
    predict(rows[:300])
    for fields, query in (
        (["departement"], ""),
        (["heure_supplementaires"], "par=heure_supplementaires"),
        (["departement", "domaine_etude"], "par=departement&et=domaine_etude"),
        (["poste"], "par=poste&et=poste"),
        (["departement"], "par=revenu_mensuel&et=%00"),
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
    page = page_of(analyst.get(GROUPS))
    assert [cells(row) for row in rows_of(page)] == [
        ["Pas assez de personnes pour montrer un groupe."]
    ]
    predict([row | {"departement": "Douze"} for row in rows[9:21]])
    predict([row | {"departement": "Quinze"} for row in rows[21:36]])
    shown = [cells(row)[:2] for row in rows_of(page_of(analyst.get(GROUPS)))]
    assert shown == [["Quinze", "15"], ["Autres groupes", "21"]]
    assert "Neuf" not in page_of(analyst.get(GROUPS)).text
