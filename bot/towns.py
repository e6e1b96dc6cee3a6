"""The towns that are served: what was applied to the store, reloaded when it changes, whole or not at all."""

import asyncio
from collections.abc import Callable

from sqlmodel import col, select

from bot.accounts import Accounts, Served
from bot.config.accounts import Account, SecretsMissing
from bot.config.load import Faulty, Loaded, load_revision
from bot.log import log_of
from flows.participation.platform import Platform, SharedTown
from flows.participation.tenant import Town
from storage.database import Db, Store
from storage.tenants import Revision, Tenant

_log = log_of(__name__)


class Towns:
    """Tenants by id. `opened` is called with every account that is served anew."""

    def __init__(self, store: Store, accounts: Accounts, opened: Callable[[Served], None]) -> None:
        self.accounts = accounts
        self.problems: dict[str, str] = {}
        """Why a tenant, or its newest revision, is not served. Logged only after the start, which tells them itself."""
        self.platform: Platform | None = None
        self._store = store
        self._opened = opened
        self._loaded: dict[str, Loaded] = {}
        self._tried: dict[str, str] = {}
        self._has_started = False

    def find(self, tenant_id: str) -> Town | None:
        """The town or platform with this id."""
        loaded = self._loaded.get(tenant_id)
        return loaded.town if loaded else None

    def all(self) -> list[Loaded]:
        """Every tenant that is served."""
        return list(self._loaded.values())

    def sharing(self, served: Served) -> tuple[SharedTown, ...]:
        """The towns that speak through an account that is the platform's."""
        return self.platform.on(served.channel.name).towns if self.platform and served.is_shared else ()

    def speakers(self, served: Served) -> list[str]:
        """Every tenant that speaks through an account, its owner first."""
        return [served.owner, *(shared.id for shared in self.sharing(served))]

    def accounts_of(self, tenant_id: str) -> list[Account]:
        """The accounts a town speaks through: its own, and those of the platform's that it shares."""
        loaded = self._loaded.get(tenant_id)
        if loaded is None:
            return []
        platform = self._loaded.get(self.platform.id) if self.platform and loaded.shares else None
        shared = [each for each in platform.accounts if each.channel in loaded.shares] if platform else []
        return [*loaded.accounts, *shared]

    async def reload(self) -> None:
        """Take up what was applied since the last time; a tenant that cannot be loaded stays as it was."""
        revisions = await self._store.no_tenant(_revisions)
        changed = {tenant for tenant, revision in revisions.items() if revision != self._tried.get(tenant)}
        for tenant_id in sorted(changed):
            await self._take_up(tenant_id, revisions[tenant_id])
        gone = self._loaded.keys() - revisions.keys()
        for tenant_id in gone:
            del self._loaded[tenant_id]
            self.accounts.serve(tenant_id, [])
        if changed or gone:
            self.platform = self._platform()
        self._has_started = True

    async def _take_up(self, tenant_id: str, revision: str) -> None:
        def archive(db: Db) -> bytes:
            return db.one(Revision, revision).files

        self._tried[tenant_id] = revision
        files = await self._store.turn(tenant_id, "", archive)
        try:
            loaded = await asyncio.to_thread(load_revision, tenant_id, files)
            prepared = self.accounts.prepare(loaded)
        except (Faulty, SecretsMissing) as problem:
            self.problems[tenant_id] = str(problem)
            if self._has_started:
                _log.error("not taken up", tenant=tenant_id, revision=revision[:12], why=str(problem))
            return
        self.problems.pop(tenant_id, None)
        self._loaded[tenant_id] = loaded
        self.accounts.serve(tenant_id, prepared)
        for served in prepared:
            self._opened(served)

    def _platform(self) -> Platform | None:
        platform = next((loaded for loaded in self._loaded.values() if loaded.is_platform), None)
        if platform is None:
            return None
        sharing = sorted((loaded for loaded in self._loaded.values() if loaded.shares), key=lambda loaded: loaded.id)
        return Platform(platform.id, tuple(loaded.shared for loaded in sharing))


def _revisions(db: Db) -> dict[str, str]:
    served = db.all(select(Tenant).where(col(Tenant.revision) != ""))
    return {tenant.tenant_id: tenant.revision for tenant in served}
