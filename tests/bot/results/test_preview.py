"""What a preview shows is what would be received: on every medium and in every language, nothing left out."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from bot.cli.sample import EXAMPLES
from bot.config.load import load
from bot.config.source import read_folder
from bot.preview import MEDIA
from flows.participation.survey import SILENT
from flows.text import catalogue
from tests.commands import run
from tests.crowd import TOWN

TOWN_FILES = EXAMPLES / "tenants" / TOWN
SURVEYS = {survey.slug: survey for survey in load(read_folder(TOWN_FILES)).town.surveys}


def shown(*arguments: str | Path) -> Result:
    return run("preview", "survey", *arguments)


def told(*arguments: str | Path) -> list[dict[str, Any]]:
    result = shown(*arguments, "--json", EXAMPLES / "tenants", "--tenant", TOWN)
    assert result.exit_code == 0, result.output
    exchanges: list[dict[str, Any]] = json.loads(result.stdout)
    return exchanges


@pytest.mark.parametrize("language", ["ca", "es", "en"])
@pytest.mark.parametrize("medium", MEDIA)
def test_every_question_is_there_in_its_words(medium: str, language: str) -> None:
    exchanges = told("mobilitat", "--channel", medium, "--language", language)
    messages = [message for each in exchanges for message in each["messages"]]
    flat = " ".join(" ".join(message["text"] for message in messages).split())
    for question in SURVEYS["mobilitat"].questions:
        if question.type not in SILENT and (question.type != "files" or medium != "sms"):
            assert question.text[language] in flat, question.slug
    assert any(each["is_again"] for each in exchanges), "some is asked only of some"
    thanks = ("Sent. Thank you! Your receipt is {receipt}.", "Sent. Thank you. Receipt: {receipt}.")
    assert catalogue(language).translate(thanks[medium == "sms"], {"receipt": ""}).split(".")[0] in flat
    has_air = [message["segments"] > 0 for message in messages]
    assert all(has_air) if medium == "sms" else not any(has_air)


def test_an_sms_poll_is_one_message_of_two_segments() -> None:
    for language in ("ca", "es", "en"):
        first = told("bus-nit", "--channel", "sms", "--language", language)[0]["messages"]
        assert [(each["encoding"], each["segments"]) for each in first] == [("GSM-7", 2)], language


def test_a_survey_that_was_only_just_written_can_be_seen() -> None:
    """No store, no key, no account: the files alone."""
    result = shown("bus-nit", "--channel", "sms", "--language", "es", EXAMPLES / "tenants", "--tenant", TOWN)
    assert result.exit_code == 0, result.output
    assert "¿Quieres bus de noche?" in result.stdout
    assert "GSM-7, " in result.stdout
    assert "messages" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("mobilidad",), "There is no survey mobilidad; there are: "),
        (("mobilitat", "--channel", "fax"), "--channel is one of telegram, whatsapp, sms, email"),
        (("mobilitat", "--language", "fr"), "--language is one of ca, es, en"),
    ],
)
def test_what_cannot_be_shown_is_said(arguments: tuple[str, ...], expected: str) -> None:
    result = shown(*arguments, EXAMPLES / "tenants", "--tenant", TOWN)
    assert result.exit_code in (1, 2)
    assert expected in " ".join(result.output.split())
