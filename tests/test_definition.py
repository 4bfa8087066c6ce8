"""A model is refused where a field that it reads has changed, and for no other."""

import json
from pathlib import Path
from typing import Any

import pytest

from futurisys.employee.schema import field_digest
from futurisys.errors import ArtifactError
from futurisys.model import definition

READ = ("age", "poste")


def said(**changes: Any) -> dict[str, Any]:
    """What a manifest says of the definition of two fields, changed."""
    return definition.of(READ) | changes


def test_a_model_of_todays_fields_is_taken(artifact_folder: Path):
    """The default model says of each of its fields, and of no other, what it was."""
    manifest = json.loads((artifact_folder / "manifest.json").read_text())
    assert manifest["employee_fields"].keys() == manifest["columns"].keys()
    definition.check(manifest, manifest["columns"])


def test_a_field_that_is_not_read_may_change():
    """Another definition of the whole, and of a field that the model does not read, is nothing."""
    fields = said()["employee_fields"] | {"genre": "0" * 16}
    definition.check(said(employee_definition="0" * 64, employee_fields=fields), READ)


@pytest.mark.parametrize("fields", [{"age": "0" * 16}, {}, {"age": 7}, [], "age", None])
def test_a_field_that_is_read_may_not_change(fields):
    """Another definition of a field that the model reads, or none, is refused."""
    whole = "0" * 64 if fields is None else definition.WHOLE_THEN
    with pytest.raises(ArtifactError, match="another definition"):
        definition.check({"employee_definition": whole, "employee_fields": fields}, READ)


def test_a_field_that_is_gone_is_refused():
    """A model that reads what is no field any longer is refused by its name."""
    fields = said()["employee_fields"] | {"signe": "0" * 16}
    with pytest.raises(ArtifactError, match="signe"):
        definition.check(said(employee_fields=fields), (*READ, "signe"))


def test_a_manifest_of_before_is_judged_by_what_the_fields_were():
    """With one digest for the whole, known by heart, a model is taken while its fields stand."""
    assert definition.WHOLE_THEN == (
        "ba33f42febea0bbac95840d4560d5b14f8b8097d5731903a75393b509e2108fc"
    )
    before = {"employee_definition": definition.WHOLE_THEN}
    definition.check(before, definition.FIELDS_THEN)
    assert {
        name: field_digest(name)[:16] for name in definition.FIELDS_THEN
    } == definition.FIELDS_THEN
    with pytest.raises(ArtifactError, match="another definition"):
        definition.check({"employee_definition": "0" * 64}, READ)
