"""What providers say became of messages, a lot written at once: the end is the same in whatever order it comes."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime

from msgspec import Struct, field
from sqlmodel import col, select

from bot.accounts import Served
from bot.arrival import Taken, take
from bot.log import log_of
from bot.outbox import DRAIN
from bot.proof import tenants_named
from bot.towns import Towns
from bot.trouble import is_trouble
from bot.wakes import Wakes
from channels.message import Receipt, named
from storage.database import Db, Store
from storage.outbox import Message

_AT_ONCE = 200

_log = log_of(__name__)


class _Waiting(Struct):
    receipts: list[tuple[Receipt, asyncio.Future[None]]] = field(default_factory=list)
    task: asyncio.Task[None] | None = None


class Receipts:
    """One line of them for each account: what comes while a lot is written is the next lot."""

    def __init__(self, store: Store, towns: Towns, wakes: Wakes, clock: Callable[[], datetime]) -> None:
        self.ignored: Counter[str] = Counter()
        self.undelivered: Counter[tuple[str, str]] = Counter()
        """By channel and the provider's code."""
        self._store = store
        self._towns = towns
        self._wakes = wakes
        self._clock = clock
        self._lines: dict[str, _Waiting] = {}

    async def receive(self, receipt: Receipt) -> None:
        """Take it; returns once it is durable. Raises what the store raises in trouble."""
        served = self._towns.accounts.find(receipt.channel, receipt.account)
        if served is None or not _is_ours(receipt.name):
            self._ignore(receipt, "of nothing of ours")
            return
        written: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        line = self._lines.setdefault(served.lane, _Waiting())
        line.receipts.append((receipt, written))
        if line.task is None:
            line.task = asyncio.get_running_loop().create_task(self._empty(served, line))
        await written

    async def _empty(self, served: Served, line: _Waiting) -> None:
        while line.receipts:
            lot = line.receipts[:_AT_ONCE]
            del line.receipts[:_AT_ONCE]
            try:
                await self._write(served, [receipt for receipt, _ in lot])
            except Exception as error:
                if len(lot) > 1 and not is_trouble(error):
                    await self._one_by_one(served, lot)
                else:
                    _settle(lot, error)
            else:
                _settle(lot)
        del self._lines[served.lane]

    async def _one_by_one(self, served: Served, lot: Sequence[tuple[Receipt, asyncio.Future[None]]]) -> None:
        """One of them breaks on a bug of ours: it alone fails."""
        for each in lot:
            try:
                await self._write(served, [each[0]])
            except Exception as error:
                _settle([each], error)
            else:
                _settle([each])

    async def _write(self, served: Served, receipts: Sequence[Receipt]) -> None:
        now = self._clock()
        taken = await self._store.turn(served.owner, "", lambda db: self._take(db, served, receipts, now))
        for receipt in taken.ignored:
            self._ignore(receipt, "of a message that is gone, or of another account")
        self.undelivered.update(taken.undelivered)
        self._wakes.wake_all(DRAIN, taken.lanes)

    def _take(self, db: Db, served: Served, receipts: Sequence[Receipt], now: datetime) -> Taken:
        taken, speakers = Taken(), self._towns.speakers(served)
        untaken = list(receipts)
        for tenant_id in speakers:
            theirs = [each for each in untaken if tenants_named(each.name, [tenant_id])]
            if not theirs:
                continue
            if db.tenant_id != tenant_id:
                db.move(tenant_id)
            rows = _rows(db, served.lane, theirs)
            for receipt in theirs:
                if (row := rows.get(named(receipt.name)[1])) is not None:
                    take(db, served, self._towns.find(tenant_id), row, receipt, now, taken)
            untaken = [each for each in untaken if each not in theirs or named(each.name)[1] not in rows]
        taken.ignored = untaken
        return taken

    def _ignore(self, receipt: Receipt, why: str) -> None:
        self.ignored[why] += 1
        _log.info("receipt ignored", channel=receipt.channel, account=receipt.account, why=why)


def _is_ours(name: str) -> bool:
    try:
        named(name)
    except ValueError:
        return False
    return True


def _rows(db: Db, lane: str, receipts: Sequence[Receipt]) -> dict[int, Message]:
    """The messages they are about, locked."""
    ids = sorted({named(each.name)[1] for each in receipts})
    query = select(Message).where(col(Message.id).in_(ids), Message.lane == lane).order_by(col(Message.id))
    return {row.id: row for row in db.all(query.with_for_update())}


def _settle(lot: Sequence[tuple[Receipt, asyncio.Future[None]]], error: Exception | None = None) -> None:
    for _, written in lot:
        if written.done():
            continue
        if error is None:
            written.set_result(None)
        else:
            written.set_exception(error)
