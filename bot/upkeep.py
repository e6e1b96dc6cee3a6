"""What is thrown away in time: bodies in quarantine after a week, claims once no provider repeats them."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from sqlmodel import col, delete

from storage.database import Db, Store
from storage.inbounds import Claim, Quarantined

_QUARANTINE = timedelta(days=7)
_CLAIMS = timedelta(days=30)


async def purge(store: Store, tenant_ids: Iterable[str], clock: Callable[[], datetime]) -> None:
    """Once for each tenant, in a turn of its own."""
    now = clock()

    def forget(db: Db) -> None:
        db.execute(delete(Quarantined).where(col(Quarantined.received_at) < now - _QUARANTINE))
        db.execute(delete(Claim).where(col(Claim.received_at) < now - _CLAIMS))

    for tenant_id in tenant_ids:
        await store.turn(tenant_id, "", forget)
