"""`participabot broadcast`: what the town tells many at once: seen before it leaves, begun, held, ended, reported."""

from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Any, TypeAlias

import typer
from msgspec import to_builtins
from rich.table import Table

from bot import steering
from bot.cli.broadcasts import Name, addresses_meant, broadcast_named, forecast_of, steer
from bot.cli.folder import AsJson, current_settings, err, out, print_json, problem, usage
from bot.cli.forecasts import plain, print_forecast
from bot.cli.keys import installation_keys
from bot.cli.preview import print_message
from bot.cli.runs import lines, print_report, reported_now, stands_in_words, watch
from bot.cli.served import By, DryRun, Which, actor, served_towns
from bot.cli.store import store_without_addresses
from bot.cli.surveys import Language, spoken
from bot.cli.turns import in_one_turn
from bot.cli.whole_file import write_pieces
from bot.forecast import sample
from bot.freezing import begin
from bot.occasions import local_time, occasions
from bot.preview import MEDIA, Drawn
from bot.run_report import reported
from bot.telling import sent_to
from flows.announced import Unrendered
from flows.participation.broadcast import Broadcast
from flows.participation.tenant import Town
from storage.audit import record
from storage.broadcasts import Occurrence, occurrence_at, occurrences_of
from storage.database import Db
from storage.files import Files
from storage.row import new_id

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)

At: TypeAlias = Annotated[str, typer.Option("--at", help="A run by its time, as 2026-12-01T10:00; else the last.")]
Follow: TypeAlias = Annotated[bool, typer.Option("--follow", "-f", help="Stay and watch until it has finished.")]


@app.callback()
def broadcast() -> None:
    """What the town tells many at once. The files say what, whom and when; `participabot serve` sends it."""


@app.command("list")
def list_(tenant: Which = None, as_json: AsJson = False) -> None:
    """Show every broadcast: when it runs next, and how its last run stands."""
    now = datetime.now(UTC)
    with store_without_addresses() as store:
        rows = [
            store.run(town.id, partial(_listed, town=town, broadcast=each, now=now))
            for town in served_towns(store, tenant)
            for each in town.broadcasts
        ]
    if as_json:
        print_json(rows)
        return
    table = Table("town", "broadcast", "topic", "next", "last run", "stands", "done", box=None, pad_edge=False)
    for row in rows:
        words = [str(row[key] or "by hand") for key in ("tenant", "broadcast", "topic", "next")]
        table.add_row(
            *words, row["last_run"], row["stands"], f"{row['done']}/{row['audience']}" if row["last_run"] else ""
        )
    out.print(table if rows else "No town has a broadcast: write one in broadcasts/, then `participabot apply`.")


@app.command()
def preview(
    name: Name,
    channel: Annotated[str, typer.Option("--channel", "-c", help=f"{', '.join(MEDIA)}.")] = "",
    language: Language = "",
    tenant: Which = None,
    as_json: AsJson = False,
) -> None:
    """Show the message as each channel draws it, and whom it would reach now. Nothing is sent."""
    if channel and channel not in MEDIA:
        usage(f"--channel is one of {', '.join(MEDIA)}.")
    now = datetime.now(UTC)
    with store_without_addresses() as store:
        town, found = broadcast_named(store, tenant, name)
        spoken_in, media = spoken(language, town), (channel,) if channel else MEDIA

        def draw(db: Db) -> dict[str, list[Drawn]]:
            return {each: list(sample(db, town, found, each, spoken_in, now)) for each in media}

        try:
            messages = store.run(town.id, draw)
        except Unrendered as why:
            problem(f"It cannot be written: {why}.")
        planned = forecast_of(store, town, found, now)
    if as_json:
        print_json({"messages": to_builtins(messages), "forecast": plain(planned)})
        return
    for each, drawn in messages.items():
        for message in drawn:
            print_message(message, each)
    print_forecast([planned])


@app.command()
def start(
    name: Name,
    by: By = None,
    dry_run: DryRun = False,
    follow: Follow = False,
    tenant: Which = None,
) -> None:
    """Begin a run now, whatever its schedule. It is sent by the server that runs, or by the next one to start."""
    now = datetime.now(UTC)
    with store_without_addresses() as store:
        town, found = broadcast_named(store, tenant, name)
        print_forecast([forecast_of(store, town, found, now)])
        local_at, run_id = local_time(town, now), new_id()
        if found.data and not dry_run:
            Files(current_settings().media).keep(town.id, run_id, found.data)

        def work(db: Db) -> bool:
            run = begin(db, found, local_at, now, by=actor(by), id=run_id)
            if run is not None:
                record(db, actor(by), "broadcast_started", f"broadcast:{found.slug}", now, {"at": local_at})
            return run is not None

        if not in_one_turn(store, town.id, work, is_dry=dry_run):
            problem(f"{found.slug} has begun in this very minute already: {local_at}.")
        out.print(f"{found.slug} has begun: {local_at}.")
        if follow and not dry_run:
            watch(store, town, run_id)


@app.command()
def pause(name: Name, by: By = None, dry_run: DryRun = False, tenant: Which = None) -> None:
    """Hold a run: within a second nothing more of it leaves."""
    who = actor(by)
    steer(name, tenant, lambda db, run, now: steering.pause(db, run, f"by {who}", now, who), "is paused", dry_run)


@app.command()
def resume(name: Name, by: By = None, dry_run: DryRun = False, tenant: Which = None) -> None:
    """Let a run that was paused go on."""
    steer(name, tenant, lambda db, run, now: steering.resume(db, run, now, actor(by)), "goes on", dry_run)


@app.command()
def cancel(name: Name, by: By = None, dry_run: DryRun = False, tenant: Which = None) -> None:
    """End a run: who has not been sent it will not be. This cannot be undone."""
    steer(name, tenant, lambda db, run, now: steering.cancel(db, run, now, actor(by)), "is cancelled", dry_run)


@app.command()
def report(
    name: Name,
    at: At = "",
    as_json: AsJson = False,
    csv_file: Annotated[Path | None, typer.Option("--csv", help="A row for each recipient, without addresses.")] = None,
    follow: Follow = False,
    tenant: Which = None,
) -> None:
    """Show what became of a run, counted from its recipients: the states add up to the audience."""
    with store_without_addresses() as store:
        town, found = broadcast_named(store, tenant, name)
        run = store.run(town.id, partial(_run, broadcast=found.slug, at=at))
        if run is None:
            problem(f"{found.slug} has not run{f' at {at}' if at else ' yet'}.")
        if follow:
            watch(store, town, run.id)
        stands = store.run(town.id, partial(reported_now, town=town, run_id=run.id))
        if csv_file is not None:
            write_pieces(csv_file, lines(store, town, run.id))
            err.print(f"{stands.audience} recipients in {csv_file}.")
    if as_json:
        print_json(to_builtins(stands) | {"done": stands.done})
    else:
        print_report(stands)


@app.command("test-to")
def to_one(
    name: Name,
    address: Annotated[str, typer.Argument(help="A phone number or email of who has talked to the town.")],
    tenant: Which = None,
    dry_run: DryRun = False,
) -> None:
    """Send the message to one person alone, marked as a test. It counts in no report and against no cap."""
    now = datetime.now(UTC)
    keys = installation_keys(current_settings())
    with store_without_addresses() as store:
        town, found = broadcast_named(store, tenant, name)
        reached = [(channel, keys.address_hash(town.id, channel, id)) for channel, id in addresses_meant(address)]
        try:
            lane = in_one_turn(store, town.id, lambda db: sent_to(db, town, found, reached, now), is_dry=dry_run)
        except Unrendered as why:
            problem(f"It cannot be written: {why}.")
    if not lane:
        problem("Nobody who can be written to has this address: they write to the town first.")
    out.print(f"{found.slug}, as a test: sent by {lane.partition(':')[0]}.")


def _listed(db: Db, town: Town, broadcast: Broadcast, now: datetime) -> dict[str, Any]:
    last = next(iter(occurrences_of(db, broadcast.slug)), None)
    stands = reported(db, town, last, now) if last else None
    coming = next(occasions(town, broadcast.schedule, now), None)
    return {
        "tenant": town.id,
        "broadcast": broadcast.slug,
        "topic": broadcast.topic,
        "next": coming.local_at if coming else None,
        "last_run": stands.local_at if stands else "",
        "stands": stands_in_words(stands) if stands else "",
        "done": stands.done if stands else 0,
        "audience": stands.audience if stands else 0,
    }


def _run(db: Db, broadcast: str, at: str) -> Occurrence | None:
    return occurrence_at(db, broadcast, at) if at else next(iter(occurrences_of(db, broadcast)), None)
