"""A file in a real Chromium: dropped, ranked, read and taken home."""

import csv
import io
from collections import Counter

import pytest

from tests.browser import NEEDS_CHROMIUM
from tests.browser.steps import (
    REFUSED,
    ROWS,
    SAMPLE_CSV,
    answers,
    download,
    estimates,
    send,
    to_ranking,
)
from tests.definition import SIRH
from tests.population import table
from tests.three_extracts import csv_of, first

pytestmark = [pytest.mark.slow, NEEDS_CHROMIUM]
SALARY = "revenu_mensuel"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DROP = """
([form, files]) => {
  const transfer = new DataTransfer();
  for (const [name, text] of files)
    transfer.items.add(new File([text], name, { type: "text/csv" }));
  form.dispatchEvent(new DragEvent("drop", { dataTransfer: transfer, bubbles: true }));
}
"""


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_file_is_ranked_read_and_taken_home(console, page, sample, kind):
    """1470 rows dropped: sorted, filtered, opened, and downloaded as the API answers them."""
    if kind == "csv":
        page.goto(f"{console.url}/console/fichier")
        form = page.locator("form.drop").element_handle()
        page.evaluate(DROP, [form, [["employes.csv", SAMPLE_CSV]]])
        to_ranking(page)
    else:
        send(page, console.url, sample(kind))
    plain = console.scored_by_api("text/csv").decode()
    expected = answers(plain.encode(), "csv")
    chances = sorted((chance for chance, *_ in expected.values()), reverse=True)
    first = page.locator("table.rows tbody tr").first
    assert "plus de" in first.inner_text()
    reference = first.locator("[data-reference]").inner_text()
    assert expected[reference][0] == chances[0]
    said = {row["id_employee"]: row["Signalement"] for row in csv.DictReader(io.StringIO(plain))}
    for word, count in Counter(said.values()).items():
        tile = page.locator(".tiles li", has=page.get_by_text(word, exact=True)).inner_text()
        assert f"{count:,}".replace(",", "\u202f") in tile
    first.get_by_role("button", name="Raisons").click()
    page.locator("tr.opened .bars li").first.wait_for()
    page.get_by_role("link", name="Probabilité").click()
    page.wait_for_url("**sens=asc**")
    lowest = page.locator("table.rows tbody tr").first.inner_text()
    assert "moins de" in lowest
    page.get_by_label("Département").select_option("Ressources Humaines")
    page.wait_for_url("**departement=Ressources**")
    page.get_by_label("Signalement").select_option("Incertain")
    page.wait_for_url("**mot=Incertain**")
    departments = {row["id_employee"]: row["departement"] for row in ROWS}
    people = [reference for reference, word in said.items() if word == "Incertain"]
    people = [one for one in people if departments[one] == "Ressources Humaines"]
    assert page.locator("table.rows tbody tr").count() == len(people)
    page.get_by_text("Télécharger", exact=True).click()
    page.get_by_label("avec les numéros").check()
    shown = answers(download(page, ".xlsx"), "xlsx")
    assert shown == {reference: expected[reference] for reference in people}
    page.get_by_label("tout (1").check()
    assert answers(download(page, ".csv"), "csv") == expected
    book = download(page, ".xlsx")
    assert answers(book, "xlsx") == expected
    assert estimates(book) == estimates(console.scored_by_api(XLSX))
    page.get_by_label("Département").select_option("")
    page.wait_for_url("**departement=&**")
    page.get_by_label("Signalement").select_option("")
    page.wait_for_url("**mot=&**")
    page.get_by_label("Lignes par page").select_option("2000")
    page.wait_for_url("**taille=2000**")
    assert page.locator("table.rows tbody tr").count() == len(ROWS)


def test_bad_rows_are_listed_and_a_file_that_is_none_is_refused(console, page, tmp_path, meant):
    """Good rows are ranked; each bad one has its line and sentence; nonsense is one sentence."""
    meant.append(f"{REFUSED} 422")
    bad = [dict(row) for row in ROWS[:20]]
    bad[3]["revenu_mensuel"], bad[7]["poste"] = "-5", ""
    path = tmp_path / "employes.csv"
    path.write_text(table(bad))
    send(page, console.url, path)
    assert "18 employés estimés, 2 lignes refusées" in page.locator(".lead").inner_text()
    refused = page.locator("section", has_text="Lignes refusées").inner_text()
    assert "revenu_mensuel" in refused
    assert "la valeur manque" in refused
    assert page.locator("section tbody th").all_inner_texts() == ["5", "9"]
    path.write_bytes(b"PK\x03\x04 no workbook")
    page.goto(f"{console.url}/console/fichier")
    page.get_by_label("Fichier .csv ou .xlsx").set_input_files(path)
    page.get_by_role("button", name="Estimer").click()
    page.locator("#fichier-faute:visible").wait_for()
    assert "classeur .xlsx lisible" in page.locator("#fichier-faute").inner_text()


def test_a_file_of_20_mb_is_taken_and_one_over_the_limit_is_not_sent(console, page, tmp_path):
    """Its progress is shown while it is sent; beyond 64 MiB a sentence says what to do."""
    padded = [{**row, "code_sondage": "x" * 13_700} for row in ROWS]
    path = tmp_path / "employes.csv"
    path.write_text(table(padded))
    assert path.stat().st_size > 20_000_000
    page.goto(f"{console.url}/console/fichier")
    page.evaluate(
        "new MutationObserver(() => { window.shown = true }).observe("
        "document.querySelector('.progress'), { attributes: true })"
    )
    page.get_by_label("Fichier .csv ou .xlsx").set_input_files(path)
    page.get_by_role("button", name="Estimer").click(no_wait_after=True)
    page.wait_for_function("window.shown || document.title.startsWith('Vue d’ensemble')")
    page.get_by_role("heading", name="Vue d’ensemble").wait_for()
    assert "1\u202f470 employés estimés" in page.locator(".lead").inner_text()
    with path.open("ab") as file:
        file.truncate((64 << 20) + 1)
    page.goto(f"{console.url}/console/fichier")
    page.get_by_label("Fichier .csv ou .xlsx").set_input_files(path)
    page.get_by_role("button", name="Estimer").click()
    assert "dépasse 64 Mo" in page.locator("#fichier-faute").inner_text()


def test_a_tab_that_has_no_numbers_says_so(console, page, tmp_path):
    """The tab that sent a file has the numbers of its people, and sends them where it is asked."""
    path = tmp_path / "employes.csv"
    path.write_text(table(ROWS[:5]))
    send(page, console.url, path)
    other = page.context.new_page()
    other.goto(page.url)
    note = "Les numéros des employés ne sont ni ici"
    other.get_by_text(note).wait_for()
    assert not page.get_by_text(note).is_visible()
    assert page.locator("tbody [data-reference]").all_inner_texts() != 5 * [""]
    assert not other.locator("tbody [data-reference]").first.is_visible()
    assert not other.get_by_label("avec les numéros").is_visible()
    assert "id_employee" not in download(other, ".csv").decode()
    assert "id_employee" not in download(page, ".csv").decode()
    page.get_by_label("avec les numéros").check()
    assert "id_employee" in download(page, ".csv").decode()
    page.get_by_label("avec les numéros").uncheck()
    assert "id_employee" not in download(page, ".csv").decode()


def test_three_extracts_are_matched_accepted_mended_and_taken_home(console, page, tmp_path, meant):
    """Dropped together; a column, an alert and the survey confirmed; refused rows sent again."""
    meant.append(REFUSED)
    people = 40
    tables = first(people)
    header, *rows = tables[SIRH]
    for row in rows[3:]:
        row[header.index(SALARY)] = "999"
    rows[0][header.index(SALARY)], rows[1][header.index("age")] = "-5", "jeune"
    header[header.index("departement")] = "affectation"
    page.goto(f"{console.url}/console/fichier")
    form = page.locator("form.drop").element_handle()
    files = [[name, csv_of(one).decode()] for name, one in tables.items()]
    page.evaluate(DROP, [form, files])
    page.get_by_role("heading", name="Avant d’estimer").wait_for()
    page.locator("#champ-departement").select_option("affectation")
    page.get_by_role("button", name="Continuer").click()
    page.get_by_text("Les employés ont-ils été informés").wait_for()
    assert "999" in page.locator("p.message.wrong").inner_text()
    page.get_by_label("Oui").check()
    page.get_by_role("button", name="Estimer quand même").click()
    to_ranking(page)
    assert "38 employés estimés, 2 lignes refusées" in page.locator(".lead").inner_text()
    refused = page.locator("section", has_text="Lignes refusées")
    assert refused.locator("td[data-reference]").all_inner_texts() == ["1", "2"]
    mended = download(page, "Télécharger ces lignes à corriger (.csv)").decode("utf-8-sig")
    mended = mended.replace("'-5", "5993").replace("jeune", "49")
    path = tmp_path / "lignes_a_corriger.csv"
    path.write_text(mended)
    first_address = page.url
    send(page, console.url, path)
    assert "2 employés estimés" in page.locator(".lead").inner_text()
    asked = ROWS[:3] + [row | {SALARY: "999"} for row in ROWS[3:people]]
    headers = {"Content-Type": "text/csv", "Accept": "text/csv"}
    plain = console.api("/predict/batch", content=table(asked).encode(), headers=headers).content
    expected = answers(plain, "csv")
    page.get_by_text("Télécharger", exact=True).click()
    page.get_by_label("avec les numéros").check()
    two = answers(download(page, ".xlsx"), "xlsx")
    assert two == {number: expected[number] for number in ("1", "2")}
    page.goto(first_address)
    page.get_by_text("Télécharger", exact=True).click()
    page.get_by_label("avec les numéros").check()
    others = answers(download(page, ".xlsx"), "xlsx", refused=("1", "2"))
    assert others | two == expected


def test_a_column_is_matched_and_an_alert_accepted(console, page, tmp_path, meant):
    """The tab sends the file again as confirmed, and the answers are the plain file's."""
    meant.append(REFUSED)
    rows = [{**row, "revenu_mensuel": "999"} for row in ROWS[:9]]
    path = tmp_path / "employes.csv"
    path.write_text(table(rows).replace("departement", "affectation", 1))
    page.goto(f"{console.url}/console/fichier")
    page.get_by_label("Fichier .csv ou .xlsx").set_input_files(path)
    page.get_by_role("button", name="Estimer").click()
    page.get_by_role("heading", name="Avant d’estimer").wait_for()
    page.locator("#champ-departement").select_option("affectation")
    page.get_by_role("button", name="Continuer").click()
    page.get_by_role("button", name="Estimer quand même").click()
    to_ranking(page)
    headers = {"Content-Type": "text/csv", "Accept": "text/csv"}
    plain = console.api("/predict/batch", content=table(rows).encode(), headers=headers).content
    page.get_by_text("Télécharger", exact=True).click()
    page.get_by_label("avec les numéros").check()
    assert answers(download(page, ".csv"), "csv") == answers(plain, "csv")
