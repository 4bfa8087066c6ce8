"""A model whose files are wrong is refused in a sentence, though every digest is right."""

import copy
import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import xgboost
from hypothesis import given, settings
from hypothesis import strategies as st

from futurisys import serving
from futurisys.app import create_app
from futurisys.employee.extracts import read_employees
from futurisys.errors import ArtifactError, SettingError
from futurisys.model import artifact
from futurisys.model.encoder import columns_of
from futurisys.model.predictor import Predictor
from futurisys.model.store import Address, Store
from futurisys.model.unserved import sentence_of
from futurisys.sample import SAMPLE
from tests.server import PATIENCE_SECONDS

Place = tuple[str | int, ...]
EXAMPLES = settings(deadline=None, max_examples=60)
OTHERS = [None, True, "", "texte", -1, 0.5, 1e999, float("nan"), 10**400, [], [0], {}, {"a": 1}]


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def version_of(manifest: dict[str, Any]) -> str:
    """The version that a manifest's other words decide, as whoever forges one can work it out."""
    rest = {name: value for name, value in manifest.items() if name != "version"}
    digest = sha256(json.dumps(rest, sort_keys=True).encode())
    return f"{str(manifest.get('created_at'))[:10]}-{digest[:8]}"


@pytest.fixture(scope="module")
def people() -> list[dict[str, Any]]:
    return read_employees(SAMPLE)[0][:20]


@pytest.fixture(scope="module")
def original(artifact_folder: Path) -> dict[str, bytes]:
    """The files of a real artifact, but for the pickles, which serving never opens."""
    return {
        path.name: path.read_bytes()
        for path in artifact_folder.iterdir()
        if path.suffix in (".json", ".ubj")
    }


@pytest.fixture(scope="module")
def write(
    original: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., Path]:
    """Write the artifact with other files, or another manifest, its version and digests right."""
    folder = tmp_path_factory.mktemp("faults")

    def one(manifest: Any = None, **files: bytes) -> Path:
        contents = original | {artifact.MANIFEST: b""} | files
        del contents[artifact.MANIFEST]
        told = json.loads(original[artifact.MANIFEST])
        digests = {name: sha256(content) for name, content in contents.items()}
        if manifest is None:
            manifest = told | {"files": digests}
        if isinstance(manifest, dict) and "version" in manifest:
            manifest["version"] = version_of(manifest)
        for name, content in contents.items():
            (folder / name).write_bytes(content)
        (folder / artifact.MANIFEST).write_text(json.dumps(manifest))
        return folder

    return one


@pytest.fixture(scope="module")
def manifest(original: dict[str, bytes]) -> dict[str, Any]:
    """The manifest of what `write` writes."""
    told = json.loads(original[artifact.MANIFEST])
    kept = {name: told["files"][name] for name in original if name != artifact.MANIFEST}
    return told | {"files": kept}


def paths(document: Any, here: Place = ()) -> Iterator[Place]:
    """The place of each member of a document, at any depth."""
    members = (
        document.items()
        if isinstance(document, dict)
        else enumerate(document)
        if isinstance(document, list)
        else ()
    )
    for name, inner in members:
        yield (*here, name)
        yield from paths(inner, (*here, name))


def changed(document: Any, path: Place, how: Any) -> Any:
    """A copy whose member at `path` is dropped, renamed, or what `how` holds."""
    document = copy.deepcopy(document)
    *above, name = path
    inside = document
    for step in above:
        inside = inside[step]
    if how == "drop" or (how == "rename" and isinstance(inside, list)):
        del inside[name]
    elif how == "rename":
        inside[f"{name}x"] = inside.pop(name)
    else:
        inside[name] = how[0]
    return document


def one_of(places: list[Place], number: int) -> Place:
    """One of the places, by any number."""
    return places[number % len(places)]


numbers = st.integers(0, 1 << 32)
ways = st.sampled_from(["drop", "rename", *([other] for other in OTHERS)])


def judged(folder: Path, people: list[dict[str, Any]]) -> None:
    """Refused as an ArtifactError, or a model whose answers are those of a model."""
    try:
        predictor = Predictor(artifact.read(folder))
    except ArtifactError:
        return
    for person in people:
        answer = predictor.answer(person)
        assert 0 <= answer.probability <= 1
        assert answer.label == ("Part" if answer.probability >= predictor.threshold else "Reste")
        assert answer.risk in ("Faible", "Modéré", "Élevé")
    assert len(predictor.scores(columns_of(people, predictor.fields)).probability) == len(people)


@pytest.mark.slow
@EXAMPLES
@given(depth=numbers, number=numbers, how=ways)
def test_a_wrong_manifest_is_refused_in_a_sentence(depth, number, how, manifest, write, people):
    """Whatever member is dropped, renamed or retyped, at any depth: no other error."""
    # Members near the top are few and matter most: each depth has its turn.
    places = list(paths(manifest))
    depth = 1 + depth % max(map(len, places))
    path = one_of([place for place in places if len(place) == depth], number)
    judged(write(changed(manifest, path, how)), people)


@pytest.mark.slow
@EXAMPLES
@given(number=numbers, how=ways, name=st.sampled_from(["encoder.json", "mapping_classes.json"]))
def test_a_wrong_document_is_refused_in_a_sentence(number, how, name, original, write, people):
    """So is what is wrong in the encoder, or in the two words."""
    document = json.loads(original[name])
    path = one_of(list(paths(document)), number)
    content = json.dumps(changed(document, path, how)).encode()
    judged(write(**{name: content}), people)


NEEDED = [
    *((name,) for name in ("created_at", "libraries", "training", "threshold", "calibration")),
    *((name,) for name in ("columns", "golden", "files", "format", "employee_definition")),
    ("training", "base_rate"),
    *(("calibration", name) for name in "abc"),
    ("columns", "revenu_mensuel"),
    ("columns", "revenu_mensuel", "max"),
    ("golden", 0, "probability"),
    ("golden", 0, "employee", "poste"),
    ("files", "model.ubj"),
]


@pytest.mark.parametrize("path", NEEDED, ids=lambda path: ".".join(map(str, path)))
@pytest.mark.parametrize("how", ["drop", "rename", [None], [[]], [float("nan")]], ids=str)
def test_what_serving_reads_of_a_manifest_is_needed(path, how, manifest, write):
    """Without it, under another name or without a value, there is no model."""
    with pytest.raises(ArtifactError):
        Predictor(artifact.read(write(changed(manifest, path, how))))


def test_every_file_that_a_manifest_does_not_describe_is_named(manifest, write):
    """One sentence names all that is missing."""
    files = {"mapping_classes.json": manifest["files"]["mapping_classes.json"]}
    with pytest.raises(ArtifactError) as refused:
        artifact.read(write(manifest | {"files": files}))
    assert sentence_of(refused.value) == "manifest.json ne décrit pas encoder.json, model.ubj."


@pytest.mark.parametrize("document", [None, [], "x", 1, {}, float("nan")], ids=str)
@pytest.mark.parametrize("name", ["manifest.json", "encoder.json", "mapping_classes.json"])
def test_a_document_of_another_kind_is_refused(name, document, write):
    """A file that holds something else altogether is no reason for another error."""
    if name == artifact.MANIFEST:
        folder = write([document])
        (folder / name).write_text(json.dumps(document))
    else:
        folder = write(**{name: json.dumps(document).encode()})
    with pytest.raises(ArtifactError):
        Predictor(artifact.read(folder))


@pytest.mark.parametrize("threshold", [True, "0.2", -0.1, 1.1])
def test_a_threshold_is_a_probability(threshold, manifest, write):
    """No golden employee's answer shows the threshold: the sentence names it."""
    with pytest.raises(ArtifactError, match="threshold"):
        artifact.read(write(manifest | {"threshold": threshold}))


def test_the_two_words_are_not_exchanged(write):
    """A model that would call « Part » whoever stays is not served."""
    with pytest.raises(ArtifactError, match=r"mapping_classes\.json"):
        artifact.read(write(**{"mapping_classes.json": b'{"0": "Part", "1": "Reste"}'}))


def other_boosters(booster: bytes) -> Iterator[bytes]:
    yield from (b"{}", b"\x00" * 64, booster[:-1])
    table = [[float(row == column) for column in range(39)] for row in range(60)]
    for parameters, width in (
        ({"objective": "multi:softprob", "num_class": 3}, 39),
        ({"booster": "gblinear"}, 39),
        ({"booster": "dart"}, 39),
        ({"objective": "reg:squarederror"}, 39),
        ({"base_score": 0.3}, 2),
    ):
        matrix = xgboost.DMatrix([row[:width] for row in table], label=[0, 1, 1] * 20, nthread=1)
        trained = xgboost.train({"nthread": 1} | parameters, matrix, num_boost_round=2)
        yield bytes(trained.save_raw("ubj"))


@pytest.mark.parametrize("number", range(8))
def test_another_booster_is_refused(number, original, write):
    """Bytes that are none, or one of another kind or of other columns, answer for nobody."""
    content = list(other_boosters(original["model.ubj"]))[number]
    with pytest.raises(ArtifactError):
        Predictor(artifact.read(write(**{"model.ubj": content})))


class Stumbling(Store):
    """A store that fails twice, in a way that nobody foresaw."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        object.__setattr__(self, "failures", [RuntimeError("Nobody foresaw this.")] * 2)

    def at_hand(self, address: Address) -> artifact.Artifact | None:
        if self.failures:  # type: ignore[attr-defined]
            raise self.failures.pop()  # type: ignore[attr-defined]
        return super().at_hand(address)


def test_what_nobody_foresaw_ends_no_retry(write, monkeypatch, caplog):
    """A worker without a model logs the error with its trace, tries again, and serves."""
    monkeypatch.setattr(serving, "RETRY_FIRST", 0.01)
    app = create_app(DATABASE_URL="sqlite://", FUTURISYS_MODEL=str(write()))
    held = app.extensions["futurisys.serving"]
    held.store = Stumbling(held.store.cache, held.store.seconds)
    before = threading.enumerate()
    serving.start(app)
    for thread in set(threading.enumerate()) - set(before):
        thread.join(PATIENCE_SECONDS)
    assert held.predictor is not None
    assert "Nobody foresaw this." in caplog.text


def test_a_worker_that_cannot_read_its_model_says_so(write):
    """Whatever the error was, the reason that is answered is a sentence without it."""
    app = create_app(DATABASE_URL="sqlite://", FUTURISYS_MODEL=str(write()))
    held = app.extensions["futurisys.serving"]
    held.store = Stumbling(held.store.cache, held.store.seconds)
    serving.load(app)
    assert held.predictor is None
    assert "lire le journal" in held.reason
    assert "foresaw" not in held.reason


def test_an_address_that_cannot_be_read_stops_the_start(tmp_path):
    """A file of bytes where an address is expected is one sentence that names the setting."""
    file = tmp_path / "address"
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(SettingError, match="FUTURISYS_MODEL: "):
        create_app(DATABASE_URL="sqlite://", FUTURISYS_MODEL=str(file))
