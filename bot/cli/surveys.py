"""The survey that a command is about."""

from typing import Annotated, TypeAlias

import typer

from bot.cli.folder import usage
from bot.cli.served import one_named
from flows.participation.survey import Survey
from flows.participation.tenant import Town
from flows.text import NAMES
from storage.database import Store

Language: TypeAlias = Annotated[str, typer.Option("--language", "-l", help="ca, es or en; the town's own without it.")]


def survey_named(store: Store, tenant: str | None, name: str) -> tuple[Town, Survey]:
    """The survey, and its town where only one has it; ends the command where that is not clear."""
    return one_named(store, tenant, "survey", name, lambda town: {each.slug: each for each in town.surveys})


def spoken(language: str, town: Town) -> str:
    """The language to write in; ends the command where it is none of ours."""
    if language and language not in NAMES:
        usage(f"--language is one of {', '.join(NAMES)}.")
    return language or town.language
