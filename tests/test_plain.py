"""Figures in plain words and counts of what was seen: from people whom the model did not know."""

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from futurisys.employee.typography import typeset
from futurisys.model import artifact
from futurisys.model.calibration import probability
from futurisys.model.plain import in_plain_words, of_a_hundred
from futurisys.model.range import Range
from futurisys.training.deciding import Means, decide
from futurisys.training.distribution import distribution
from futurisys.training.fitting import UNCALIBRATED
from futurisys.training.plain import PEOPLE_MIN, plain

MOVES = Range((0.5,), -9.0, 9.0, 1.0, 0.9, 0.1, 30)


@pytest.fixture(scope="module")
def manifest(artifact_folder: Path) -> dict[str, Any]:
    return json.loads((artifact_folder / artifact.MANIFEST).read_text())


def test_bands_hold_everybody_once_and_rise(manifest):
    """At least 40 people a band, all of the training data in them, each share above the last."""
    bands = manifest["plain"]["bands"]
    assert len(bands) > 3
    assert sum(band["people"] for band in bands) == manifest["training"]["employees"]
    assert min(band["people"] for band in bands) >= PEOPLE_MIN
    leavers = sum(band["people"] * band["left"]["value"] for band in bands)
    assert leavers == pytest.approx(manifest["training"]["left"])
    assert [band["low"] for band in bands[1:]] == [band["high"] for band in bands[:-1]]
    for band in bands:
        assert band["left"]["low"] <= band["left"]["value"] <= band["left"]["high"]


def test_the_three_words_hold_everybody_once(manifest):
    """Flagged, uncertain and not flagged are all people and all leavers, whatever the repeats."""
    for part in ("words", "threshold"):
        parts = manifest["plain"][part].values()
        assert sum(one["people"] for one in parts) == manifest["training"]["employees"]
        assert sum(one["of_left"] for one in parts) == pytest.approx(1)


def test_a_word_follows_the_whole_range():
    """Only whose lower end reaches the threshold is flagged; whose upper end does not is not."""
    log_odds = np.array([[-2.0, -0.4, 0.4, 2.0], [-2.0, -0.6, 0.6, 2.0]])
    left = np.array([False, False, True, True])
    words = plain(UNCALIBRATED, log_odds, left, MOVES, 0.5)["words"]
    assert words["flagged"] == {"people": 1.5, "left": 1.0, "of_left": 0.75}
    assert words["uncertain"] == {"people": 1.0, "left": 0.5, "of_left": 0.25}
    assert words["unflagged"] == {"people": 1.5, "left": 0.0, "of_left": 0.0}


@pytest.mark.parametrize(
    ("shares", "counts"),
    [
        ((0.5611, 0.2278, 0.2111), [56, 23, 21]),
        ((1 / 3, 1 / 3, 1 / 3), [34, 33, 33]),
        ((0.995, 0.004, 0.001), [100, 0, 0]),
        ((1.0, 0.0), [100, 0]),
    ],
)
def test_a_hundred_people_are_a_hundred(shares, counts):
    """Rounded shares of a whole lose nobody and count nobody twice."""
    named = {str(place): share for place, share in enumerate(shares)}
    assert list(of_a_hundred(named).values()) == counts


def test_what_is_said_of_nobody_is_not_a_number():
    """A part without people has no share, and its sentence says so."""
    log_odds = np.full((1, 50), -5.0)
    left = np.arange(50) < 2
    found = plain(UNCALIBRATED, log_odds, left, MOVES, 0.5)
    assert found["words"]["flagged"] == {"people": 0.0, "left": None, "of_left": 0.0}
    told = in_plain_words(found, fictional=False)
    assert told["words"][0]["sentence"] == (
        "Personne n'était « Signalé », dans les données d'apprentissage, durée inconnue."
    )


def test_each_figure_is_said_in_words(manifest):
    """Of 100, how many; always of the training data, fictional ones called so, without a term."""
    told = in_plain_words(manifest["plain"], fictional=True)
    sentences = [one["sentence"] for part in ("bands", "words", "sides") for one in told[part]]
    for sentence in sentences:
        assert sentence.startswith("Sur 100 personnes ")
        assert sentence.endswith("dans les données d'apprentissage fictives, durée inconnue.")
    band, first = manifest["plain"]["bands"][-1], told["bands"][-1]["sentence"]
    low, high = map(int, re.findall(r"de (\d+) à (\d+) étaient", first)[0])
    assert low <= 100 * band["left"]["low"] <= low + 1
    assert high - 1 <= 100 * band["left"]["high"] <= high


def test_a_horizon_is_said_with_each_figure(manifest):
    """Whoever was learnt from dated facts is counted after so many days, and the page says so."""
    told = in_plain_words(manifest["plain"], fictional=False, horizon=365)
    for part in ("bands", "words", "sides"):
        for one in told[part]:
            assert one["sentence"].endswith("d'apprentissage, au bout de 365 jours.")


def test_another_threshold_has_other_words(artifact_folder, manifest, tmp_path):
    """Whoever chooses a threshold reads what it flags, counted again."""
    decide(artifact_folder, tmp_path / "new", Means(capacity=0.1), Means())
    decided = json.loads((tmp_path / "new" / artifact.MANIFEST).read_text())
    assert decided["plain"]["bands"] == manifest["plain"]["bands"]
    flagged = decided["plain"]["threshold"]["flagged"]
    assert flagged["people"] == pytest.approx(147, abs=1)
    assert decided["plain"]["words"] != manifest["plain"]["words"]


def test_what_was_seen_is_counted_in_groups_that_hide_nobody(manifest):
    """Each field's counts are everybody, in at most ten groups, none of fewer than ten people."""
    fields = manifest["population"]["fields"]
    assert list(fields) == list(manifest["columns"])
    for found in fields.values():
        counts = found["counts"] if "counts" in found else list(found["levels"].values())
        counts = [*counts, *filter(None, [found.get("others")])]
        assert sum(counts) == manifest["training"]["employees"]
        assert len(counts) <= 10
        assert min(counts) >= 10
        assert "counts" not in found or len(found["edges"]) == len(counts) - 1
    assert manifest["population"]["mean"] == pytest.approx(0.161, abs=0.01)


def test_a_value_that_few_have_is_counted_with_another():
    """Neither a rare level nor an extreme salary tells of one person."""
    people = 120
    table = pd.DataFrame(
        {
            "revenu_mensuel": [*range(1000, 1000 + people - 1), 19_999],
            "niveau_hierarchique_poste": [1] * 60 + [2] * 57 + [5] * 3,
            "departement": ["Commercial"] * 80 + ["Consulting"] * 36 + ["Direction"] * 4,
            "heure_supplementaires": [True] * 50 + [False] * 70,
        }
    )
    found = distribution(table, table.columns, probability(np.zeros(people)))
    assert found["mean"] == 0.5
    fields = found["fields"]
    assert fields["revenu_mensuel"]["counts"] == [12] * 10
    assert fields["niveau_hierarchique_poste"] == {"edges": [2], "counts": [60, 60]}
    assert fields["departement"] == {"levels": {"Commercial": 80}, "others": 40}
    assert fields["heure_supplementaires"] == {"levels": {"Non": 70, "Oui": 50}, "others": 0}


def test_the_card_says_them(client, manifest):
    """/model has bands, sides and words with their sentences, and how the ranges were measured."""
    card = client.get("/model").json
    told = in_plain_words(manifest["plain"], fictional=True)
    assert [band["Phrase"] for band in card["En_clair"]["Tranches"]] == [
        band["sentence"] for band in told["bands"]
    ]
    assert [part["Mot"] for part in card["En_clair"]["Mots"]] == [
        *("Signalé", "Incertain", "Non signalé")
    ]
    assert card["Intervalles"]["Reentrainements"] == manifest["range"]["refits"]
    page = client.get("/model", headers={"Accept": "text/html"}).text
    assert all(typeset(one["sentence"]) in page for one in told["words"] + told["sides"])
