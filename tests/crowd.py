"""Thousands of invented answers to the sample surveys, in a store."""

from collections.abc import Iterable

from bot.app import App
from bot.cli.sample import EXAMPLES
from bot.cli.simulated import Crowd
from flows.participation.survey import Survey
from flows.participation.tenant import Town
from storage.database import Db
from storage.responses import Response, add_response

TOWN = "vallserena-de-dalt"
CROWD = Crowd(EXAMPLES / "simulated.toml")


def town_of(app: App, name: str = TOWN) -> Town:
    """A town that is served."""
    return next(each.town for each in app.towns.all() if each.id == name)


def survey_of(app: App, slug: str) -> Survey:
    """One of the sample surveys."""
    survey = town_of(app).survey(slug)
    assert survey is not None
    return survey


def add(db: Db, responses: Iterable[Response]) -> None:
    """Keep them."""
    for response in responses:
        add_response(db, response)
