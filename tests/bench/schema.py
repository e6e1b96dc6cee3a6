"""The references' tables: ours, by our own migrations, with the few rows that their foreign keys need."""

from collections.abc import Iterable
from datetime import UTC, datetime

from storage.database import Db, Store
from storage.keys import Keys
from storage.migrate import upgrade
from storage.tenants import SurveyRevision, Tenant
from tests.bench.raw_sqlite import TENANT


def make_store(url: str, surveys: Iterable[str]) -> None:
    """An empty store with one tenant and these surveys."""
    now = datetime.now(UTC)
    upgrade(url, now)

    def fill(db: Db) -> None:
        db.add(Tenant(tenant_id=TENANT))
        db.flush()
        for survey in surveys:
            db.add(SurveyRevision(survey=survey, hash="bench", content={}, published_at=now))

    store = Store(url, Keys(bytes(32)))
    store.run(TENANT, fill)
    store.close()
