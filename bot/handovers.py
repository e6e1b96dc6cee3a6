"""A conversation whose owner has not written for a day goes back to the bot: nobody is left alone in silence."""

from collections.abc import Callable
from datetime import datetime

from bot.desk import Desk
from bot.outbox import DRAIN
from bot.towns import Towns
from bot.wakes import Wakes
from flows.participation.tenant import Town
from flows.participation.tickets import OWNED_WITHOUT_A_WORD, end_overdue
from storage.database import Db, Store
from storage.tickets import taken_tickets


class HandOvers:
    """Ends those that nobody ended."""

    def __init__(self, store: Store, towns: Towns, wakes: Wakes, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._towns = towns
        self._wakes = wakes
        self._clock = clock

    async def sweep(self) -> None:
        """Hand back what is overdue, each in a turn of its own."""
        now = self._clock()
        overdue = await self._store.no_tenant(lambda db: taken_tickets(db, now - OWNED_WITHOUT_A_WORD))
        for tenant_id, code in overdue:
            if (town := self._towns.find(tenant_id)) is not None:
                await self._end(town, code, now)

    async def _end(self, town: Town, code: str, now: datetime) -> None:
        def end(db: Db) -> str:
            ticket = end_overdue(db, code, now=now)
            return Desk(db, town, ticket, now).handed_back(is_overdue=True) if ticket is not None else ""

        self._wakes.wake_all(DRAIN, [await self._store.turn(town.id, "", end)])
