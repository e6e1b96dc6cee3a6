"""The citizen's verdict is asked: some weeks after the town has spoken, each person once, in their own conversation."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from sqlmodel import col, select

from bot.approach import approach
from bot.outbox import DRAIN
from bot.towns import Towns
from bot.wakes import Wakes
from flows.approved import Approved, Template
from flows.participation.judgements import still_claimed, take_down
from flows.participation.quiet import is_quiet
from flows.participation.tenant import Town
from flows.step import Goto
from flows.turn import Turn
from storage.database import Db, Store
from storage.judgements import Inquiry, Judgement, judgements_due, open_inquiries
from storage.participants import lock_participants

JUDGE = "judge"
"""The kind of wake whose key is a tenant."""

_AT_ONCE = 20
"""People in one turn."""


class Judging:
    """In a town's quiet hours nobody is asked; who is writing just then is asked later."""

    def __init__(self, store: Store, towns: Towns, wakes: Wakes, clock: Callable[[], datetime]) -> None:
        self._store, self._towns, self._wakes, self._clock = store, towns, wakes, clock
        wakes.handler(JUDGE, self.drain)

    async def sweep(self) -> None:
        """Wake every tenant that has somebody to ask, or may have."""
        self._wakes.wake_all(JUDGE, await self._store.no_tenant(partial(_tenants_asking, now=self._clock())))

    async def drain(self, tenant_id: str) -> None:
        """Take down who is to be asked in a tenant, and ask those whose time has come."""
        town, now = self._towns.find(tenant_id), self._clock()
        if town is None or town.judged_after is None or is_quiet(town, now):
            return
        is_more = True
        while is_more:
            is_more = await self._store.turn(tenant_id, "", partial(take_down_due, town=town, now=now))
        count = _AT_ONCE
        while count == _AT_ONCE:
            count, lanes = await self._store.turn(tenant_id, "", partial(ask_due, town=town, now=now))
            self._wakes.wake_all(DRAIN, lanes)


def _tenants_asking(db: Db, now: datetime) -> Sequence[str]:
    waiting = db.all(select(Inquiry.tenant_id).where(col(Inquiry.asked_at).is_(None)).distinct())
    is_due = (col(Judgement.asked_at).is_(None), col(Judgement.due_at) <= now)
    return sorted({*waiting, *db.all(select(Judgement.tenant_id).where(*is_due).distinct())})


def take_down_due(db: Db, town: Town, now: datetime) -> bool:
    """Of the inquiries whose weeks are over, some people each; returns whether there are more."""
    if town.judged_after is None:
        return False
    inquiries = open_inquiries(db, now - town.judged_after)
    for inquiry in inquiries:
        take_down(db, town, inquiry, now)
    return any(inquiry.asked_at is None for inquiry in inquiries)


def ask_due(db: Db, town: Town, now: datetime) -> tuple[int, set[str]]:
    """Ask some of those whose time has come; returns how many were looked at, and the lanes to drain."""
    due = judgements_due(db, now, _AT_ONCE)
    lock_participants(db, [each.participant_id for each in due])
    lanes: set[str] = set()
    for judgement in due:
        judgement.asked_at = now
        db.flush()
        goto = Goto("judge.start", about=f"{judgement.claimed}:{judgement.reference}")
        wanted = partial(_approved, judgement=judgement)
        lane, again_at = approach(db, town, judgement.participant_id, now, goto, wanted)
        if again_at is not None:
            judgement.asked_at, judgement.due_at = None, again_at
        lanes.add(lane)
    return len(due), lanes


def _approved(turn: Turn, judgement: Judgement) -> Approved | None:
    """None where the town no longer says so, or this person may not write."""
    proposal = still_claimed(turn.db, turn.town, judgement.reference, judgement.claimed)
    if proposal is None or turn.participant.blocked_at is not None:
        return None
    return Approved(Template.VERDICT, (turn.words(turn.town.name), proposal.title))
