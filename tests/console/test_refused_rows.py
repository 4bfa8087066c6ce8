"""Refused rows come back to the tab alone, as a table to be mended and sent again."""

import pytest

from futurisys.console import sent_rows
from tests.console.ranking import HTML, JSON, ranking_of
from tests.databases import ONE_DATABASE
from tests.population import table

pytestmark = ONE_DATABASE
BAD = {3: {"revenu_mensuel": "-5"}, 7: {"poste": "", "age": "jeune"}}


@pytest.fixture
def bad(people):
    """Nine people, two of whom are refused."""
    for place, wrong in BAD.items():
        people[place].update(wrong)
    return people[:9]


def mended(refused, **right):
    """The refused rows as they came, but for some cells."""
    rows = [dict(zip(refused["entete"], cells, strict=True)) for cells in refused["lignes"]]
    return [row | right for row in rows]


def test_refused_rows_come_back_with_what_is_wrong(send, bad):
    """Each as it was sent, its line first, its sentences last; good ones do not come back."""
    refused = send(table(bad), headers=JSON).json["refus"]
    assert refused["entete"] == ["Ligne", *bad[0], "Erreurs"]
    assert [cells[0] for cells in refused["lignes"]] == ["5", "9"]
    assert [cells[1:-1] for cells in refused["lignes"]] == [list(bad[at].values()) for at in BAD]
    assert refused["lignes"][0][-1].startswith("revenu_mensuel : ")
    assert all(column in refused["lignes"][1][-1] for column in ("poste : ", "age : "))


def test_mended_rows_are_sent_again_as_they_stand(client, send, bad):
    """What the service wrote beside them is left out, and nothing has to be confirmed."""
    refused = send(table(bad), headers=JSON).json["refus"]
    rows = mended(refused, revenu_mensuel="5000", poste="Consultant", age="40")
    answer = send(table(rows), headers=JSON)
    assert answer.status_code == 200, answer.text
    assert answer.json["refus"]["lignes"] == []
    page = client.get(answer.json["adresse"], headers=HTML).text
    assert "2 employés estimés" in page
    assert "laissées de côté" not in page


def test_refused_rows_are_kept_nowhere(send, query, bad):
    """Neither what was wrong of a person nor the row is in the database."""
    bad[3]["revenu_mensuel"], bad[3]["poste"] = "-98765", "Dompteuse"
    send(table(bad), headers=JSON)
    for name in ("batches", "inputs", "predictions"):
        for row in query(f"SELECT * FROM {name}"):
            assert "98765" not in str(row)
            assert "Dompteuse" not in str(row)


def test_refused_rows_have_a_bound(send, bad, monkeypatch):
    """More than a tab can hold is not sent to it; the list of faults is whole all the same."""
    monkeypatch.setattr(sent_rows, "REFUSED_MAX", 400)
    answer = send(table(bad), headers=JSON).json
    assert len(answer["refus"]["lignes"]) == 1


def test_a_row_of_another_width_comes_back_empty(send, bad):
    """Which of its cells is whose is not guessed."""
    lines = table(bad).splitlines()
    lines[2] = lines[2].rpartition(",")[0]
    [cells, *_] = send("\n".join(lines), headers=JSON).json["refus"]["lignes"]
    assert (cells[0], set(cells[1:-1])) == ("3", {""})
    assert "cellules sont attendues" in cells[-1]


def test_a_fault_has_its_place_on_the_page(client, send, bad):
    """The tab finds the person's number by line, where the file has it."""
    bad[3]["id_employee"] = "987654"
    answer = send(table(bad), headers=JSON).json
    page = client.get(ranking_of(answer["adresse"]), headers=HTML).text
    assert 'data-reference="5" hidden' in page.split("Lignes refusées")[1]
    assert answer["references"]["5"] == "987654"
    assert "987654" not in page
