"""What a broadcast would be if it ran now: whom it reaches and whom not, why, what it costs and how long it takes."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from math import ceil
from typing import Any

from msgspec import Struct
from sqlalchemy import func, select

from bot.accounts import micros
from bot.audience import Reading
from bot.config.accounts import Account
from bot.config.files.channels import PaidPart
from bot.occasions import occasions
from bot.pace import BULK_SHARE
from bot.preview import Drawn, drawn, mailbox_of
from bot.telling import rendered
from flows.participation.broadcast import Broadcast
from flows.participation.tenant import Town
from flows.turn import Turn
from storage.database import Db
from storage.row import LAST_ID

_SHOWN = 5
_SOMEBODY = "Anna"


class Reached(Struct, frozen=True):
    """Some people who would be sent the same words by the same channel."""

    channel: str
    language: str
    people: int
    segments: int
    """Of one message; 0 where nothing is counted so."""
    cost: int
    """Millionths of the account's currency, of all; what is sent abroad may cost more."""


class Forecast(Struct, frozen=True):
    """All of it. Whom a cap of the topic leaves out is only known once it runs."""

    broadcast: str
    next: list[str]
    """The next five times, by the town's clock."""
    reached: list[Reached]
    no_channel: int
    opted_out: int
    not_asked: int
    """It is for them, and they have never said that they want the topic."""
    minutes: dict[str, int]
    """How long each lane takes; quiet hours come on top."""

    @property
    def people(self) -> int:
        """How many would be sent it."""
        return sum(each.people for each in self.reached)

    @property
    def cost(self) -> int:
        """Of all of it."""
        return sum(each.cost for each in self.reached)


def forecast(db: Db, town: Town, broadcast: Broadcast, accounts: Sequence[Account], now: datetime) -> Forecast:
    """Counted now."""
    reading, by_channel = Reading(db, town, broadcast, now), {account.channel: account for account in accounts}
    reached, no_channel = [], 0
    for channel, language, people in _reached(db, reading):
        if not channel:
            no_channel += people
            continue
        segments = sum(max(1, each.segments) for each in sample(db, town, broadcast, channel, language, now))
        cost = _price(by_channel.get(channel)) * people * segments
        reached.append(Reached(channel, language, people, segments if channel == "sms" else 0, cost))
    silent, refused = _left_out(db, reading)
    return Forecast(
        broadcast=broadcast.slug,
        next=[each.local_at for each in islice(occasions(town, broadcast.schedule, now), _SHOWN)],
        reached=sorted(reached, key=lambda each: (each.channel, -each.people)),
        no_channel=no_channel,
        opted_out=refused,
        not_asked=silent,
        minutes=_minutes(reached, by_channel),
    )


def sample(db: Db, town: Town, broadcast: Broadcast, channel: str, language: str, now: datetime) -> Iterator[Drawn]:
    """What somebody would receive. Raises `flows.announced.Unrendered`."""
    turn = Turn(
        town=town,
        db=db,
        participant_id=0,
        language=language,
        now=now,
        channel=channel,
        inbound_id="",
        page_size=1,
        answers={},
    )
    return drawn(rendered(turn, broadcast, _SOMEBODY, 0, is_shared=False), channel, mailbox_of(town))


def _reached(db: Db, reading: Reading) -> Sequence[tuple[str, str, int]]:
    people = select(
        func.coalesce(reading.reached("channel"), "").label("channel"), reading.language.label("language")
    ).where(reading.asked(0, LAST_ID), reading.is_in())
    each = people.subquery()
    query: Any = select(each.c.channel, each.c.language, func.count()).group_by(each.c.channel, each.c.language)
    return db.tuples(query)


def _left_out(db: Db, reading: Reading) -> tuple[int, int]:
    """Of whom it is for, those who have said nothing of the topic, and those who have said no."""
    silent: Any = select(reading.person).where(reading.everybody(), ~reading.has_said())
    refused: Any = select(reading.person).where(reading.everybody(), reading.has_said(), ~reading.is_in())
    return db.count(silent), db.count(refused)


def _price(account: Account | None) -> int:
    return micros(account.part.price) if account is not None and isinstance(account.part, PaidPart) else 0


def _minutes(reached: Sequence[Reached], accounts: Mapping[str, Account]) -> dict[str, int]:
    """At the rate of each lane, of which a part is kept for replies."""
    people: dict[str, int] = {}
    for each in reached:
        people[each.channel] = people.get(each.channel, 0) + each.people
    minutes = {}
    for channel, account in accounts.items():
        rate = float(getattr(account.part, "rate", 1.0)) * BULK_SHARE
        if count := people.get(channel, 0):
            minutes[account.lane] = ceil(count / rate / 60)
    return minutes
