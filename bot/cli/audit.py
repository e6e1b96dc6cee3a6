"""`participabot audit`: the log of what matters, and whether anybody has changed it."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress, TaskID
from rich.text import Text

from bot.audit_chain import Verdict, verify
from bot.cli.folder import AsJson, err, out, print_json, usage
from bot.cli.served import By, Which, actor, only_tenant, tenants_named
from bot.cli.store import store_without_addresses
from bot.cli.turns import stretches
from bot.cli.whole_file import write_whole
from bot.sheet import harmless, sheet
from storage.audit import Entry, count_of_seals, entries_after, latest_entries, record

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)

_COLUMNS = ("at", "actor", "action", "subject", "detail", "id")


@app.command("verify")
def verify_log(
    tenant: Which = None,
    head: Annotated[str, typer.Option(help="A head that was printed before: it must still be in the chain.")] = "",
    as_json: AsJson = False,
) -> None:
    """Follow each tenant's chain of hashes: any edit, deletion, insertion or change of order is found, and where.

    The last links can be cut off without a trace in the log itself: note the head somewhere else, and give it with
    --head the next time. Exit code 1 where something is wrong.
    """
    if head and tenant is None:
        usage("--head is one tenant's: name it with --tenant.")
    with store_without_addresses() as store, Progress(console=err, transient=True) as progress:
        verdicts: dict[str, Verdict] = {}
        for tenant_id in tenants_named(store, tenant):
            task = progress.add_task(tenant_id, total=store.run(tenant_id, count_of_seals))
            verdicts[tenant_id] = verify(store, tenant_id, head, partial(_show, progress, task))
    if as_json:
        print_json({tenant_id: _as_told(verdict) for tenant_id, verdict in verdicts.items()})
    else:
        for tenant_id, verdict in verdicts.items():
            _tell(tenant_id, verdict)
    if any(verdict.wrong for verdict in verdicts.values()):
        raise typer.Exit(1)


@app.command("list")
def list_entries(
    tenant: Which = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many, the newest.")] = 50,
    as_json: AsJson = False,
) -> None:
    """The newest entries of a tenant's log."""
    with store_without_addresses() as store:
        tenant_id = only_tenant(store, tenant)
        entries = store.run(tenant_id, partial(latest_entries, limit=limit))
    if as_json:
        print_json([_plain(entry) for entry in reversed(entries)])
        return
    for entry in reversed(entries):
        detail = json.dumps(entry.detail, ensure_ascii=False) if entry.detail else ""
        out.print(
            Text(f"{entry.at:%Y-%m-%d %H:%M:%S}  {entry.actor}  {entry.action}  {entry.subject}  {detail}".rstrip())
        )


@app.command("export")
def export_entries(
    output: Annotated[Path, typer.Option("--output", "-o", help="The file to write.")],
    as_csv: Annotated[bool, typer.Option("--csv", help="As CSV; otherwise JSON, one entry a line.")] = False,
    tenant: Which = None,
    by: By = None,
) -> None:
    """A tenant's whole log as a file: ids and codes, no address and no citizen's words."""
    now = datetime.now(UTC)
    with store_without_addresses() as store:
        tenant_id = only_tenant(store, tenant)
        plain = [_plain(entry) for entry in chain.from_iterable(stretches(store, tenant_id, entries_after))]
        detail = {"format": "csv" if as_csv else "json", "count": len(plain)}
        store.run(tenant_id, lambda db: record(db, actor(by), "audit_exported", "audit", now, detail))
    if as_csv:
        rows = ([harmless(_cell(each[column])) or None for column in _COLUMNS] for each in plain)
        write_whole(output, sheet([_COLUMNS, *rows], ";"))
    else:
        write_whole(output, "".join(f"{json.dumps(each, ensure_ascii=False)}\n" for each in plain))
    err.print(f"{len(plain)} entries in {output}.")


def _show(progress: Progress, task: TaskID, done: int) -> None:
    progress.update(task, completed=done)


def _plain(entry: Entry) -> dict[str, object]:
    at = entry.at.isoformat(timespec="microseconds")
    return {**{name: getattr(entry, name) for name in _COLUMNS}, "at": at, "id": str(entry.id)}


def _cell(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)


def _as_told(verdict: Verdict) -> dict[str, object]:
    since = verdict.unsealed_since
    return asdict(verdict) | {"unsealed_since": since.isoformat() if since else None, "entry_id": str(verdict.entry_id)}


def _tell(tenant_id: str, verdict: Verdict) -> None:
    if verdict.wrong:
        place = f" at place {verdict.place}" if verdict.place else ""
        entry = f", entry {verdict.entry_id}" if verdict.entry_id else ""
        out.print(Text(f"{tenant_id}: NOT as it was sealed{place}{entry}: {verdict.wrong}.", style="red"))
    out.print(Text(f"{tenant_id}: {verdict.sealed} sealed, head {verdict.head or 'none'}"))
    if verdict.unsealed and verdict.unsealed_since:
        since = f"{verdict.unsealed_since:%Y-%m-%d %H:%M:%S}"
        out.print(Text(f"{tenant_id}: {verdict.unsealed} not sealed yet, since {since} UTC", style="yellow"))
