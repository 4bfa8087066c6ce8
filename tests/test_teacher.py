"""Stumps that learn chances in place of labels."""

import numpy as np
import pytest

from futurisys.employee.schema import ASKED
from futurisys.training.estimator import Kinds, make_classifier
from futurisys.training.teacher import fit_to_chances

NUMBERS = Kinds.of(ASKED).numbers


def taught(field: str):
    """The chances learnt where 400 people's are 0.2 and 0.8, by the value 0 or 1 of a field."""
    place = NUMBERS.index(field)
    matrix = np.zeros((400, len(NUMBERS) + 1))
    matrix[200:, place] = 1
    classifier = make_classifier(ASKED, matrix.shape[1], colsample_bytree=1, reg_lambda=0)
    fit_to_chances(classifier, matrix, np.repeat([0.2, 0.8], 200))
    return classifier.predict_proba(matrix[[0, -1]])[:, 1]


def test_a_chance_is_learnt_as_it_is_taught():
    """The two shares of a person weigh what the chance says: nothing is rounded to a label."""
    assert taught("distance_domicile_travail") == pytest.approx([0.2, 0.8], abs=0.05)


def test_what_is_taught_against_a_monotone_rule_is_not_learnt():
    """The teacher knows no rules; more salary does not raise the estimate whatever it says."""
    low, high = taught("revenu_mensuel")
    assert low == high
