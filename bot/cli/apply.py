"""`participabot apply`: make the towns' files what is served."""

from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.progress import track

from bot.cli.folder import Folder, Only, err, out, print_lines, tenants_in
from bot.cli.plan import print_plans, sound_tenants
from bot.cli.store import operator, store_without_addresses
from bot.config.apply import Held
from bot.config.apply import apply as make_served
from bot.config.load import Faulty, Loaded
from bot.config.plan import Plan
from bot.config.source import Source
from storage.database import Store

_FLAG = "--remove-spaces-with-contributions"


def apply(
    folder: Folder = None,
    tenant: Only = None,
    remove_spaces_with_contributions: Annotated[
        bool, typer.Option(_FLAG, help="Remove from view what citizens contributed to; it stays in the store.")
    ] = False,
) -> None:
    """Make the towns' files what is served: each town whole or not at all, and nothing if any file is wrong.

    Doing it again changes nothing.
    """
    tenants = sound_tenants(tenants_in(folder, tenant))
    pairs = [(one.source, one.loaded) for one in tenants if one.loaded is not None]
    applied: list[Plan] = []
    held: list[Held] = []
    faulty: list[Faulty] = []
    with store_without_addresses() as store:
        shown = err.is_terminal and len(pairs) > 1
        for source, loaded in track(pairs, "Applying", console=err, transient=True, disable=not shown):
            try:
                applied.append(_apply(store, source, loaded, remove_spaces_with_contributions))
            except Held as refusal:
                held.append(refusal)
            except Faulty as found:
                faulty.append(found)
    print_plans(applied)
    findings = {one.tenant_id: one.findings for one in applied} | {one.tenant_id: one.findings for one in faulty}
    for source, _ in pairs:
        print_lines(source, findings.get(source.id, ()), to=err)
    for reason in held:
        err.print(f"Not applied. {reason}. To remove them all the same: {_FLAG}", style="red")
    changed = sum(not one.is_current for one in applied)
    out.print(f"Applied: {changed} of {len(tenants)}.")
    raise typer.Exit(1 if held or faulty else 0)


def _apply(store: Store, source: Source, loaded: Loaded, removes: bool) -> Plan:
    now = datetime.now(UTC)
    return store.run(source.id, lambda db: make_served(db, source, loaded, now, operator(), removes=removes))
