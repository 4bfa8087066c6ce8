"""Adding a field is what docs/adding-a-field.md says: a line, a migration, an expected sentence."""

import filecmp
import json
from pathlib import Path

import httpx
import pytest

from tests.fixtures import SUBJECT_KEY
from tests.population import sample_rows, table
from tests.server import PATIENCE_SECONDS, ROOT
from tests.versions import PARTS, Version

pytestmark = pytest.mark.slow
FIELD = "jours_teletravail"
LINE = (
    'Whole("Jours de télétravail par semaine", 0, 5, extract=SIRH, example=2, optional=True, '
    'clause=count("Ne télétravaille pas", "Télétravaille {} par semaine", "jour", "jours"))'
)


@pytest.fixture
def postgresql_url(own_postgresql_url):
    """A schema that is changed here is not what others use after."""
    return own_postgresql_url


@pytest.fixture(scope="session")
def with_the_field(tmp_path_factory) -> Version:
    """The code with one optional field more, and the migration that `flask db migrate` writes."""
    return Version(ROOT).next(tmp_path_factory.mktemp("field"), "9999", FIELD, LINE)


def files(folder: Path) -> set[Path]:
    """What is written by hand or for good, below a checkout."""
    return {
        path.relative_to(folder)
        for part in PARTS
        for path in [folder / part, *(folder / part).rglob("*")]
        if path.is_file() and path.suffix != ".pyc"
    }


def test_two_files_are_touched(with_the_field):
    """Beside the expected sentence, a field is its line and the migration that is generated."""
    folder = with_the_field.folder
    added = files(folder) - files(ROOT)
    same = files(folder) - added
    _, changed, _ = filecmp.cmpfiles(ROOT, folder, map(str, same), shallow=False)
    assert changed == ["futurisys/employee/schema.py"]
    assert list(map(str, added)) == [f"migrations/versions/9999_{FIELD}.py"]


def test_the_field_is_taken_kept_shown_and_handed_out(
    server, client, with_the_field, database_url, employee, key_in
):
    """The model and the rows of before stay; a new value is judged, and comes back from a call, a
    file, the history and the export."""
    before = client.post("/predict", json=employee).json
    with_the_field.flask(database_url, "db", "upgrade")
    settings = {"DATABASE_URL": database_url, "FUTURISYS_SUBJECT_KEY": SUBJECT_KEY}
    running = server(with_the_field.folder, **settings).wait("/health/ready")
    headers = key_in(database_url)
    sent = employee | {"id_employee": 77, FIELD: 3}
    with httpx.Client(base_url=running.url, headers=headers, timeout=PATIENCE_SECONDS) as http:
        answer = http.post("/predict", json=sent).json()
        assert answer["Probabilite_depart"] == before["Probabilite_depart"]
        assert answer["Version_modele"] == before["Version_modele"]
        refused = http.post("/predict", json=sent | {FIELD: 6})
        assert refused.json()["errors"][0]["pointer"] == f"/{FIELD}"
        rows = [row | {FIELD: str(day)} for day, row in enumerate(sample_rows()[:6])]
        content = table(rows).encode()
        batch = http.post(
            "/predict/batch", content=content, headers={"Content-Type": "text/csv"}
        ).json()
        assert batch["erreurs"] == []
        for day, kept in enumerate(batch["predictions"]):
            shown = http.get(f"/predictions/{kept['Identifiant']}").json()
            assert shown["Employe"][FIELD] == day
        old = http.get(f"/predictions/{before['Identifiant']}").json()
        assert old["Employe"].get(FIELD) is None
        assert old["Probabilite_depart"] == before["Probabilite_depart"]
        found = http.post("/predictions/search", json={"id_employee": 77}).json()
        assert [one["Identifiant"] for one in found["predictions"]] == [answer["Identifiant"]]
    exported = with_the_field.folder / "dossier.json"
    with_the_field.flask(
        *(database_url, "predictions", "export", "--reference", "77", "--output", str(exported)),
        FUTURISYS_SUBJECT_KEY=SUBJECT_KEY,
    )
    [one] = json.loads(exported.read_text())["predictions"]
    assert one["Employe"][FIELD] == 3
