"""What followers are told: happenings drained into outbox rows, each once, in the transaction that marks it told."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlmodel import col, select

from bot.noting import announce
from bot.outbox import DRAIN
from bot.tidings import AT_ONCE, tidings_of
from bot.towns import Towns
from bot.verdicts import is_verdict, tell_verdict
from bot.wakes import Wakes
from flows.participation.quiet import is_quiet
from flows.participation.tenant import Town
from storage.database import Db, Store
from storage.happenings import APPLIED, PROPOSAL_ANSWERED, Happening
from storage.proposals import proposal_of_reference
from storage.tenants import Tenant

TELL = "tell"
"""The kind of wake whose key is a tenant."""

_TOGETHER = 100
"""Happenings that are looked at for what is told together."""


class Updates:
    """Tells whom it concerns that the town answered, that somebody commented, what became of what they follow."""

    def __init__(self, store: Store, towns: Towns, wakes: Wakes, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._towns = towns
        self._wakes = wakes
        self._clock = clock
        wakes.handler(TELL, self.drain)

    async def sweep(self) -> None:
        """Wake every tenant that has something to tell."""
        self._wakes.wake_all(TELL, await self._store.no_tenant(_tenants_with_untold))

    async def drain(self, tenant_id: str) -> None:
        """Tell what has happened in a tenant and has not been told. In its quiet hours all of it stays due."""
        town, now = self._towns.find(tenant_id), self._clock()
        if town is None or is_quiet(town, now):
            return
        is_more = True
        while is_more:
            is_more, lanes = await self._store.turn(tenant_id, "", lambda db: _tell(db, town, now))
            self._wakes.wake_all(DRAIN, lanes)


def _tenants_with_untold(db: Db) -> Sequence[str]:
    return db.all(select(Happening.tenant_id).where(col(Happening.told_at).is_(None)).distinct())


def _tell(db: Db, town: Town, now: datetime) -> tuple[bool, set[str]]:
    """Tell what happened first, and all that is told together with it, to so many people at most.

    Returns whether there may be more to tell, and the lanes to drain.
    """
    query = select(Happening).where(col(Happening.told_at).is_(None)).order_by(col(Happening.id)).limit(_TOGETHER)
    if not _is_taken_up(db, town):
        query = query.where(col(Happening.kind).not_in(APPLIED))
    untold = db.all(query.with_for_update(skip_locked=True))
    if not untold:
        return False, set()
    head = untold[0]
    if is_verdict(head.kind):
        lanes = {tell_verdict(db, town, head.kind, head.subject, now)}
        head.told_at = now
        return True, lanes
    together, subject, told = tidings_of(db, town, untold, now)
    first = _first(db, head)
    waiting = sorted(person for person in told if person > head.told_until and person != first)
    now_told = waiting[:AT_ONCE]
    if first in told and not head.told_until:
        now_told = [first, *now_told]
    hearers = {person: told[person] for person in now_told}
    lanes = announce(db, town, head.kind, subject, head.happened_at, hearers, now)
    for happening in together:
        if len(waiting) > AT_ONCE:
            happening.told_until = waiting[AT_ONCE - 1]
        else:
            happening.told_at = now
    return True, lanes


def _first(db: Db, head: Happening) -> int:
    """Who is told before everybody else: of an answer, the author. 0 is nobody."""
    if head.kind != PROPOSAL_ANSWERED:
        return 0
    proposal = proposal_of_reference(db, head.subject.partition(":")[2])
    return proposal.author_id or 0 if proposal is not None else 0


def _is_taken_up(db: Db, town: Town) -> bool:
    """This server serves the files that were applied last."""
    tenant = db.find(Tenant)
    return tenant is None or tenant.revision == town.revision
