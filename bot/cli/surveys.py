"""The survey that a command is about."""

from typing import Annotated, TypeAlias

import typer

from bot.cli.folder import problem, usage
from bot.cli.served import served_towns
from flows.participation.survey import Survey
from flows.participation.tenant import Town
from flows.text import NAMES
from storage.database import Store

Language: TypeAlias = Annotated[str, typer.Option("--language", "-l", help="ca, es or en; the town's own without it.")]


def survey_named(store: Store, tenant: str | None, name: str) -> tuple[Town, Survey]:
    """The survey, and its town where only one has it; ends the command where that is not clear."""
    towns = served_towns(store, tenant)
    found = [(town, survey) for town in towns if (survey := town.survey(name)) is not None]
    if not found:
        known = ", ".join(f"{survey.slug} ({town.id})" for town in towns for survey in town.surveys)
        problem(f"There is no survey {name}; there are: {known}." if known else "There is no survey.")
    if len(found) > 1:
        usage(f"Several towns have a survey {name}: choose with --tenant {' or '.join(town.id for town, _ in found)}.")
    return found[0]


def spoken(language: str, town: Town) -> str:
    """The language to write in; ends the command where it is none of ours."""
    if language and language not in NAMES:
        usage(f"--language is one of {', '.join(NAMES)}.")
    return language or town.language
