"""The broadcast that a command is about, what it would be, and what is done to its run."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, TypeAlias

import typer

from bot import steering
from bot.accounts import dialled
from bot.cli.folder import out, problem, usage
from bot.cli.forecasts import accounts_of
from bot.cli.served import served, served_towns
from bot.cli.store import store_without_addresses
from bot.cli.turns import in_one_turn
from bot.forecast import Forecast, forecast
from channels.catalog import CHANNELS
from flows.participation.broadcast import Broadcast
from flows.participation.tenant import Town
from storage.broadcasts import Occurrence
from storage.database import Db, Store

Name: TypeAlias = Annotated[str, typer.Argument(help="The broadcast, as its file is called.")]


def broadcast_named(store: Store, tenant: str | None, name: str) -> tuple[Town, Broadcast]:
    """The broadcast, and its town where only one has it; ends the command where that is not clear."""
    towns = served_towns(store, tenant)
    found = [(town, each) for town in towns if (each := town.broadcast(name)) is not None]
    if not found:
        known = ", ".join(f"{each.slug} ({town.id})" for town in towns for each in town.broadcasts)
        problem(f"There is no broadcast {name}; there are: {known}." if known else "No town has a broadcast.")
    if len(found) > 1:
        ids = " or ".join(town.id for town, _ in found)
        usage(f"Several towns have a broadcast {name}: choose with --tenant {ids}.")
    return found[0]


def forecast_of(store: Store, town: Town, broadcast: Broadcast, now: datetime) -> Forecast:
    accounts = accounts_of(store, served(store, town.id))
    return store.run(town.id, lambda db: forecast(db, town, broadcast, accounts, now))


def addresses_meant(given: str) -> list[tuple[str, str]]:
    """Channels and ids that somebody may mean: "+34 600 000 001", "anna@example.org", or "telegram:12345"."""
    channel, _, id = given.partition(":")
    if id and channel in CHANNELS:
        return [(channel, id)]
    word = given.strip().lower()
    return [("email", word)] if "@" in word else [(each, dialled(word)) for each in ("sms", "whatsapp")]


def steer(
    name: str, tenant: str | None, act: Callable[[Db, Occurrence, datetime], None], done: str, is_dry: bool
) -> None:
    now = datetime.now(UTC)
    with store_without_addresses() as store:
        town, found = broadcast_named(store, tenant, name)

        def work(db: Db) -> str:
            run = steering.open_run(db, found.slug)
            act(db, run, now)
            return run.local_at

        try:
            local_at = in_one_turn(store, town.id, work, is_dry=is_dry)
        except steering.NotThere as why:
            problem(f"Nothing to be done: {why}.")
    out.print(f"{found.slug}, the run of {local_at}, {done}.")
