"""A survey's responses from the store, each with its answers as the revision that is served takes them."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TypeAlias

from bot.results.numbers import Results, publishable
from flows.participation.moves import map_from, moved
from flows.participation.revision import survey_of
from flows.participation.survey import Moved, Survey
from flows.participation.tally import tally
from storage.database import Db
from storage.responses import Counted, counted_after
from storage.tenants import SurveyRevision, revisions_of

_SHOWN = 8
Answered: TypeAlias = tuple[Counted, Mapping[str, str] | None]
"""A response and its answers; None where it is of a revision that is not added up with this one."""


def responses(db: Db, survey: Survey) -> Iterator[Answered]:
    """All of them, the oldest first. A revision that the file's `moved` names is read as this one."""
    maps: dict[str, tuple[Survey, Moved] | None] = {}
    after = 0
    while stretch := counted_after(db, survey.slug, after):
        for response in stretch:
            if response.revision == survey.hash:
                yield response, response.answers
                continue
            if response.revision not in maps:
                maps[response.revision] = _map(db, survey, response.revision)
            found = maps[response.revision]
            yield response, moved(response.answers, found[0], survey, found[1])[0] if found else None
        after = stretch[-1].id


def results(db: Db, survey: Survey, now: datetime) -> Results:
    """Added up, as everybody may see them."""
    return publishable(tally(survey, responses(db, survey)), now)


def revision(db: Db, survey: Survey, begins: str) -> Survey | None:
    """The revision of a survey whose hash begins so; None where there is none, or several."""
    if survey.hash.startswith(begins):
        return survey
    found = [each for each in revisions_of(db, survey.slug) if each.hash.startswith(begins)]
    return survey_of(survey.slug, survey.code, found[0].hash, found[0].content) if len(found) == 1 else None


def hashes(db: Db, survey: Survey) -> list[str]:
    """How the hash of every published revision begins, the oldest first."""
    return [each.hash[:_SHOWN] for each in revisions_of(db, survey.slug)]


def _map(db: Db, survey: Survey, hash: str) -> tuple[Survey, Moved] | None:
    by, stored = map_from(survey, hash), db.find(SurveyRevision, survey.slug, hash)
    if by is None or stored is None:
        return None
    return survey_of(survey.slug, survey.code, hash, stored.content), by
