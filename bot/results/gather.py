"""A survey's responses from the store, each with its answers as the revision that is served takes them.

They are read in stretches, each in a turn of its own, so that nobody waits for a long survey.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import TypeAlias, TypeVar

from flows.participation.moves import map_from, moved
from flows.participation.revision import survey_of
from flows.participation.survey import Moved, Survey
from storage.database import Db, Store
from storage.responses import Counted, Paced, counted_after, paced_after
from storage.tenants import SurveyRevision, revisions_of

Response = TypeVar("Response", Counted, Paced)
Reading: TypeAlias = tuple[Response, Mapping[str, str] | None]
"""A response and its answers; None where it is of a revision that is not added up with this one."""
Answered: TypeAlias = Reading[Counted]
Maps: TypeAlias = dict[str, tuple[Survey, Moved] | None]
"""Of earlier revisions, by hash: what they asked, and how the file's `moved` reads them as this one."""

_SHOWN = 8


def stretch(db: Db, survey: Survey, after: int, maps: Maps) -> list[Answered]:
    """The responses after that id, a few thousand; empty after the last. `maps` is filled as revisions are met."""
    return _read(db, survey, counted_after(db, survey.slug, after), maps)


def responses(store: Store, tenant_id: str, survey: Survey) -> Iterator[Answered]:
    """All of them, the oldest first."""
    return _all(store, tenant_id, partial(stretch, survey=survey, maps=Maps()))


def paced(store: Store, tenant_id: str, survey: Survey) -> Iterator[Reading[Paced]]:
    """All of them with how they were given, the oldest first."""
    maps = Maps()

    def some(db: Db, after: int) -> list[Reading[Paced]]:
        return _read(db, survey, paced_after(db, survey.slug, after), maps)

    return _all(store, tenant_id, some)


def _all(store: Store, tenant_id: str, some: Callable[..., list[Reading[Response]]]) -> Iterator[Reading[Response]]:
    after = 0
    while found := store.run(tenant_id, partial(some, after=after)):
        yield from found
        after = found[-1][0].id


def _read(db: Db, survey: Survey, stored: list[Response], maps: Maps) -> list[Reading[Response]]:
    found: list[Reading[Response]] = []
    for response in stored:
        if response.revision == survey.hash:
            found.append((response, response.answers))
            continue
        if response.revision not in maps:
            maps[response.revision] = _map(db, survey, response.revision)
        by = maps[response.revision]
        found.append((response, moved(response.answers, by[0], survey, by[1])[0] if by else None))
    return found


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
