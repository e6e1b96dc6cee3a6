"""`participabot purge`: throw away what is over, now."""

import asyncio
from datetime import UTC, datetime

from rich.table import Table

from bot.cli.folder import AsJson, out, print_json
from bot.cli.served import DryRun, Which, served_towns
from bot.cli.store import store_without_addresses
from bot.upkeep import PURPOSES, due
from bot.upkeep import purge as purge_town


def purge(tenant: Which = None, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Throw away what is over, after the days of `retention` in each town's files. The server does it every night."""
    now = datetime.now(UTC)
    act = due if dry_run else purge_town
    with store_without_addresses() as store:
        towns = served_towns(store, tenant)
        counts = {town.id: dict(asyncio.run(act(store, town, now))) for town in towns}
    if as_json:
        print_json(counts)
        return
    table = Table("town", "what", "rows", box=None)
    for town_id, each in counts.items():
        for purpose in PURPOSES:
            if each[purpose.name]:
                table.add_row(town_id, purpose.name, str(each[purpose.name]))
    if not table.row_count:
        out.print("Nothing is over.")
        return
    out.print(table)
    out.print("A dry run: nothing was thrown away." if dry_run else "Thrown away.")
