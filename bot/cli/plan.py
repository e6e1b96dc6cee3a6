"""`participabot plan`: what apply would add, change and remove."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial

import typer
from rich.table import Table

from bot.cli.folder import AsJson, Folder, Only, err, out, print_findings, print_json, print_lines, tenants_in
from bot.cli.forecasts import accounts_of, plain, print_forecast
from bot.cli.store import store_without_addresses
from bot.config.finding import errors_in
from bot.config.load import Loaded
from bot.config.plan import Plan, Sign
from bot.config.plan import plan as compare
from bot.config.tenants import Checked
from bot.forecast import Forecast, forecast
from flows.participation.broadcast import Broadcast
from storage.database import Db, Store

_STYLES = {Sign.ADDED: "green", Sign.CHANGED: "yellow", Sign.REMOVED: "red"}


def plan(folder: Folder = None, tenant: Only = None, as_json: AsJson = False) -> None:
    """Compare the towns' files with what is served, noun by noun. Nothing is changed.

    What becomes of answers to a survey that asks something else now is told, and of each broadcast that is new or
    changed, when it runs, whom it would reach and whom not, and what that costs. Exit code 1 if a file is wrong, for
    then nothing can be applied.
    """
    tenants = sound_tenants(tenants_in(folder, tenant))
    with store_without_addresses() as store:
        pairs = [(one.source, one.loaded) for one in tenants if one.loaded is not None]
        now = datetime.now(UTC)
        plans = [
            store.run(source.id, partial(compare, source=source, loaded=loaded, now=now)) for source, loaded in pairs
        ]
        forecasts = {
            planned.tenant_id: _forecasts(store, loaded, planned, now)
            for (_, loaded), planned in zip(pairs, plans, strict=True)
        }
    if as_json:
        print_json([_plain(one) | {"broadcasts": [*map(plain, forecasts[one.tenant_id])]} for one in plans])
    else:
        print_plans(plans)
        print_forecast([each for some in forecasts.values() for each in some])
        for (source, _), planned in zip(pairs, plans, strict=True):
            print_lines(source, planned.findings, to=err)
    raise typer.Exit(1 if any(errors_in(planned.findings) for planned in plans) else 0)


def _forecasts(store: Store, loaded: Loaded, planned: Plan, now: datetime) -> list[Forecast]:
    """What each broadcast would be that is new or changed."""
    touched = {
        change.name for change in planned.changes if change.kind == "broadcast" and change.sign is not Sign.REMOVED
    }
    broadcasts = [each for each in loaded.town.broadcasts if each.slug in touched]
    accounts = accounts_of(store, loaded) if broadcasts else []

    def work(db: Db, broadcast: Broadcast) -> Forecast:
        return forecast(db, loaded.town, broadcast, accounts, now)

    return [store.run(loaded.id, partial(work, broadcast=each)) for each in broadcasts]


def sound_tenants(tenants: Sequence[Checked]) -> Sequence[Checked]:
    """The tenants, if all of them can be applied; else their findings are printed, and the exit code is 1."""
    if all(one.is_good for one in tenants):
        return tenants
    print_findings(tenants, to=err)
    wrong = [one.source.id for one in tenants if not one.is_good]
    err.print(f"Nothing can be applied until the errors are gone: {', '.join(wrong)}.", style="red")
    raise typer.Exit(1)


def print_plans(plans: Sequence[Plan]) -> None:
    """A table of what changes, and a line for what does not."""
    table = Table("town", "", "what", "name", "changed", box=None, pad_edge=False)
    for one in plans:
        for change in one.changes:
            held = f"{change.contributions} contributions" if change.contributions else ""
            words = (one.tenant_id, change.sign, change.kind, change.name, held or ", ".join(change.fields))
            table.add_row(*words, style=_STYLES[change.sign])
        if not one.changes and not one.is_current:
            table.add_row(one.tenant_id, Sign.CHANGED, "files", "", "comments or layout only", style="yellow")
    if table.row_count:
        out.print(table)
    same = [one.tenant_id for one in plans if one.is_current]
    if same:
        out.print(f"Unchanged: {', '.join(same)}.")


def _plain(plan: Plan) -> dict[str, object]:
    return {
        "tenant": plan.tenant_id,
        "applied": plan.applied,
        "revision": plan.revision,
        "changes": [
            {
                "sign": change.sign,
                "kind": change.kind,
                "name": change.name,
                "fields": list(change.fields),
                "contributions": change.contributions,
            }
            for change in plan.changes
        ],
        "findings": [asdict(finding) for finding in plan.findings],
    }
