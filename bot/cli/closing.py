"""`participabot closing`: the return report of a process, before and after it is closed."""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from bot.cli.folder import AsJson, err, out, print_json
from bot.cli.served import Which, one_named
from bot.cli.store import store_without_addresses
from bot.cli.surveys import Language, spoken
from bot.cli.whole_file import write_whole
from bot.results.report import returned
from flows.participation.process import Process
from flows.participation.returns import Returned, returned_after, unanswered
from flows.participation.tenant import Town
from flows.return_report import ReturnReport
from storage.database import Store


def closing(
    name: Annotated[str, typer.Argument(help="The process, as its file is called.")],
    html: Annotated[
        Path | None, typer.Option("--html", help="Write the report as one page to publish or print.")
    ] = None,
    as_json: AsJson = False,
    language: Language = "",
    tenant: Which = None,
) -> None:
    """Show each proposal of a process with the town's answer, and what still stands between it and its closing.

    To close it, write what came of it under `outcome` in its file, and apply that.
    """
    now = datetime.now(UTC)
    with store_without_addresses() as store:
        town, process = one_named(
            store, tenant, "process", name, lambda town: {each.slug: each for each in town.processes}
        )
        rows = list(_rows(store, town, process, now))
        missing = store.run(town.id, lambda db: [*unanswered(db, process.slug)])
    report = ReturnReport(town, process, rows, spoken(language, town), now)
    if html is not None:
        write_whole(html, returned(report))
        err.print(f"{len(rows)} proposals in {html}.")
    elif as_json:
        print_json(_plain(report, missing))
    else:
        _show(report, missing)


def _rows(store: Store, town: Town, process: Process, now: datetime) -> Iterator[Returned]:
    after: int | None = 0
    while after is not None:
        work = partial(returned_after, town=town, process=process, after=after, now=now)
        some, after = store.run(town.id, work)
        yield from some


def _show(report: ReturnReport, missing: list[str]) -> None:
    table = Table("reference", "title", "state", "people say", box=None, pad_edge=False)
    for row in report.rows:
        table.add_row(row.reference, row.title, report.state(row.state), report.verdict(row))
    if report.rows:
        out.print(table)
    out.print(report.counted())
    if missing:
        out.print(f"It cannot be closed yet: {len(missing)} have no final answer: {', '.join(missing)}.")
    elif report.outcome is None:
        out.print("It can be closed: write what came of it under `outcome` in its file.")
    else:
        day = report.outcome.published_at.astimezone(report.town.zone)
        out.print(f"It is closed; the report is public from {day:%Y-%m-%d}.")


def _plain(report: ReturnReport, missing: list[str]) -> dict[str, object]:
    rows = [
        {
            "reference": row.reference,
            "title": row.title,
            "state": row.state,
            "answer": dict(row.answer),
            "supports": row.supports,
            "people_say": {word.name.lower(): count for word, count in row.verdict.said.items()} if row.verdict else {},
            "results": [result.slug for result in row.results],
        }
        for row in report.rows
    ]
    closed_at = report.outcome.published_at.isoformat() if report.outcome else None
    return {"process": report.process.slug, "closed_at": closed_at, "unanswered": missing, "proposals": rows}
