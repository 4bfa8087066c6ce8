"""Whether the service can keep its promise now."""

from futurisys.errors import StorageUnavailable
from futurisys.model.predictor import Predictor
from futurisys.operations.transactions import reading
from futurisys.records.database import schema_is_current


def check_ready(predictor: Predictor) -> None:
    """Ask the model its known answers, and the database its schema.

    Raises ArtifactError or StorageUnavailable, with the reason.
    """
    predictor.prove()
    with reading() as connection:
        if not schema_is_current(connection):
            raise StorageUnavailable(
                "Le schéma de la base de données n'est pas à jour : lancez « flask db upgrade »."
            )
