"""A fitted scikit-learn preprocessor as data, and the table that it was fitted on."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.preprocessing import (
    FunctionTransformer,
    OneHotEncoder,
    OrdinalEncoder,
    StandardScaler,
)

from futurisys.employee.features import SOURCES, derive
from futurisys.employee.fields import Choice, YesNo
from futurisys.employee.schema import FACTS, KEPT
from futurisys.errors import ConversionError
from futurisys.model.encoder import Encoder, Encoding, Numbers, OneHot, Ordinal, Scaled

SUPPORTED = (
    "what can be converted is StandardScaler, OneHotEncoder (handle_unknown 'ignore' or "
    "'infrequent_if_exist', max_categories, min_frequency), OrdinalEncoder "
    "(handle_unknown='use_encoded_value' with a number as unknown_value) and 'passthrough'"
)


def encoder_of(preprocessor: Any) -> Encoder:
    """The fitted ColumnTransformer as data; raises ConversionError, which says what it can be."""
    _check(preprocessor)
    encoder = Encoder(
        tuple(
            encoding
            for _, transformer, columns in preprocessor.transformers_
            for encoding in _encodings(transformer, _names(preprocessor, columns))
        )
    )
    for name in encoder.sources:
        if name not in KEPT and name not in SOURCES:
            raise _refusal(f"The model reads {name}, which is no fact of an employee")
    return encoder


def table_for(
    preprocessor: Any, encoder: Encoder, facts: Mapping[str, Sequence[Any]]
) -> pd.DataFrame:
    """The facts of n employees as the table that the preprocessor was fitted on.

    Derived columns are computed; overtime is written as the fitted encoder has it: booleans,
    numbers, or HR's own words.
    """
    columns: dict[str, Any] = {
        name: derive(name, facts) if name in SOURCES else facts[name] for name in encoder.sources
    }
    for _, transformer, chosen in preprocessor.transformers_:
        if isinstance(transformer, OneHotEncoder | OrdinalEncoder):
            names = _names(preprocessor, chosen)
            for name, levels in zip(names, transformer.categories_, strict=True):
                if isinstance(FACTS.get(name), YesNo):
                    columns[name] = _spelled(facts[name], levels)
    return pd.DataFrame(columns)


def _spelled(values: Sequence[bool], levels: Any) -> Any:
    if set(levels) & YesNo.levels.keys():
        return np.where(values, "Oui", "Non").astype(object)
    return np.asarray(values).astype(levels.dtype)


def _check(preprocessor: Any) -> None:
    if not isinstance(preprocessor, ColumnTransformer):
        raise _refusal(f"The preprocessor is a {_kind(preprocessor)}, not a ColumnTransformer")
    if not hasattr(preprocessor, "transformers_"):
        raise _refusal("The ColumnTransformer was not fitted")
    if preprocessor.transformer_weights or preprocessor.sparse_output_:
        raise _refusal("The ColumnTransformer has transformer_weights, or makes a sparse matrix")
    if not hasattr(preprocessor, "feature_names_in_"):
        raise _refusal("The ColumnTransformer was fitted on an array, whose columns have no names")


def _names(preprocessor: Any, columns: Any) -> list[str]:
    """The names of a transformer's columns, however they were given."""
    if isinstance(columns, str):
        return [columns]
    if not isinstance(columns, slice) and all(isinstance(name, str) for name in columns):
        return list(columns)
    if isinstance(columns, slice) and isinstance(columns.start or columns.stop, str):
        raise _refusal("The ColumnTransformer takes a slice of names")
    return preprocessor.feature_names_in_[columns].tolist()


def _encodings(transformer: Any, names: list[str]) -> Iterator[Encoding]:
    """What one transformer writes, in the order of the matrix."""
    if not names or (isinstance(transformer, str) and transformer == "drop"):
        return
    kind = type(transformer)  # A subclass may do anything.
    if kind is StandardScaler:
        yield _scaled(transformer, names)
    elif kind is OneHotEncoder:
        yield from _one_hot(transformer, names)
    elif kind is OrdinalEncoder:
        yield from _ordinal(transformer, names)
    elif kind is str or (kind is FunctionTransformer and transformer.func is None):
        yield Numbers(tuple(names))
    else:
        raise _refusal(f"{names[0]} goes through a {kind.__name__}")


def _scaled(scaler: Any, names: list[str]) -> Scaled:
    nothing = np.zeros(len(names))
    means = scaler.mean_ if scaler.with_mean else nothing
    scales = scaler.scale_ if scaler.with_std else nothing + 1
    return Scaled(tuple(names), tuple(means.tolist()), tuple(scales.tolist()))


def _one_hot(encoder: Any, names: list[str]) -> Iterator[OneHot]:
    if encoder.handle_unknown not in ("ignore", "infrequent_if_exist"):
        raise _refusal(f"{names[0]}: OneHotEncoder(handle_unknown={encoder.handle_unknown!r})")
    if encoder.drop is not None:
        raise _refusal(f"{names[0]}: OneHotEncoder(drop={encoder.drop!r})")
    unseen_is_infrequent = encoder.handle_unknown == "infrequent_if_exist"
    rare = getattr(encoder, "infrequent_categories_", None) or [None] * len(names)
    for name, levels, infrequent in zip(names, encoder.categories_, rare, strict=True):
        shared = _levels(name, [] if infrequent is None else infrequent)
        own = tuple(level for level in _levels(name, levels) if level not in shared)
        yield OneHot(name, own, shared, unseen_is_infrequent)


def _ordinal(encoder: Any, names: list[str]) -> Iterator[Ordinal]:
    if encoder.max_categories is not None or encoder.min_frequency is not None:
        raise _refusal(f"{names[0]}: OrdinalEncoder(max_categories, min_frequency)")
    unknown = encoder.unknown_value
    if encoder.handle_unknown == "use_encoded_value" and np.isnan(unknown):
        raise _refusal(f"{names[0]}: OrdinalEncoder(unknown_value=nan)")
    for name, levels in zip(names, encoder.categories_, strict=True):
        ranked = _levels(name, levels)
        if encoder.handle_unknown == "error" and not _are_all(name, ranked):
            raise _refusal(f"{name}: OrdinalEncoder(handle_unknown='error')")
        yield Ordinal(name, ranked, None if unknown is None else float(unknown))


def _are_all(name: str, levels: tuple[Any, ...]) -> bool:
    """Whether a field can have no other level."""
    fact = FACTS.get(name)
    return isinstance(fact, Choice) and set(fact.levels) <= set(levels)


def _levels(name: str, levels: Any) -> tuple[Any, ...]:
    """Fitted categories as the schema loads them: yes and no are booleans, however written."""
    values = np.asarray(levels).tolist()
    if any(value is None or value != value for value in values):
        raise _refusal(f"{name} was missing for somebody when the model was fitted")
    if not isinstance(FACTS.get(name), YesNo):
        return tuple(values)
    for value in values:
        if value not in (False, True, *YesNo.levels):
            raise _refusal(f"{name} is {value!r}, which is no boolean, 0 or 1, « Oui » or « Non »")
    return tuple(bool(YesNo.levels.get(value, value)) for value in values)


def _kind(thing: Any) -> str:
    return type(thing).__name__


def _refusal(what: str) -> ConversionError:
    return ConversionError(f"{what}: {SUPPORTED}.")
