"""Settings: declared once, read strictly, documented as they are."""

import os

import pytest
import yaml

from futurisys import settings
from futurisys.errors import SettingError
from tests.server import ROOT

# How long each thing is kept follows from these alone.
RETENTION = {
    "FUTURISYS_HORIZON_DAYS",
    "FUTURISYS_JOURNAL_DAYS",
    "FUTURISYS_KEYLESS_HOURS",
    "FUTURISYS_OPEN",
    "FUTURISYS_RETENTION_DAYS",
    "FUTURISYS_TRAIN_FROM_RECORDS",
}


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("postgres://u:p@h/d", "postgresql+psycopg2://u:p@h/d"),
        ("postgresql://u:p@h:5433/d?sslmode=require",) * 2,
        ("postgresql+psycopg2://u@h/d", "postgresql+psycopg2://u@h/d"),
        ("sqlite:////data/futurisys.db", "sqlite:////data/futurisys.db"),
        ("", ""),
    ],
)
def test_a_database_address_may_be_spelled_in_any_common_way(given, read):
    """What hosts hand out works as it is."""
    assert settings.read(DATABASE_URL=given)["DATABASE_URL"] == read.replace(
        "postgresql://", "postgresql+psycopg2://"
    )


def test_a_command_that_a_worker_begins_is_not_told_that_it_serves(monkeypatch):
    """Who serves knows no command, and Gunicorn says so in the environment of its own."""
    monkeypatch.setenv("SERVER_SOFTWARE", "gunicorn/27.0.1")
    monkeypatch.setenv("PORT", "8000")
    told = settings.environment(DATABASE_URL="sqlite://")
    assert "SERVER_SOFTWARE" not in told
    assert (told["PORT"], told["DATABASE_URL"]) == ("8000", "sqlite://")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://u:secret@h/d"),
        ("DATABASE_URL", "not an address: secret"),
        ("PORT", "http"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("WEB_CONCURRENCY", "0"),
        ("WEB_CONCURRENCY", "-1"),
        ("FUTURISYS_LOG_LEVEL", "loud"),
        ("FUTURISYS_TIMEZONE", "Europe"),
        ("FUTURISYS_TIMEZONE", "Europe/Secret-on-Sea"),
        ("FUTURISYS_TIMEZONE", "../secret"),
    ],
)
def test_a_wrong_value_is_refused_in_one_sentence_that_names_it(name, value):
    """The start stops with the setting's name and what was expected, never with a secret."""
    with pytest.raises(SettingError) as error:
        settings.read(**{name: value})
    sentence = str(error.value)
    assert sentence.startswith(f"{name}: ")
    assert sentence.endswith(" is expected.")
    assert "\n" not in sentence
    assert "secret" not in sentence


@pytest.mark.parametrize(
    "name",
    ["SECRET_KEY", "FUTURISYS_SUBJECT_KEY", "FUTURISYS_NUMBERS_KEY", "FUTURISYS_JOURNAL_KEY"],
)
def test_a_secret_that_could_be_guessed_is_refused(name):
    """What signs or hashes has 32 characters or more; a shorter one is named and not repeated."""
    with pytest.raises(SettingError) as error:
        settings.read(**{name: "q" * 31})
    assert str(error.value) == f"{name}: 32 random characters or more are expected."
    assert settings.read(**{name: "q" * 32})[name] in ("q" * 32, ("q" * 32,))
    assert not settings.read(**{name: ""})[name]


@pytest.mark.parametrize("name", ["FUTURISYS_SUBJECT_KEY", "FUTURISYS_NUMBERS_KEY"])
def test_a_key_may_follow_another(name):
    """The keys of people are read in their order, and each of them has 32 characters or more."""
    new, old = "n" * 32, "o, o " * 7
    assert settings.read(**{name: f"{new}; {old}"})[name] == (new, old.strip())
    with pytest.raises(SettingError) as error:
        settings.read(**{name: f"{new};short"})
    assert str(error.value) == f"{name}: 32 random characters or more are expected."


def test_the_log_level_may_be_written_in_either_case():
    """INFO and info are one level."""
    assert settings.read(FUTURISYS_LOG_LEVEL="WARNING")["FUTURISYS_LOG_LEVEL"] == "warning"


def test_a_process_gets_the_environment_with_what_is_changed(monkeypatch):
    """A value of None is not handed on."""
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", "/tmp/x")
    told = settings.environment(DATABASE_URL="sqlite://", PROMETHEUS_MULTIPROC_DIR=None)
    assert told["DATABASE_URL"] == "sqlite://"
    assert "PROMETHEUS_MULTIPROC_DIR" not in told
    assert told["PATH"] == os.environ["PATH"]


def test_what_forgets_is_told_what_pages_announce():
    """In compose.yaml the service is told whatever the daily job is, and that all periods."""
    services = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
    serves, forgets = (services[name]["environment"] for name in ("api", "retention"))
    assert forgets.items() <= serves.items()
    assert forgets.keys() >= RETENTION
