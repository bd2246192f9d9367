"""`companion eval prompting`: each option beside the plain prompt; without a model there is nothing to measure."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from companion.cli import app
from tests.tinymodel import tiny_model

RUN = CliRunner()
CARDS = [{"id": 1, "base": "Age: 30\nGender: female\nOccupation: nurse\nProblem: Lost her job and cannot sleep."}]


@pytest.fixture(scope="module")
def cards(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("cards") / "cards.json"
    path.write_text(json.dumps(CARDS))
    return path


def _run(cards: Path, config: Path, *more: str) -> tuple[int, str, str]:
    told = RUN.invoke(app, ["eval", "prompting", "--cards", str(cards), "--config", str(config), "--turns", "1", *more])
    return told.exit_code, told.stdout, told.stderr


def test_each_option_is_measured_beside_the_plain_prompt(cards: Path, tmp_path: Path) -> None:
    model, config = tiny_model(tmp_path / "model"), tmp_path / "c.toml"
    config.write_text(f'persona = "tomas"\n[engines]\nlanguage = "transformers"\n[models]\nlanguage = "{model}"\n')
    code, out, err = _run(cards, config, "--option", "hints", "--option", "persona", "--json")
    assert code == 0, err
    found = json.loads(out)
    assert list(found) == ["plain", "hints", "persona"]
    assert all(each["seconds_per_turn"] > 0 and each["n"] == 1 for each in found.values())


@pytest.mark.parametrize("option", ["cases", "persona"])
def test_an_option_without_its_file_is_refused(cards: Path, tmp_path: Path, option: str) -> None:
    config = tmp_path / "c.toml"
    config.write_text('[engines]\nlanguage = "openai"\n')
    code, _, err = _run(cards, config, "--option", option)
    assert code == 2
    assert f"to measure {'cases' if option == 'cases' else 'a persona'}" in err


def test_the_scripted_supporter_has_no_prompt(cards: Path, tmp_path: Path) -> None:
    config = tmp_path / "c.toml"
    config.write_text("")
    code, _, err = _run(cards, config)
    assert code == 2
    assert "options only touch a language model" in err
