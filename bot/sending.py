"""The parts of one message, sent in order: a part that left is never sent again by a retry."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeAlias

from msgspec import Struct, structs

from bot.lanes import Due, Lane
from channels.errors import AddressMoved, Misconfigured, NotAllowed, SendFailed, Uncertain
from channels.message import Address, Outbound, Price, name_of
from storage.outbox import AWAITED
from storage.row import time_of

Load: TypeAlias = Callable[[Due, Sequence[int]], Awaitable[Mapping[int, bytes]]]
"""The bytes of files that are kept in the store, by their ids, in one query."""


class Addresses(Struct, frozen=True):
    """What delivery learns about addresses, written to the store before it goes on."""

    stop: Callable[[Due], Awaitable[None]]
    move: Callable[[Due, str], Awaitable[None]]
    may_cost: Callable[[Due], Awaitable[bool]]
    """Whether a paid message may go to an address of which nobody knows who reads there: one may."""


class NobodyKnows(Uncertain):
    """The provider was asked what became of it, and cannot tell."""


class Sending:
    """Asks first where the last attempt could not tell what it had sent, and pays for each part that leaves."""

    def __init__(self, addresses: Addresses, load: Load, clock: Callable[[], datetime]) -> None:
        self._addresses = addresses
        self._load = load
        self._clock = clock

    async def send(self, lane: Lane, due: Due) -> str:
        """The provider's id of the last part. Raises one of `channels.errors`, or `OverCap`."""
        external_id = ""
        if due.acknowledges is not None:
            await lane.channel.acknowledge(due.acknowledges)
            due.acknowledges = None
        outbound = await self._loaded(due) if due.outbound.files else due.outbound
        parts = lane.channel.render(outbound, self._is_open(lane, due))
        if due.is_uncertain:
            external_id = await self._find(lane, due, parts)
        for part in parts[due.parts_sent :]:
            price = lane.channel.price(due.address, part)
            if price.micros and not due.is_proved and not await self._addresses.may_cost(due):
                raise NotAllowed("a second message to an address that nobody has answered from")
            await lane.purse.reserve(due.id, price)
            if due.parts_sent:
                await lane.pace.take_for_reply()
            external_id = await self._send_part(lane, due, part, name_of(due.tenant_id, due.id, due.parts_sent))
            _count(lane, due, price)
        return external_id

    def _is_open(self, lane: Lane, due: Due) -> bool:
        window = lane.channel.limits.window
        return not window or (due.heard_at is not None and self._clock() - due.heard_at < timedelta(seconds=window))

    async def _find(self, lane: Lane, due: Due, parts: Sequence[object]) -> str:
        """What the provider calls the part of which the last attempt could not tell whether it left; "" if it did not.

        Where nobody can tell, a reply is sent again.
        """
        external_id = ""
        if due.parts_sent < len(parts):
            part, name = parts[due.parts_sent], name_of(due.tenant_id, due.id, due.parts_sent)
            try:
                external_id = await lane.channel.find(due.address, part, name, due.tried_at or time_of(due.id))
            except Uncertain as nobody:
                if due.purpose not in AWAITED:
                    raise NobodyKnows(nobody.reason) from nobody
        due.is_uncertain = False
        if external_id:
            _count(lane, due, lane.channel.price(due.address, parts[due.parts_sent]))
        return external_id

    async def _loaded(self, due: Due) -> Outbound:
        """With the bytes of files that are kept in the store; without those that nobody is to see any more."""
        kept = [file.content_id for file in due.outbound.files if file.content_id]
        contents = await self._load(due, kept) if kept else {}
        files = (
            structs.replace(file, data=contents.get(file.content_id, b"")) if file.content_id else file
            for file in due.outbound.files
        )
        return structs.replace(due.outbound, files=tuple([file for file in files if file.data]))

    async def _send_part(self, lane: Lane, due: Due, part: object, name: str) -> str:
        try:
            return await self._send_or_move(lane, due, part, name)
        except Uncertain:
            due.is_uncertain = True
            raise
        except SendFailed:
            lane.purse.give_back(due.id)
            raise

    async def _send_or_move(self, lane: Lane, due: Due, part: object, name: str) -> str:
        try:
            return await lane.channel.send(due.address, part, name)
        except AddressMoved as moved:
            await self._addresses.move(due, moved.new_id)
            due.address = Address(due.address.channel, moved.new_id)
        try:
            return await lane.channel.send(due.address, part, name)
        except AddressMoved as again:
            raise Misconfigured("the address moved twice") from again


def _count(lane: Lane, due: Due, price: Price) -> None:
    """One more part has left."""
    due.parts_sent += 1
    if price.segments or price.micros:
        due.segments += price.segments
        due.cost += price.micros
        due.paid.append(lane.purse.pay(due.id, price))
