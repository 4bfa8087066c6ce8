"""Employees scored on a cluster: each worker has the verified artifact, and nothing is kept."""

from collections.abc import Iterable, Iterator

import pandas as pd
from pyspark.sql import DataFrame

from futurisys.employee.schema import REFERENCE
from futurisys.model.artifact import Artifact
from futurisys.spark import frames


def score(
    df: DataFrame, artifact: Artifact, key: str = REFERENCE, demonstration: bool = False
) -> DataFrame:
    """The answers for the rows of a table, as `frames.score` describes them; by mapInPandas.

    artifact: what `futurisys.model.artifact.read` has verified. It travels to the workers, on
    which futurisys is installed, and each proves it again. key: the column that says whose row it
    is. Raises FrameRefused, before anything is computed, where a column is missing.
    """
    predictor = frames.admit(artifact, df.columns, key, demonstration)
    table = df.select(key, *frames.read(predictor))
    kind = table.schema[key].dataType.simpleString()
    columns = frames.columns_of_answers(predictor, key, kind)

    def of_parts(parts: Iterable[pd.DataFrame]) -> Iterator[pd.DataFrame]:
        return frames.score_parts(parts, artifact, key, demonstration)

    words = ", ".join(f"`{name}` {word}" for name, word in columns.items())
    return table.mapInPandas(of_parts, words)


def count_refused(scored: DataFrame) -> DataFrame:
    """How many rows each field was refused in, the most first: its name and a number."""
    fields = scored.selectExpr(f"explode({frames.REFUSED}) AS field")
    return fields.groupBy("field").count().orderBy("count", "field", ascending=[False, True])
