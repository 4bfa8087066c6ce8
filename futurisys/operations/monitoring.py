"""Whether the service can keep its promise now."""

from flask import current_app

from futurisys.errors import StorageUnavailable
from futurisys.model.predictor import Predictor
from futurisys.operations.transactions import reading
from futurisys.records.revisions import Schema, schema_of

_WARNED = "futurisys.newer_schema"


def check_ready(predictor: Predictor) -> None:
    """Ask the model its known answers, and the database for all that this code uses.

    Raises ArtifactError or StorageUnavailable, with the reason.
    """
    predictor.prove()
    with reading() as connection:
        schema = schema_of(connection)
    if fault := _fault(schema):
        raise StorageUnavailable(fault)
    if not schema.known:
        _warn_once(schema)


def _fault(schema: Schema) -> str:
    """Why this code cannot work on a schema, and what to do; empty where it can.

    A schema that is newer and has all that is used is as good as our own, so that workers of two
    versions can serve side by side.
    """
    service = f"le service (révision {schema.head})"
    if schema.known and schema.revision != schema.head:
        found = f"révision {schema.revision}" if schema.revision else "aucune révision"
        return (
            f"La base de données ({found}) est plus ancienne que {service} : "
            "lancez « flask db upgrade »."
        )
    if schema.missing and not schema.known:
        return (
            f"La base de données (révision {schema.revision}) est plus récente que {service} et "
            "n'a plus tout ce dont il se sert : mettez le service à jour."
        )
    if schema.missing:
        return (
            f"La base de données se dit à la révision {schema.revision}, mais il lui manque "
            f"{', '.join(schema.missing[:3])} : restaurez-la."
        )
    return ""


def _warn_once(schema: Schema) -> None:
    if current_app.extensions.get(_WARNED) != schema.revision:
        current_app.extensions[_WARNED] = schema.revision
        current_app.logger.warning(
            "The database has revision %s, newer than this code's %s; all that it uses is there.",
            schema.revision,
            schema.head,
        )
