"""Chains each town's audit log by hash, every few seconds, outside any citizen's turn.

An id says when an entry was made; a transaction that took longer may bring an older id later. So entries are sealed in
the order in which they are found, and one that comes long after its neighbours is found by a look at the whole log.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from sqlalchemy import exists
from sqlalchemy.orm import aliased
from sqlmodel import col, func, select

from storage.audit import Entry, Seal, id_after, last_seal, link, newest_sealed_entry, unsealed_entries
from storage.database import Db, Store
from storage.row import LAST_ID, ids_of
from storage.tenants import Tenant

_AT_ONCE = 200
_LATE = 120.0
"""Seconds for which a transaction, or another machine's clock, may be behind."""


class Sealer:
    """Two at once do not fork a chain: a place is taken once, and the other looks again."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock

    async def sweep(self) -> None:
        """Seal what is new."""
        for tenant_id in await self._store.no_tenant(_tenants_with_unsealed):
            await self._seal_new(tenant_id)

    async def look_back(self) -> None:
        """Seal as well what came so late that a sweep does not see it."""
        for tenant_id in await self._store.no_tenant(lambda db: db.all(select(Tenant.tenant_id))):
            after: int | None = 0
            while after is not None:
                after = await self._store.turn(tenant_id, "", partial(self._seal_stretch, after=after))

    async def _seal_new(self, tenant_id: str) -> None:
        count = _AT_ONCE
        while count == _AT_ONCE:
            count = await self._store.turn(tenant_id, "", lambda db: seal_new(db, self._clock()))

    def _seal_stretch(self, db: Db, after: int) -> int | None:
        """One stretch of the log; returns where the next begins."""
        until = id_after(db, after, _AT_ONCE)
        seal(db, unsealed_entries(db, after, until or LAST_ID, _AT_ONCE), self._clock())
        return until


def seal_new(db: Db, now: datetime) -> int:
    """Seal what came since the last time; returns how much."""
    after = newest_sealed_entry(db) - ids_of(_LATE)
    entries = unsealed_entries(db, after, LAST_ID, _AT_ONCE)
    seal(db, entries, now)
    return len(entries)


def seal(db: Db, entries: Sequence[Entry], now: datetime) -> None:
    """Add links to the turn's chain."""
    head = last_seal(db)
    first, before = (head.place + 1, head.hash) if head else (1, "")
    for place, entry in enumerate(entries, first):
        new = Seal(tenant_id=db.tenant_id, place=place, entry_id=entry.id, hash="", sealed_at=now)
        before = new.hash = link(before, new, entry)
        db.add(new)


def _tenants_with_unsealed(db: Db) -> Sequence[str]:
    """Those whose newest entry is in no chain."""
    newest = aliased(Entry)
    of_town = col(newest.tenant_id) == col(Tenant.tenant_id)
    its_newest = select(func.max(col(newest.id))).where(of_town).correlate(Tenant).scalar_subquery()
    sealed = exists().where(col(Seal.tenant_id) == col(Entry.tenant_id), col(Seal.entry_id) == col(Entry.id))
    has_unsealed = exists().where(col(Entry.tenant_id) == col(Tenant.tenant_id), col(Entry.id) == its_newest, ~sealed)
    return db.all(select(Tenant.tenant_id).where(has_unsealed))
