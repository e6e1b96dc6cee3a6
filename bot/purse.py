"""What an account may spend: its caps by the day and the month, counted before anything leaves."""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, tzinfo

from msgspec import Struct

from bot.log import log_of
from channels.message import Price
from storage.database import Db, Store
from storage.spending import spent

_FRESH_FOR = 5.0
"""Seconds in which what other processes have spent is not looked at again, unless little is left."""
_LITTLE = 20
"""Messages."""

_log = log_of(__name__)


class Caps(Struct, frozen=True):
    """Millionths of the account's currency; None is no cap."""

    day: int | None = None
    month: int | None = None

    @property
    def are_none(self) -> bool:
        """Anything may be spent."""
        return self.day is None and self.month is None


class OverCap(Exception):
    """The message would cost more than may still be spent today: it waits for another day."""


class Paid(Struct, frozen=True):
    """A part that has left, for the store to be told."""

    purse: "Purse"
    day: date
    price: Price


class Purse:
    """One account's money, in the days of whoever owns it.

    What is on its way is reserved, so many at once spend no more than may be spent. What other processes spend is read
    from the store, before each message once little is left.
    """

    def __init__(self, lane: str, store: Store, clock: Callable[[], datetime]) -> None:
        self._lane, self._store, self._clock = lane, store, clock
        self._caps = Caps()
        self._zone: tzinfo = UTC
        self._reading = asyncio.Lock()
        self._reserved: dict[int, int] = {}
        self._paid = self._written = 0
        self._read_on, self._read_at = date.min, 0.0
        self._day = self._month = self._written_when_read = 0
        self._closed_on = self._told_on = date.min

    def change(self, caps: Caps, zone: tzinfo) -> None:
        """Go on with other caps; what was spent still counts."""
        self._caps, self._zone, self._closed_on = caps, zone, date.min

    @property
    def today(self) -> date:
        """The day that pays."""
        return self._clock().astimezone(self._zone).date()

    @property
    def is_closed(self) -> bool:
        """A cap was reached, and nothing that was reserved has been given back since."""
        return self._closed_on == self.today and not self._caps.are_none

    async def reserve(self, message_id: int, price: Price) -> None:
        """Before a part is sent. Raises `OverCap`."""
        if self._caps.are_none or not price.micros:
            return
        async with self._reading:
            self._reserved.pop(message_id, None)
            if self._is_stale(price.micros):
                await self._read()
            if (over := self._cap_passed_by(price.micros)) is not None:
                self._close(over)
                raise OverCap
            self._reserved[message_id] = price.micros

    def pay(self, message_id: int, price: Price) -> Paid:
        """It has left."""
        self._reserved.pop(message_id, None)
        self._paid += price.micros
        return Paid(self, self.today, price)

    def give_back(self, message_id: int) -> None:
        """It certainly has not left."""
        if self._reserved.pop(message_id, None):
            self._closed_on = date.min

    def write(self, paid: Paid) -> None:
        """The store has been told."""
        self._written += paid.price.micros

    @property
    def _on_its_way(self) -> int:
        """What the store did not know when it was read."""
        return self._paid - self._written_when_read + sum(self._reserved.values())

    def _is_stale(self, micros: int) -> bool:
        is_old = self._read_on != self.today or time.monotonic() - self._read_at > _FRESH_FOR
        return is_old or self._cap_passed_by(micros * _LITTLE) is not None

    def _cap_passed_by(self, micros: int) -> str | None:
        for name, cap, known in (("day", self._caps.day, self._day), ("month", self._caps.month, self._month)):
            if cap is not None and known + self._on_its_way + micros > cap:
                return name
        return None

    async def _read(self) -> None:
        today, written = self.today, self._written
        if today != self._read_on:
            self._reserved.clear()

        def read(db: Db) -> tuple[int, int]:
            of_day, of_month = (spent(db, self._lane, first, today) for first in (today, today.replace(day=1)))
            return of_day.micros if of_day else 0, of_month.micros if of_month else 0

        self._day, self._month = await self._store.no_tenant(read)
        self._written_when_read, self._read_on, self._read_at = written, today, time.monotonic()

    def _close(self, over: str) -> None:
        self._closed_on = today = self.today
        if self._told_on != today:
            self._told_on = today
            _log.warning("spend cap reached", lane=self._lane, cap=over, day=today.isoformat())
