"""Results: which ones a town shows, and in which order."""

from flows.participation.result import Result
from flows.participation.spaces import named, visible_among
from flows.participation.tenant import Town
from storage.database import Db


def visible_results(db: Db, town: Town, process: str = "") -> list[Result]:
    """The results that may be shown, of one process if it is named: under way first, what is done last."""
    found = [each for each in visible_among(db, town, town.results) if not process or each.process == process]
    return sorted(found, key=lambda result: result.is_done)


def visible_result(db: Db, town: Town, slug: str) -> Result:
    """The result with this slug, if it may be shown."""
    return named(visible_results(db, town), slug)
