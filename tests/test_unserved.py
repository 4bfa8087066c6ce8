"""What is wrong with an artifact: English to whoever runs the service, French to its callers."""

import ast
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

from futurisys import serving
from futurisys.app import create_app
from futurisys.errors import ARTIFACT, AddressError, ArtifactError, SettingError
from futurisys.model import artifact, unserved
from futurisys.model.store import Address
from tests.test_architecture import FILES, parsed


def facts(sentence: str) -> set[str]:
    """The names of the facts that a sentence is filled with."""
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


def raised() -> Iterator[tuple[str, set[str]]]:
    """The code and the names of the facts of each ArtifactError that the code spells."""
    for path in FILES.values():
        for node in parsed(path)[1]:
            match node:
                case ast.Call(ast.Name("ArtifactError"), [ast.Constant(str(code))], keywords):
                    yield code, {str(keyword.arg) for keyword in keywords}


def test_each_code_has_a_sentence_in_both_languages():
    """No code is known to one of the two tables alone."""
    assert ARTIFACT.keys() == unserved.SENTENCES.keys()


@pytest.mark.parametrize("code", ARTIFACT)
def test_both_sentences_tell_the_same_facts(code):
    """What the engineer is told of a case is what its reader is told, in whole sentences."""
    english, french = ARTIFACT[code], unserved.SENTENCES[code]
    assert facts(english) == facts(french)
    assert english.isascii()
    assert english.endswith(".")
    assert french.endswith(".")


@pytest.mark.slow
def test_what_is_raised_is_what_the_tables_hold():
    """Each code is raised somewhere, everywhere with the facts of its sentences."""
    spelled = list(raised())
    assert {code for code, _ in spelled} == ARTIFACT.keys()
    for code, given in spelled:
        assert given == facts(ARTIFACT[code]), code


def test_an_error_carries_its_code_and_its_facts():
    """A door that has words of its own needs no parsing of a sentence."""
    error = ArtifactError("altered", name="model.ubj")
    assert (error.code, error.facts) == ("altered", {"name": "model.ubj"})
    assert str(error).startswith("model.ubj is not the file that manifest.json describes")
    assert unserved.sentence_of(error).startswith("model.ubj n'est pas le fichier que")


@pytest.fixture
def altered(artifact_folder: Path, tmp_path: Path) -> Path:
    """A model of which one file is not what its manifest says."""
    for path in artifact_folder.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / artifact.CLASSES).write_text("{}")
    return tmp_path


def test_the_log_is_english_and_the_answer_french(altered, employee, caplog):
    """Of one fault the log has a line without a French word, a 503 a detail without an English."""
    app = create_app(
        DATABASE_URL="sqlite://", FUTURISYS_MODEL=str(altered), FUTURISYS_OPEN="predict"
    )
    caplog.clear()
    serving.load(app)
    [line] = caplog.messages
    assert line.startswith("No model is served: mapping_classes.json is not the file that")
    answer: Any = app.test_client().post("/predict", json=employee).json
    assert answer["detail"].startswith(
        "Aucun modèle ne peut répondre. mapping_classes.json n'est pas le fichier que "
        "manifest.json décrit. Demandez à l'équipe technique"
    )


def test_the_terminal_is_english(altered):
    """A command that an altered model ends says so in one English sentence."""
    runner = create_app(DATABASE_URL="sqlite://").test_cli_runner()
    done = runner.invoke(args=["model", "verify", str(altered)])
    assert done.exit_code == 1
    assert done.output.startswith("Error: mapping_classes.json is not the file that")
    assert done.output.isascii()


@pytest.mark.parametrize("text", ["hf://owner/name", "hf://o/n@" + "a" * 40, "model#sha256=1"])
def test_a_setting_is_refused_in_english(text):
    """What is wrong with an address is said to whoever wrote it, beside the setting's name."""
    with pytest.raises(AddressError):
        Address.parse(text)
    with pytest.raises(SettingError) as refused:
        create_app(FUTURISYS_MODEL=text)
    assert str(refused.value).startswith("FUTURISYS_MODEL: ")
    assert str(refused.value).isascii()
