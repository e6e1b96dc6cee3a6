"""`participabot export`: what everybody can read, as files."""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from bot import decidim
from bot.cli.folder import AsJson, err, usage
from bot.cli.served import By, Which, actor, only_town
from bot.cli.store import store_without_addresses
from bot.cli.turns import stretches
from bot.cli.whole_file import write_whole
from bot.open_data import Open, columns, flat, open_proposals
from bot.sheet import harmless, sheet
from flows.participation.tenant import Town
from storage.audit import record
from storage.database import Db, Store
from storage.proposals import Proposal, readable_proposals

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)

Output = Annotated[Path | None, typer.Option("--output", "-o", help="The file to write; without it, it is printed.")]


@app.callback()
def export() -> None:
    """What everybody can read, as files."""


@app.command()
def proposals(
    for_decidim: Annotated[str, typer.Option("--decidim", help="For the import of Decidim's admin panel: 0.30.")] = "",
    as_csv: Annotated[bool, typer.Option("--csv", help="With the columns of Decidim's own export.")] = False,
    as_json: AsJson = False,
    process: Annotated[str, typer.Option(help="Only this process.")] = "",
    output: Output = None,
    tenant: Which = None,
    by: By = None,
) -> None:
    """Proposals that everybody can read: no withdrawn or hidden ones, no names, no addresses.

    For Decidim each text ends with our reference, so that `participabot import answers` knows it again.
    """
    if for_decidim not in ("", decidim.VERSION):
        usage(f"--decidim is {decidim.VERSION}; other versions are not known.")
    if [bool(for_decidim), as_csv, as_json].count(True) != 1:
        usage("Choose one of --decidim 0.30, --csv and --json.")
    now = datetime.now(UTC)
    with store_without_addresses() as store:
        town = only_town(store, tenant)
        if process and town.process(process) is None:
            usage(f"{town.id} has no process {process}; it has: {', '.join(each.slug for each in town.processes)}.")
        kind = "decidim" if for_decidim else "csv" if as_csv else "json"
        if for_decidim:
            found = [each for stretch in _stretches(store, town, process) for each in stretch]
            text, count = _for_decidim(town, found), len(found)
            _write_references(output, found)
        else:
            told = list(_told(store, town, process, now))
            text, count = (_as_csv(town, told) if as_csv else _as_json(told)), len(told)
        detail = {"format": kind, "count": count, "process": process}
        store.run(town.id, lambda db: record(db, actor(by), "proposals_exported", "proposals", now, detail))
    if output is None:
        typer.echo(text, nl=False)
    else:
        write_whole(output, text)
        err.print(f"{count} proposals in {output}.")


def _stretches(store: Store, town: Town, process: str) -> Iterator[Sequence[Proposal]]:
    return stretches(store, town.id, partial(readable_proposals, process=process))


def _told(store: Store, town: Town, process: str, now: datetime) -> Iterator[Open]:
    def tell(db: Db, stretch: Sequence[Proposal]) -> list[Open]:
        return open_proposals(db, town, stretch, now)

    for stretch in _stretches(store, town, process):
        yield from store.run(town.id, partial(tell, stretch=stretch))


def _for_decidim(town: Town, found: list[Proposal]) -> str:
    has_places = any(each.place for each in found)
    header = decidim.import_columns(town, has_places=has_places)
    rows = decidim.import_rows(town, found, has_places=has_places)
    return sheet([header, *rows], decidim.SEPARATOR)


def _write_references(output: Path | None, found: list[Proposal]) -> None:
    """Which row is which proposal, in a file beside."""
    if output is not None:
        rows = [[str(row), each.reference, harmless(each.title)] for row, each in enumerate(found, 2)]
        beside = output.with_name(f"{output.stem}.references.csv")
        write_whole(beside, sheet([["row", "reference", "title"], *rows], decidim.SEPARATOR))
        err.print(f"Which row is which proposal: {beside}.")


def _as_csv(town: Town, told: list[Open]) -> str:
    header = columns(town)
    cells = [flat(each) for each in told]
    rows = ([harmless(row[column]) or None for column in header] for row in cells)
    return sheet([header, *rows], decidim.SEPARATOR)


def _as_json(told: list[Open]) -> str:
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"
