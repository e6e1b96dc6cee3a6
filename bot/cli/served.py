"""The town that a command is about, as it is served: from its applied files in the store."""

from collections.abc import Callable, Mapping
from typing import Annotated, TypeAlias, TypeVar

import typer
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from bot.cli.folder import problem, usage
from bot.cli.store import operator
from bot.config.load import Loaded, load_revision
from bot.config.tenant_id import is_tenant_id
from flows.participation.tenant import Town
from storage.database import Db, Store
from storage.tenants import Revision, Tenant

Which: TypeAlias = Annotated[str | None, typer.Option("--tenant", "-t", help="The town, where there are several.")]
By: TypeAlias = Annotated[str | None, typer.Option("--by", help="Who does it; kept in the audit log.")]
DryRun: TypeAlias = Annotated[bool, typer.Option("--dry-run", help="Show what would be done; change nothing.")]


def actor(by: str | None) -> str:
    """Who acts, as the audit log names them."""
    return f"staff:{by.strip()[:100]}" if by and by.strip() else operator()


def town_having(store: Store, tenant: str | None, having: SelectOfScalar[str], what: str) -> Town:
    """The town that the rows of `having` (their tenant ids) belong to; ends the command where it is none or several."""
    if tenant is not None:
        return served_town(store, tenant)
    found = sorted(set(store.run_no_tenant(lambda db: db.all(having))))
    if not found:
        problem(f"There is no {what}.")
    if len(found) > 1:
        usage(f"Several towns have a {what}: choose with --tenant {' or '.join(found)}.")
    return served_town(store, found[0])


def only_town(store: Store, tenant: str | None) -> Town:
    """The town named, or the only one served; ends the command where that is not clear."""
    if tenant is not None:
        return served_town(store, tenant)
    known = served_ids(store)
    if len(known) != 1:
        usage(f"Which town? Choose with --tenant: {' or '.join(known)}." if known else "No town is served yet.")
    return served_town(store, known[0])


def served_towns(store: Store, tenant: str | None) -> list[Town]:
    """The town named, or every one that is served."""
    chosen = served_ids(store) if tenant is None else [tenant]
    return [served_town(store, tenant_id) for tenant_id in chosen]


Named = TypeVar("Named")


def one_named(
    store: Store, tenant: str | None, kind: str, name: str, things: Callable[[Town], Mapping[str, Named]]
) -> tuple[Town, Named]:
    """What the towns' files call so, and its town where only one has it; ends the command where that is not clear."""
    towns = {town.id: (town, things(town)) for town in served_towns(store, tenant)}
    found = [(town, its[name]) for town, its in towns.values() if name in its]
    if not found:
        known = ", ".join(f"{slug} ({town.id})" for town, its in towns.values() for slug in its)
        problem(f"There is no {kind} {name}; there are: {known}." if known else f"There is no {kind}.")
    if len(found) > 1:
        usage(f"Several towns have a {kind} {name}: choose with --tenant {' or '.join(town.id for town, _ in found)}.")
    return found[0]


def tenants_named(store: Store, tenant: str | None) -> list[str]:
    """The tenant named, or every one that has ever been applied, served or not."""
    known = sorted(store.run_no_tenant(lambda db: db.all(select(Tenant.tenant_id))))
    if tenant is not None and tenant not in known:
        problem(f"There is no town {tenant}.")
    return known if tenant is None else [tenant]


def only_tenant(store: Store, tenant: str | None) -> str:
    """The tenant named, or the only one there is; ends the command where that is not clear."""
    known = tenants_named(store, tenant)
    if len(known) != 1:
        usage(f"Choose with --tenant: {' or '.join(known)}." if known else "There is no town yet.")
    return known[0]


def served_town(store: Store, tenant_id: str) -> Town:
    """A town by its id; ends the command where it is not served."""
    return served(store, tenant_id).town


def served(store: Store, tenant_id: str) -> Loaded:
    """All that a tenant's files say; ends the command where it is not served."""

    def archive(db: Db) -> bytes | None:
        served = db.first(select(Tenant).where(col(Tenant.tenant_id) == tenant_id))
        return db.one(Revision, served.revision).files if served and served.revision else None

    files = store.run(tenant_id, archive) if is_tenant_id(tenant_id) else None
    if files is None:
        problem(f"There is no town {tenant_id} that is served.")
    return load_revision(tenant_id, files)


def served_ids(store: Store) -> list[str]:
    """The ids of all that are served."""
    served = select(Tenant.tenant_id).where(col(Tenant.revision) != "")
    return sorted(store.run_no_tenant(lambda db: db.all(served)))
