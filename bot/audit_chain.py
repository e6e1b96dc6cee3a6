"""Is a tenant's audit log as it was sealed? Read link by link, in batches, however long it is."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from storage.audit import Seal, id_after, link, links_after, newest_sealed_entry, unsealed_entries
from storage.database import Db, Store
from storage.row import LAST_ID, ids_of, time_of

_AT_ONCE = 500
_BEHIND = timedelta(hours=1)
"""No transaction takes so long that its entry is found unsealed so far behind the newest that is sealed."""


@dataclass(slots=True)
class Verdict:
    """What was found. `head` is the last link that holds: noted elsewhere, it shows later that the log was cut."""

    sealed: int = 0
    head: str = ""
    wrong: str = ""
    """The first thing that is wrong; empty where all is well."""
    place: int = 0
    """Of the first wrong link."""
    entry_id: int = 0
    """Of the first wrong entry."""
    unsealed: int = 0
    unsealed_since: datetime | None = None
    has_met: bool = False
    """The head that was noted earlier is in the chain."""


def verify(store: Store, tenant_id: str, noted: str = "", progress: Callable[[int], None] = lambda _: None) -> Verdict:
    """Follow the chain from its first link; `noted` is a head of before that must be in it."""
    verdict = Verdict()
    count = _AT_ONCE
    while count == _AT_ONCE and not verdict.wrong:
        count = store.run(tenant_id, partial(_follow, verdict=verdict, noted=noted))
        progress(verdict.sealed)
    after: int | None = 0
    while after is not None:
        after = store.run(tenant_id, partial(_look_for_unsealed, verdict=verdict, after=after))
    if noted and not verdict.has_met and not verdict.wrong:
        verdict.wrong = "the head that was noted is not in the chain: links were cut off or made anew"
        verdict.place = verdict.sealed + 1
    return verdict


def _follow(db: Db, verdict: Verdict, noted: str) -> int:
    """One stretch of links; returns how many."""
    links = links_after(db, verdict.sealed, _AT_ONCE)
    for seal, entry in links:
        wrong = _what_is_wrong(verdict, seal, "" if entry is None else link(verdict.head, seal, entry))
        if wrong:
            verdict.wrong, verdict.place, verdict.entry_id = wrong, verdict.sealed + 1, seal.entry_id
            return 0
        verdict.sealed, verdict.head = seal.place, seal.hash
        verdict.has_met = verdict.has_met or seal.hash == noted
    return len(links)


def _what_is_wrong(verdict: Verdict, seal: Seal, expected: str) -> str:
    if seal.place != verdict.sealed + 1:
        return "a link is missing"
    if not expected:
        return "the entry is missing"
    if seal.hash != expected:
        return "the entry or its link was changed, or stands in another place than it did"
    return ""


def _look_for_unsealed(db: Db, verdict: Verdict, after: int) -> int | None:
    """One stretch of the log; returns where the next begins."""
    until = id_after(db, after, _AT_ONCE)
    behind = newest_sealed_entry(db) - ids_of(_BEHIND.total_seconds())
    for entry in unsealed_entries(db, after, until or LAST_ID, _AT_ONCE):
        verdict.unsealed += 1
        verdict.unsealed_since = min(verdict.unsealed_since or time_of(entry.id), time_of(entry.id))
        if entry.id < behind and not verdict.wrong:
            verdict.wrong = "an entry stands among sealed ones that was not there when they were sealed"
            verdict.entry_id = entry.id
    return until
