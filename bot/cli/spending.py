"""`participabot spending`: what has left by channels that cost, what it cost, what may still be spent, what is held."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Annotated, Any, NamedTuple

import typer
from msgspec import Struct, to_builtins
from rich.table import Table
from sqlalchemy import select as columns
from sqlmodel import col, func, or_, select

from bot.accounts import caps_of, micros
from bot.cli.folder import AsJson, err, out, print_json, usage
from bot.cli.served import served, served_ids
from bot.cli.store import store_without_addresses
from bot.config.accounts import Account
from bot.config.files.channels import PaidPart
from bot.delivery import SPEND_CAP
from bot.purse import Caps
from storage.database import Db, Store
from storage.outbox import Message, State
from storage.spending import Spending, spent


class Row(NamedTuple):
    """What one town sent in one day by one account."""

    town: str
    day: date
    messages: int
    segments: int
    micros: int


class Day(Struct, frozen=True):
    """What left in a day of the account's, or in all of a month."""

    day: str
    messages: int
    segments: int
    money: float


class Line(Struct, frozen=True):
    """One town on one channel, in a month."""

    town: str
    channel: str
    account: str
    month: Day
    days: list[Day]
    held: int
    """Messages that wait until there may be spent again."""


class Money(Struct, frozen=True):
    """One account, for all who speak through it."""

    account: str
    currency: str
    today: float
    cap_day: float | None
    this_month: float
    cap_month: float | None
    is_reached: bool
    """The next message would cost more than may be spent."""


def spending(
    town: Annotated[str | None, typer.Argument(help="One town; without it, every one.")] = None,
    month: Annotated[str | None, typer.Option(help="Such as 2026-11; without it, the one that runs.")] = None,
    as_json: AsJson = False,
) -> None:
    """Say what messages have cost, by town, channel and day, against what each account may spend."""
    if month is not None and not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", month):
        usage("A month is written as 2026-11.")
    with store_without_addresses() as store:
        lines, accounts = _found(store, town, month)
    if as_json:
        print_json({"towns": to_builtins(lines), "accounts": to_builtins(accounts)})
    elif not accounts:
        err.print("No account costs anything." if town is None else f"Nothing that {town} speaks by costs anything.")
    else:
        _print(lines, accounts)


def _found(store: Store, town: str | None, month: str | None) -> tuple[list[Line], list[Money]]:
    now = datetime.now(UTC)
    every = [served(store, tenant_id) for tenant_id in served_ids(store)]
    if town is not None:
        served(store, town)
    lines, accounts = list[Line](), list[Money]()
    for owner in every:
        today = now.astimezone(owner.town.zone).date()
        for account in owner.accounts:
            if not isinstance(account.part, PaidPart):
                continue
            shares = [each.id for each in every if owner.is_platform and account.channel in each.shares]
            speakers = [each for each in (owner.id, *shares) if town in (None, each)]
            if speakers:
                money = _money(store, account, account.part, today)
                held = store.run_no_tenant(partial(_held, lane=account.lane, is_reached=money.is_reached, now=now))
                accounts.append(money)
                lines += _lines(store, account, held, speakers, month or f"{today:%Y-%m}")
    return lines, accounts


def _lines(
    store: Store, account: Account, held: Mapping[str, int], speakers: Sequence[str], month: str
) -> Iterator[Line]:
    first = date.fromisoformat(f"{month}-01")
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    rows = store.run_no_tenant(lambda db: _rows(db, account.lane, first, last))
    for speaker in speakers:
        theirs = [row for row in rows if row.town == speaker]
        if theirs or speaker in held or speaker == account.tenant_id:
            yield Line(
                town=speaker,
                channel=account.channel,
                account=account.lane,
                month=_day(month, theirs),
                days=[_day(row.day.isoformat(), [row]) for row in theirs],
                held=held.get(speaker, 0),
            )


def _rows(db: Db, lane: str, first: date, last: date) -> Sequence[Row]:
    whose: list[Any] = [Spending.tenant_id, Spending.day]
    sums: list[Any] = [func.sum(each) for each in (Spending.messages, Spending.segments, Spending.micros)]
    in_time = (col(Spending.lane) == lane, col(Spending.day) >= first, col(Spending.day) <= last)
    query: Any = columns(*whose, *sums).where(*in_time).group_by(*whose).order_by(*whose)
    return [Row(*row) for row in db.tuples(query)]


def _held(db: Db, lane: str, is_reached: bool, now: datetime) -> dict[str, int]:
    """What was tried and costs too much; once a cap is reached, all that is due, for nothing is tried any more."""
    waits: Any = Message.reason == SPEND_CAP
    if is_reached:
        waits = or_(waits, col(Message.due_at) <= now)
    theirs = (col(Message.lane) == lane, col(Message.state) == State.QUEUED, waits)
    return dict(db.tuples(select(Message.tenant_id, func.count()).where(*theirs).group_by(col(Message.tenant_id))))


def _money(store: Store, account: Account, part: PaidPart, today: date) -> Money:
    firsts = (today, today.replace(day=1))
    sums = store.run_no_tenant(lambda db: [spent(db, account.lane, first, today) for first in firsts])
    day, month = (each.micros if each else 0 for each in sums)
    return Money(
        account=account.lane,
        currency=part.currency,
        today=day / 1_000_000,
        cap_day=part.cap_day,
        this_month=month / 1_000_000,
        cap_month=part.cap_month,
        is_reached=_is_reached(caps_of(part), day, month, micros(part.price)),
    )


def _is_reached(caps: Caps, day: int, month: int, price: int) -> bool:
    return any(cap is not None and known + price > cap for cap, known in ((caps.day, day), (caps.month, month)))


def _day(name: str, rows: Sequence[Row]) -> Day:
    micros = sum(int(row.micros) for row in rows)
    return Day(name, sum(row.messages for row in rows), sum(row.segments for row in rows), micros / 1_000_000)


def _print(lines: Sequence[Line], accounts: Sequence[Money]) -> None:
    table = Table("town", "channel", "day", "messages", "segments", "money", "held", box=None)
    for line in lines:
        for day in (*line.days, line.month):
            held = str(line.held) if day is line.month and line.held else ""
            money = f"{day.money:.2f}"
            table.add_row(line.town, line.channel, day.day, str(day.messages), str(day.segments), money, held)
    out.print(table)
    for each in accounts:
        today, month = _of(each.today, each.cap_day), _of(each.this_month, each.cap_month)
        reached = "; nothing more leaves before there may be spent again" if each.is_reached else ""
        out.print(f"{each.account}: {today} {each.currency} today, {month} {each.currency} this month{reached}.")


def _of(money: float, cap: float | None) -> str:
    return f"{money:.2f}" if cap is None else f"{money:.2f} of {cap:.2f}"
