"""`participabot segments` counts what citizens are sent."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from flows.text import NAMES, texts

EXAMPLES = Path(__file__).resolve().parents[3] / "examples/tenants"


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, ["segments", *arguments])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_words_are_measured_as_they_are_sent() -> None:
    assert run("L’edició d’avui").splitlines() == ["UCS-2: 15 units, 1 segments", "UCS-2 because of: ó"]
    assert "Plain typography saves 1 of 2 segments" in run("L’hora " + "és ara " * 10)


def test_our_own_words_are_counted_by_language() -> None:
    rows = json.loads(run("--json"))
    assert [(row["whose"], row["language"]) for row in rows] == [("participabot", language) for language in NAMES]
    assert all(row["saved"] == row["segments_as_written"] - row["segments"] > 0 for row in rows)
    assert all(row["texts"] > 500 for row in rows)


@pytest.mark.parametrize("language", NAMES)
def test_no_typography_is_left_in_what_forces_the_dear_encoding(language: str) -> None:
    row = next(each for each in json.loads(run("--json")) if each["language"] == language)
    assert all(character.isalpha() or character == "·" for character in row["forcing"])


def test_words_of_towns_are_counted_too() -> None:
    rows = json.loads(run("--towns", str(EXAMPLES), "--json"))
    assert {row["whose"] for row in rows} == {"participabot", *(path.name for path in EXAMPLES.iterdir())}


def test_our_words_are_the_same_messages_in_each_language() -> None:
    assert len({len(texts(language)) for language in NAMES}) == 1
