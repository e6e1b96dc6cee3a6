"""Receive one inbound: a turn in the store, then the acknowledgement, then the reply on its way."""

import asyncio
from collections.abc import Callable
from datetime import datetime

from msgspec import structs

from bot.accounts import Served
from bot.callers import Circle
from bot.floods import Floods, Verdict
from bot.hearing import Hearing
from bot.log import log_of
from bot.notices import apology, too_many, too_many_letters
from bot.outbox import DRAIN, Outbox
from bot.trouble import is_trouble
from bot.wakes import Wakes
from channels.message import Inbound, Kind
from flows.keywords import Command, command_in
from storage.database import Db, Store

_log = log_of(__name__)

_RESORTS: tuple[Callable[[Hearing, Db], Hearing], ...] = (
    Hearing.hear,
    lambda hearing, db: hearing.notify(db, apology),
    Hearing.pass_over,
)
"""What is done with a message; after a bug in that, an apology; after a bug in that as well, it holds up nobody."""


class Inbox:
    """Everything that comes in goes through `receive`, whichever channel it comes by."""

    def __init__(
        self,
        store: Store,
        circle: Circle,
        outbox: Outbox,
        wakes: Wakes,
        floods: Floods,
        clock: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._circle = circle
        self._outbox = outbox
        self._wakes = wakes
        self._floods = floods
        self._clock = clock
        self._acknowledging: set[asyncio.Task[None]] = set()

    async def receive(self, inbound: Inbound) -> None:
        """Act on it once, however often it comes; returns after the commit. Raises what the store raises in trouble."""
        served = self._circle.towns.accounts.find(inbound.address.channel, inbound.account)
        if served is None:
            raise LookupError(f"no account {inbound.address.channel}:{inbound.account}")
        is_letter = served.channel.limits.is_slow
        verdict = self._floods.count(inbound, is_letter)
        if verdict is not Verdict.HEAR and not _is_stop(inbound):
            if verdict is Verdict.TELL and inbound.is_proved:
                notice = too_many_letters if is_letter else too_many
                await self._take(served, inbound, lambda hearing, db: hearing.notify(db, notice))
            return
        last = len(_RESORTS) - 1
        for place, how in enumerate(_RESORTS):
            try:
                await self._take(served, inbound, how)
            except Exception as error:
                if is_trouble(error) or place == last:
                    raise
                _log.exception(
                    "turn broke", channel=inbound.address.channel, account=inbound.account, inbound_id=inbound.id
                )
            else:
                return

    async def close(self) -> None:
        """Wait for the acknowledgements that are on their way."""
        if self._acknowledging:
            await asyncio.wait(self._acknowledging, timeout=2)

    async def _take(self, served: Served, inbound: Inbound, how: Callable[[Hearing, Db], Hearing]) -> None:
        now = self._clock()

        def work(db: Db) -> Hearing:
            return how(Hearing(self._circle, served, inbound, now), db)

        heard = await self._store.turn(served.owner, inbound.address.id, work)
        if not heard.is_new:
            return
        if inbound.acknowledge_id and not any(due.acknowledges for due in heard.dues):
            pressed = inbound if heard.has_counted else structs.replace(inbound, trace="")
            task = asyncio.get_running_loop().create_task(served.channel.acknowledge(pressed))
            self._acknowledging.add(task)
            task.add_done_callback(self._acknowledging.discard)
        self._outbox.hand(heard.dues)
        if heard.has_queued:
            heard.lanes.add(served.lane)
        self._wakes.wake_all(DRAIN, heard.lanes)


def _is_stop(inbound: Inbound) -> bool:
    return inbound.kind is Kind.TEXT and command_in(inbound.text) in (Command.STOP, Command.STOP_ALL)
