"""The second month in a real Chromium: what is new, each figure as the tables say it by hand."""

import math
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import Locator, Page

from futurisys.console.estimates import in_words
from futurisys.console.french import number, percent, points
from futurisys.employee.columns import EFFECT
from futurisys.employee.schema import KEPT
from futurisys.model import artifact
from futurisys.model.plain import WORDS, word_of
from futurisys.model.predictor import Predictor
from tests.browser import NEEDS_CHROMIUM
from tests.browser.steps import REFUSED, ROWS, Console, send
from tests.console import spaced
from tests.monthly import LEAVERS, NEWCOMERS, PAID, PAID_THEN, monthly
from tests.population import table

pytestmark = [pytest.mark.slow, NEEDS_CHROMIUM]
EXACT = 1e-9
MOVED = 0.1
Answers = dict[str, Any]


@pytest.fixture
def compared(console: Console, page: Page, tmp_path: Path, meant: list[str]) -> list[str]:
    """Two months sent and the second compared with the one before: the ids of the files."""
    meant.append(f"{REFUSED} 422")
    for name, rows in zip(("octobre", "novembre"), monthly(ROWS), strict=True):
        path = tmp_path / f"{name}.csv"
        path.write_text(table(rows))
        send(page, console.url, path)
    page.get_by_role("link", name="Comparer avec le fichier précédent").click()
    page.get_by_role("heading", name="Ce qui est nouveau").wait_for()
    return [page.locator(f"#{side}").input_value() for side in ("avant", "apres")]


@pytest.fixture
def sides(console: Console, compared: list[str]) -> list[Answers]:
    """What the tables have of each file, by the person's hash."""
    effects = ", ".join(f"p.{EFFECT}{name}" for name in KEPT)
    statement = (
        "SELECT i.subject, i.departement, i.poste, p.id, p.probability, p.threshold, p.range_low, "
        f"p.range_high, p.warnings, {effects} FROM predictions p JOIN inputs i "
        "ON i.id = p.input_id WHERE p.batch_id = '{}'"
    )
    url = console.settings["DATABASE_URL"].replace("postgresql://", "postgresql+psycopg2://")
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        found = [connection.execute(sa.text(statement.format(file))) for file in compared]
        return [{row.subject: row for row in rows} for rows in found]


@pytest.fixture
def said(artifact_folder: Path) -> Any:
    """A probability as a page says it of this model."""
    bounds = Predictor(artifact.read(artifact_folder)).card.bounds
    return lambda chance: in_words(chance, bounds)


def word(row: Any) -> str:
    """Which of the three words a row gets."""
    return word_of(
        row.probability, row.threshold, row.range_low, row.range_high, bool(row.warnings)
    )


def logit(chance: float) -> float:
    return math.log(chance / (1 - chance))


def total(rows: Any) -> float:
    return math.fsum(row.probability for row in rows)


def cells(within: Locator) -> list[list[str]]:
    """The texts of a table's body, row by row."""
    rows = within.locator("tbody tr").all()
    return [[spaced(text) for text in row.locator("th, td").all_inner_texts()] for row in rows]


def highest_first(rows: Any) -> list[Any]:
    return sorted(rows, key=lambda row: (-row.probability, str(row.id)))


def test_every_figure_is_that_of_the_tables(page, sides, said):
    """Headline, parts, lists and groups, each cell of them, as computed by hand."""
    before, after = sides
    both = before.keys() & after.keys()
    came = [after[one] for one in after.keys() - both]
    left = [before[one] for one in before.keys() - both]
    assert (len(came), len(left)) == (NEWCOMERS, len(LEAVERS))
    moves = {one: after[one].probability - before[one].probability for one in both}
    movers = [
        one
        for one in sorted(both, key=lambda one: (-abs(moves[one]), str(after[one].id)))
        if abs(moves[one]) >= MOVED
        or {word(before[one]), word(after[one])} == {"flagged", "unflagged"}
    ]
    assert movers
    whole = total(after.values()) - total(before.values())
    population, people = total(came) - total(left), math.fsum(moves.values())
    assert population + people == pytest.approx(whole, abs=EXACT)

    headline = spaced(page.locator(".headline .sum").inner_text())
    sums = [number(total(side.values())) for side in (before, after)]
    assert headline == spaced(
        f"Somme des estimations : {sums[1]} Elle était de {sums[0]}. "
        f"{number(len(before))} personnes avant, {number(len(after))} après, "
        f"{number(len(both))} des deux côtés. Chaque chiffre de cette page est arrondi à part : "
        "au dernier chiffre, un écart ou un total peut différer de ce que donnent les chiffres "
        "montrés."
    )
    tiles = page.locator(".headline .tiles strong").all_inner_texts()
    assert tiles == [str(len(one)) for one in (came, left, movers)]
    parts = [row[1] for row in cells(page.locator("#mouvement"))]
    assert parts == [spaced(number(one, 1, True)) for one in (0.0, population, people, whole)]

    def alone(rows: Any) -> list[list[str]]:
        return [
            ["", row.departement, row.poste, spaced(said(row.probability)), WORDS[word(row)]]
            for row in highest_first(rows)
        ]

    for name, rows in (("nouvelles", came), ("parties", left)):
        shown = [["", *row[1:]] for row in cells(page.locator(f"section[aria-labelledby={name}]"))]
        assert shown == alone(rows)
    told = [row[1:] for row in cells(page.locator("section[aria-labelledby=bougees]"))]
    for one, row in zip(movers, told, strict=True):
        old, new = before[one], after[one]
        words = dict.fromkeys([WORDS[word(old)], WORDS[word(new)]])
        chances = [spaced(said(side.probability)) for side in (old, new)]
        moved = spaced(points(moves[one]))
        placed = [new.departement, new.poste]
        assert row[:5] == [*placed, " → ".join(chances), moved, " → ".join(words)]
    # One fact of the first alone has changed: all of the movement is its.
    reason = f"revenu {number(PAID)} € → revenu {number(PAID_THEN)} €"
    assert told[0][5] == spaced(f"{points(moves[movers[0]])} {reason}")

    people_of = [Counter(row.departement for row in side.values()) for side in sides]
    groups = sorted(people_of[1], key=lambda one: -people_of[1][one])
    for one, row in zip(groups, cells(page.locator("#groupes-table")), strict=True):
        mine = [[row for row in side.values() if row.departement == one] for side in sides]
        counts, expected = [len(rows) for rows in mine], [total(rows) for rows in mine]
        means = [some / many for some, many in zip(expected, counts, strict=True)]
        assert min(counts) >= 10
        assert row == [
            one,
            *map(spaced, map(number, counts)),
            *(spaced(number(some)) for some in expected),
            spaced(" → ".join(percent(mean, 1) for mean in means)),
            spaced(points(means[1] - means[0])),
        ]


def test_what_moved_somebody_is_seen_whole_at_a_desk(page, compared):
    """The table of those who moved is no wider than the page where that is 1280 pixels wide."""
    page.set_viewport_size({"width": 1280, "height": 900})
    # As where the numbers are kept, and two estimates are told in words.
    page.evaluate(
        """() => {
            for (const row of document.querySelectorAll(".moved tr")) {
                const cell = row.cells[0].cloneNode();
                cell.textContent = row.parentNode.tagName === "THEAD" ? "Numéro" : "1 000 470";
                row.cells[0].after(cell);
            }
            for (const row of document.querySelectorAll(".moved tbody tr")) {
                row.cells[2].textContent = "Ressources Humaines";
                row.cells[3].textContent = "Représentant Commercial";
                row.cells[4].textContent = "moins de 5\u202f% → plus de 85\u202f%";
                const word = row.cells[6].innerHTML;
                row.cells[6].innerHTML = `${word} → ${word}`;
            }
        }"""
    )
    section = page.locator("section[aria-labelledby=bougees] .scroll")
    wide, room = section.evaluate("one => [one.scrollWidth, one.clientWidth]")
    assert wide <= room
    assert page.locator(".moved td.reasons").first.bounding_box()["width"] >= 200


def test_the_program_gets_the_same_without_a_rest(console, compared, sides):
    """The parts add up to 1e-9, and so do the effects of each person, told or kept."""
    before, after = sides
    both = before.keys() & after.keys()
    for one in both:
        change = logit(after[one].probability) - logit(before[one].probability)
        kept = ((getattr(row[one], EFFECT + name) or 0 for name in KEPT) for row in (after, before))
        later, earlier = map(math.fsum, kept)
        assert later - earlier == pytest.approx(change, abs=EXACT)
    told = console.told("/comparisons", avant=compared[0], apres=compared[1])
    split = told["Mouvement"]
    parts = [split[name] for name in ("Modele", "Population", "Personnes")]
    assert math.fsum(parts) == pytest.approx(split["Total"], abs=EXACT)
    whole = total(after.values()) - total(before.values())
    assert split["Total"] == pytest.approx(whole, abs=EXACT)
    by_id = {str(row.id): subject for subject, row in after.items()}
    for moved in told["bougees"]:
        one = by_id[moved["Apres"]["Identifiant"]]
        change = logit(after[one].probability) - logit(before[one].probability)
        effects = [step["Effet"] for step in moved["Facteurs"]]
        assert moved["Effet_modele"] + math.fsum(effects) == pytest.approx(change, abs=EXACT)
