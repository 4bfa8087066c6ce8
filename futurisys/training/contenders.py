"""What is measured on the same folds: the model, its variants, and what it must beat."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler

from futurisys.employee.schema import ASKED, PROTECTED
from futurisys.training.estimator import Kinds, make_classifier, make_preprocessor
from futurisys.training.fitting import Floats, calibrated_loss
from futurisys.training.teacher import fit_to_chances, make_teacher, of_few_values, of_many_values

Labels = NDArray[np.bool_]
Splits = Sequence[tuple[NDArray[np.intp], NDArray[np.intp]]]

# One gives marital status away, the other is close to the place of residence.
NEAR_PROTECTED = {
    "without_pee": ("nombre_participation_pee",),
    "without_distance": ("distance_domicile_travail",),
    "without_both": ("nombre_participation_pee", "distance_domicile_travail"),
}
# What the nested variant chooses from; the first is what is shipped.
OTHER_LABELS = {"strength": None, "changes": {"learning_rate": 0.1}}
CANDIDATES: tuple[dict[str, Any], ...] = ({}, {"strength": 0.2}, OTHER_LABELS)


class Contender(Protocol):
    """Anything that can be fitted on some employees and asked about others."""

    @property
    def calibrated(self) -> bool:
        """Whether its log-odds are raw, and to be calibrated on inner folds."""
        ...

    def margins(
        self, table: pd.DataFrame, left: Labels, test: pd.DataFrame, splits: Splits
    ) -> tuple[Floats, Floats]:
        """Log-odds of the n rows out of fold, by the inner `splits`, and of the m test rows."""
        ...


@dataclass(frozen=True)
class Model:
    """The model's configuration, or a change of it, on the fields given.

    strength: of the teacher whose chances are learnt; without one the labels are.
    """

    fields: tuple[str, ...] = ASKED
    changes: dict[str, Any] = field(default_factory=dict)
    strength: float | None = 0.3
    calibrated: bool = True

    def fit(self, table: pd.DataFrame, left: Labels) -> tuple[Any, Any]:
        """A preprocessor and a classifier fitted on n rows."""
        preprocessor = make_preprocessor(self.fields)
        table = table[list(self.fields)]
        matrix = preprocessor.fit_transform(table)
        classifier = make_classifier(self.fields, matrix.shape[1], **self.changes)
        if self.strength is None:
            return preprocessor, classifier.fit(matrix, left)
        teacher = make_teacher(self.fields, self.strength).fit(table, left)
        chances = teacher.predict_proba(table)[:, 1]
        return preprocessor, fit_to_chances(classifier, matrix, chances)

    def margin(self, table: pd.DataFrame, left: Labels, test: pd.DataFrame) -> Floats:
        preprocessor, classifier = self.fit(table, left)
        matrix = preprocessor.transform(test[list(self.fields)])
        return classifier.predict(matrix, output_margin=True).astype(np.float64)

    def margins(
        self, table: pd.DataFrame, left: Labels, test: pd.DataFrame, splits: Splits
    ) -> tuple[Floats, Floats]:
        return _inner(self.margin, table, left, splits), self.margin(table, left, test)


@dataclass(frozen=True)
class Nested:
    """Whichever of the candidates has the least calibrated log-loss on the inner folds."""

    candidates: tuple[Model, ...]
    calibrated: bool = True

    def margins(
        self, table: pd.DataFrame, left: Labels, test: pd.DataFrame, splits: Splits
    ) -> tuple[Floats, Floats]:
        inner = [_inner(one.margin, table, left, splits) for one in self.candidates]
        best = int(np.argmin([calibrated_loss(margin, left) for margin in inner]))
        return inner[best], self.candidates[best].margin(table, left, test)


@dataclass(frozen=True)
class Pipe:
    """A scikit-learn pipeline that knows its own probabilities."""

    make: Callable[[Iterable[str]], Pipeline]
    fields: tuple[str, ...]
    calibrated: bool = False

    def margin(self, table: pd.DataFrame, left: Labels, test: pd.DataFrame) -> Floats:
        pipeline = self.make(self.fields).fit(table[list(self.fields)], left)
        return pipeline.decision_function(test[list(self.fields)])

    def margins(
        self, table: pd.DataFrame, left: Labels, test: pd.DataFrame, splits: Splits
    ) -> tuple[Floats, Floats]:
        return _inner(self.margin, table, left, splits), self.margin(table, left, test)


class Dummy:
    """The base rate, for everyone."""

    calibrated = False

    def margins(
        self, table: pd.DataFrame, left: Labels, test: pd.DataFrame, splits: Splits
    ) -> tuple[Floats, Floats]:
        rate = np.log(left.mean() / (1 - left.mean()))
        return np.full(len(left), rate), np.full(len(test), rate)


def contenders_of(table: pd.DataFrame, fields: tuple[str, ...] = ASKED) -> dict[str, Contender]:
    """All that is measured, by name, the model first; table: as `estimator.frame` makes it.

    complete: the model on every asked-for field, where `fields` leaves some of them out. Without
    the fields of `NEAR_PROTECTED`, each and both, where it reads them.
    """
    protected = tuple(name for name in PROTECTED if name in table)
    contenders: dict[str, Contender] = {
        "model": Model(fields),
        "baseline": Pipe(plain, ASKED),
        "strong": Pipe(strong, ASKED + protected),
        "additive": Pipe(additive, ASKED),
        "dummy": Dummy(),
        "nested": Nested(tuple(Model(fields, **one) for one in CANDIDATES)),
    }
    if protected:
        contenders["protected"] = Model(fields + protected)
    for name, gone in NEAR_PROTECTED.items():
        if set(gone) <= set(fields):
            contenders[name] = Model(tuple(one for one in fields if one not in gone))
    if fields != ASKED:
        contenders["complete"] = Model()
    return contenders


def plain(fields: Iterable[str]) -> Pipeline:
    """A plain logistic regression."""
    kinds = Kinds.of(fields)
    levels = OneHotEncoder(handle_unknown="ignore")
    return make_pipeline(
        ColumnTransformer(
            [
                ("numbers", StandardScaler(), list(kinds.numbers)),
                ("one_hot", levels, list(kinds.ranked + kinds.named)),
            ]
        ),
        LogisticRegression(max_iter=1000),
    )


def strong(fields: Iterable[str]) -> Pipeline:
    """An elastic-net logistic regression: numbers of few values one-hot as well, and ratios."""
    fields = list(fields)
    numbers = list(Kinds.of(fields).numbers)
    levels = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    ratios = make_pipeline(FunctionTransformer(_ratios), StandardScaler())
    return make_pipeline(
        ColumnTransformer(
            [
                ("numbers", StandardScaler(), of_many_values(numbers)),
                ("levels", levels, of_few_values(numbers)),
                ("ratios", ratios, numbers),
            ]
        ),
        LogisticRegression(
            solver="saga", l1_ratio=0.2, C=0.2, tol=1e-2, max_iter=2000, random_state=0
        ),
    )


def additive(fields: Iterable[str]) -> Pipeline:
    """An additive boosting machine of another library: one split a tree."""
    return make_pipeline(
        make_preprocessor(fields),
        HistGradientBoostingClassifier(
            max_iter=200,
            learning_rate=0.2,
            max_leaf_nodes=2,
            l2_regularization=5,
            max_features=0.3,
            max_bins=64,
            early_stopping=False,
            random_state=0,
        ),
    )


def _ratios(table: pd.DataFrame) -> pd.DataFrame:
    """Eleven ratios of pay, years and satisfaction, as logarithms."""
    income, total, company, post, promotion, manager, level, employers = (
        table[name].astype(float)
        for name in (
            "revenu_mensuel",
            "annee_experience_totale",
            "annees_dans_l_entreprise",
            "annees_dans_le_poste_actuel",
            "annees_depuis_la_derniere_promotion",
            "annes_sous_responsable_actuel",
            "niveau_hierarchique_poste",
            "nombre_experiences_precedentes",
        )
    )
    ratios = [
        income,
        income / (1 + total),
        income / (1 + company),
        income / level,
        total,
        total / (1 + employers),
        company / (1 + total),
        post / (1 + company),
        promotion / (1 + company),
        manager / (1 + company),
        table.filter(like="satisfaction_employee_").mean(axis=1),
    ]
    return np.log1p(pd.concat(ratios, axis=1, keys=range(len(ratios))).rename(columns=str))


def _inner(
    margin: Callable[[pd.DataFrame, Labels, pd.DataFrame], Floats],
    table: pd.DataFrame,
    left: Labels,
    splits: Splits,
) -> Floats:
    """The margin of each row from the models that did not see it."""
    inner = np.empty(len(left))
    for fit_on, hold_out in splits:
        inner[hold_out] = margin(table.iloc[fit_on], left[fit_on], table.iloc[hold_out])
    return inner
