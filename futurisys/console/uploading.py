"""A file, or the three extracts: sent, confirmed, and scored."""

from functools import partial
from typing import Any, BinaryIO, cast
from uuid import uuid4

from flask import flash, g, redirect, render_template, request, url_for
from marshmallow import ValidationError

from futurisys import serving
from futurisys.console import forms, remembered
from futurisys.console.before_scoring import Confirmation, Step, Unconfirmed
from futurisys.console.blueprint import PREDICTING, blueprint, door, is_read_by_a_person
from futurisys.console.sent_rows import SentRows
from futurisys.employee.headers import ColumnsMissing
from futurisys.employee.joining import NAME_MAX, Part
from futurisys.employee.mapping import MAPPING_MAX
from futurisys.employee.schema import EXTRACTS
from futurisys.errors import ExtractError
from futurisys.operations.drift import SOURCE_MAX, source_of
from futurisys.operations.readiness import is_ready
from futurisys.operations.repeating import RequestIdentity
from futurisys.operations.uploads import Upload, score_upload
from futurisys.records.idempotency import Name

FILE_MAX = 64 << 20
# A file's own form: its token, what is said of the columns, what the browser writes between them.
UPLOAD_MAX = FILE_MAX + 4 * MAPPING_MAX
NO_FILE = "Choisissez un fichier .csv ou .xlsx, ou les trois extraits."
TOO_MANY = (
    "Envoyez un seul tableau, ou les trois extraits ensemble (SIRH, évaluations et sondage) : pas "
    "plus de trois fichiers à la fois."
)
NOT_READY = (
    "Avant le premier fichier de personnes réelles, quelqu'un confirme à son nom ce qui doit être "
    "fait : ouvrez la page « Avant de commencer », puis renvoyez le fichier."
)
# By how many files were sent.
OTHERS = {1: "", 2: " et un autre", 3: " et deux autres"}
MAPPING = "correspondance"


@blueprint.get("/console/fichier")
@door(PREDICTING)
def file() -> Any:
    predictor = serving.served()
    if predictor and not is_ready(predictor):
        return redirect(url_for("console.readiness"), 303)
    return _upload_page()


@blueprint.post("/console/fichier")
@door(PREDICTING, most=UPLOAD_MAX, is_long=True)
def upload() -> Any:
    try:
        parts = _sent_parts()
        name = parts[0].name + OTHERS[len(parts)]
        given = request.files.get(MAPPING)
        told = given.read(MAPPING_MAX + 1) if given else b""
        confirmed = Confirmation.read(parts, request.form, told)
        batch_id, sent = _score(confirmed)
    except Unconfirmed as error:
        return _step_page(error.step, name, len(parts))
    except ExtractError as error:
        if not is_read_by_a_person():
            raise ValidationError(str(error)) from error
        return _upload_page(str(error)), 422
    remembered.remember(remembered.FILES, batch_id)
    address = url_for("console.glance", lot=batch_id)
    if not is_read_by_a_person():
        return {"adresse": address, "references": sent.by_place, "refus": sent.document()}
    flash("Sans script, le classement montre la ligne de chaque employé, et non son numéro.")
    return redirect(address, 303)


def _upload_page(error: str = "") -> str:
    return render_template(
        "console/file.html",
        error=error,
        cle=uuid4(),
        most=FILE_MAX,
        recent=remembered.files(),
        source_max=SOURCE_MAX,
    )


def _step_page(step: Step, name: str, files: int) -> tuple[Any, int]:
    cle = forms.name_of(request.form)
    page = render_template(
        "console/before_scoring.html",
        step=step,
        name=name,
        files=files,
        cle=cle,
        most=FILE_MAX,
        source=_source() or "",
    )
    return (page if is_read_by_a_person() else {"etape": page}), 422


def _sent_parts() -> list[Part]:
    """The files that were sent; raises ExtractError where there are none, or too many."""
    sent = [one for one in request.files.getlist("fichier") if one.filename]
    if not sent:
        raise ExtractError(NO_FILE)
    if len(sent) > len(EXTRACTS):
        raise ExtractError(TOO_MANY)
    return [Part(cast(BinaryIO, one.stream), _shown_name(one.filename or "")) for one in sent]


def _score(confirmed: Confirmation) -> tuple[str, SentRows]:
    """Score and keep the table that was sent: its id, and what goes back to the tab."""
    predictor = serving.current()
    if not is_ready(predictor):
        raise ExtractError(NOT_READY)
    digest = confirmed.digest.hex()
    request_name = Name(g.caller.id, f"fichier-{forms.name_of(request.form)}-{digest}", digest)
    sent = SentRows()
    confirm = partial(confirmed.confirm, predictor)
    upload = Upload(confirmed.parts, confirmed.mapping, confirm, _source())
    try:
        identity = RequestIdentity(g.request_id, request_name, g.caller.holder)
        kept = score_upload(predictor, upload, sent, identity)
    except ColumnsMissing as error:
        raise confirmed.incomplete(predictor, error) from error
    return str(kept.batch_id), sent


def _source() -> str | None:
    """What the sender calls the origin of the files."""
    return source_of(request.form.get("source", ""))


def _shown_name(name: str) -> str:
    """A file's name as a sentence may repeat it."""
    return name.replace("\\", "/").rpartition("/")[2][:NAME_MAX]
