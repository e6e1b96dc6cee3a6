"""Results: which ones a town shows, and in which order."""

from flows.participation.refusal import Reason, Refused
from flows.participation.result import Result
from flows.participation.spaces import visible_processes
from flows.participation.tenant import Town
from storage.database import Db

_DONE = 100


def visible_results(db: Db, town: Town, process: str = "") -> list[Result]:
    """The results that may be shown, of one process if it is named: under way first, what is done last."""
    if not town.results:
        return []
    shown = {process} if process else {"", *(each.slug for each in visible_processes(db, town))}
    found = [result for result in town.results if result.process in shown]
    return sorted(found, key=lambda result: result.progress == _DONE)


def visible_result(db: Db, town: Town, slug: str) -> Result:
    """The result with this slug, if it may be shown."""
    found = next((result for result in visible_results(db, town) if result.slug == slug), None)
    if found is None:
        raise Refused(Reason.SPACE_UNKNOWN)
    return found
