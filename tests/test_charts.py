"""Charts: what is drawn is what was measured, and can be read aloud."""

import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from futurisys.console.charts import Bin, Capacity, capacity, precision_recall, reliability
from futurisys.console.curves import curves
from futurisys.console.drawing import ticks
from futurisys.console.french import number, percent, typeset
from futurisys.model import artifact
from futurisys.model.effects import Levels, Steps, effects_of
from futurisys.model.predictor import Predictor

BINS = [
    Bin(0.02, 0.01, 147, 0.0, 0.05),
    Bin(0.1, 0.2, 147, 0.05, 0.15),
    Bin(0.8, 0.7, 40, 0.6, 0.9),
]
SHARES = [Capacity(0.05, 0.26, 0.85), Capacity(0.1, 0.45, 0.74), Capacity(0.3, 0.78, 0.42)]
CHARTS = {
    "reliability": reliability(BINS, 0.2),
    "precision_recall": precision_recall([(0, 1), (0.5, 0.7), (1, 0.16)], 0.16, (0.5, 0.7)),
    "capacity": capacity(SHARES),
    "steps": dict(curves([Steps("revenu_mensuel", (3000,), (0.5, -0.5), 1009, 19999)])).popitem()[
        1
    ],
    "levels": dict(curves([Levels("poste", {"A & B": 0.5, "C": -0.2}, 0.1)])).popitem()[1],
}
CHART = pytest.mark.parametrize("chart", CHARTS.values(), ids=CHARTS)


@CHART
def test_a_chart_can_be_read_aloud(chart):
    """It is an image with a title and a description, of which it says the names."""
    root = ElementTree.fromstring(chart)
    assert root.get("role") == "img"
    title, told = root.find("title"), root.find("desc")
    assert title is not None
    assert told is not None
    assert root.get("aria-labelledby") == f"{title.get('id')} {told.get('id')}"
    assert len(title.text or "") > 3
    assert len(told.text or "") > 20


@CHART
def test_a_chart_has_axes_with_ticks(chart):
    """Both directions say what they measure; at least one of them has several ticks."""
    classes = [text.get("class") for text in ElementTree.fromstring(chart).iter("text")]
    assert classes.count("axis") == 2
    assert classes.count("tick-x") >= 3
    assert classes.count("tick-y") >= 2


@CHART
def test_a_chart_names_what_to_compare_with(chart):
    """A line of reference stands in each, with the words that say what it is."""
    root = ElementTree.fromstring(chart)
    assert {"ideal", "zero"} & {line.get("class") for line in root}
    notes = [text.text for text in root.iter("text") if "note" in str(text.get("class")).split()]
    assert {"estimation juste", "au hasard", "sans effet"} & {
        note.partition("\u202f")[0] for note in notes if note
    }


@CHART
def test_a_chart_stands_under_the_strict_policy(chart):
    """No style of its own, no script, nothing fetched: geometry and classes only."""
    for element in ElementTree.fromstring(chart).iter():
        assert element.tag not in ("style", "script", "image", "use")
        assert not {name for name in element.attrib if name == "style" or name.startswith("on")}


@CHART
def test_nothing_is_drawn_outside(chart):
    """Every point, bar and dot is within the drawing."""
    root = ElementTree.fromstring(chart)
    _, _, width, height = map(float, (root.get("viewBox") or "").split())
    for line in [*root.iter("polyline"), *root.iter("polygon")]:
        for point in (line.get("points") or "").split():
            x, y = map(float, point.split(","))
            assert 0 <= x <= width
            assert 0 <= y <= height
    for bar in root.iter("rect"):
        x, y, wide, high = (float(bar.get(name) or "nan") for name in ("x", "y", "width", "height"))
        assert 0 <= x <= x + wide <= width
        assert 0 <= y <= y + high <= height


def test_a_reliability_diagram_says_what_is_in_the_noise():
    """A dot for each group of people, and how many of them chance alone would explain."""
    root = ElementTree.fromstring(CHARTS["reliability"])
    assert len(list(root.iter("circle"))) == len(BINS)
    assert "2 tranches sur 3 sont dans la bande" in CHARTS["reliability"]


def test_a_capacity_is_as_high_as_what_it_finds():
    """Bars stand to each other as the shares that they show."""
    bars = list(ElementTree.fromstring(CHARTS["capacity"]).iter("rect"))
    heights = [float(bar.get("height") or "nan") for bar in bars]
    for height, share in zip(heights, SHARES, strict=True):
        assert height / heights[0] == pytest.approx(share.found / SHARES[0].found, rel=0.01)


def test_a_level_is_text_and_nothing_else():
    """What a client may have named a level cannot break the drawing."""
    assert "A &amp; B" in CHARTS["levels"]
    assert "(valeur inconnue)" in CHARTS["levels"]


def test_every_field_has_its_curve(artifact_folder: Path):
    """All 24 are drawn, the one that moves estimates most first."""
    predictor = Predictor(artifact.read(artifact_folder))
    effects = effects_of(predictor.scorer, predictor.seen)
    assert effects is not None
    drawn = dict(curves(effects))
    assert sorted(drawn) == sorted(predictor.fields)
    assert list(drawn)[:2] != list(predictor.fields)[:2]
    for chart in drawn.values():
        ElementTree.fromstring(chart)


def test_a_curve_tells_its_extremes():
    """The description of a curve says how far it goes, and where."""
    assert "va de −0,50 (vers 11 500) à +0,50 (vers 2 005)" in CHARTS["steps"].replace(
        "\u202f", " "
    )


def test_ticks_are_round():
    """Ticks are 1, 2 or 5 times a power of ten, and whole where nothing lies between."""
    assert ticks(0, 1, 5) == pytest.approx((0, 0.2, 0.4, 0.6, 0.8, 1))
    assert ticks(1009, 19999, 5) == (5000, 10000, 15000)
    assert ticks(0, 3, 5, whole=True) == (0, 1, 2, 3)


def test_numbers_are_written_in_french():
    """A comma, narrow spaces, a true minus sign; no sign before nothing."""
    assert number(1234.56, 1) == "1\u202f234,6"
    assert number(-0.004, 2, signed=True) == "0,00"
    assert number(-0.5, 2) == "−0,50"
    assert number(0.5, 1, signed=True) == "+0,5"
    assert percent(0.155, 1) == "15,5\u202f%"
    assert (
        typeset("« L'un » : 5 % ; quoi ?")
        == "«\u202fL’un\u202f»\u202f: 5\u202f%\u202f; quoi\u202f?"
    )
