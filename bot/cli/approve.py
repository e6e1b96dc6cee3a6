"""`participabot approve`: a person's word that a town's first process may be shown."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from bot.cli.folder import out, problem, usage
from bot.cli.store import store_without_addresses
from bot.config.approve import NotSupervised, approve_space, go_live
from bot.config.tenant_id import is_tenant_id


def approve(
    tenant: Annotated[str, typer.Argument(help="The town's id: its folder's name.")],
    process: Annotated[
        str, typer.Argument(help="The process's name: its file's, without .yaml; without it, the town.")
    ] = "",
    by: Annotated[str, typer.Option("--by", help="Who approves it; kept in the audit log.")] = "",
) -> None:
    """Let a town go live that names a `team`, or show its first process, where it has `first_process_supervised`.

    Until it goes live, a town writes unasked to its team alone, fifty messages a day.
    """
    if not by.strip() or len(by) > 100:
        usage("Name in --by who approves it, in at most 100 characters.")
    if not is_tenant_id(tenant):
        problem(f"There is no town {tenant} in the store: apply its files first.")
    now = datetime.now(UTC)
    with store_without_addresses() as store:
        try:
            if process:
                is_new = store.run(tenant, lambda db: approve_space(db, process, by.strip(), now))
            else:
                is_new = store.run(tenant, lambda db: go_live(db, by.strip(), now))
        except (NotSupervised, LookupError) as reason:
            problem(str(reason))
    what = f"{tenant}/{process}" if process else tenant
    done = "is approved" if process else "is live"
    out.print(f"{what} {done}." if is_new else f"{what} {done.replace('is', 'was')} before.")
