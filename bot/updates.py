"""What followers are told: happenings drained into outbox rows, each once, in the transaction that marks it told."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlmodel import col, select

from bot.log import log_of
from bot.notices import town_name
from bot.outbox import DRAIN
from bot.telling import News, tell
from bot.towns import Towns
from bot.verdicts import is_verdict, tell_verdict
from bot.wakes import Wakes
from flows.card import state
from flows.participation.tenant import Town
from flows.turn import Turn
from storage.database import Db, Store
from storage.follows import Follow
from storage.happenings import Happening
from storage.proposals import Proposal, proposal_of_reference

TELL = "tell"
"""The kind of wake whose key is a tenant."""

_AT_ONCE = 20

_log = log_of(__name__)


class Updates:
    """Tells the author and the followers of a proposal that the town answered it."""

    def __init__(self, store: Store, towns: Towns, wakes: Wakes, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._towns = towns
        self._wakes = wakes
        self._clock = clock
        wakes.handler(TELL, self.drain)

    async def sweep(self) -> None:
        """Wake every tenant that has something to tell."""
        for tenant_id in await self._store.no_tenant(_tenants_with_untold):
            self._wakes.wake(TELL, tenant_id)

    async def drain(self, tenant_id: str) -> None:
        """Tell what has happened in a tenant and has not been told."""
        town, now = self._towns.find(tenant_id), self._clock()
        if town is None:
            return
        count = _AT_ONCE
        while count == _AT_ONCE:
            count, lanes = await self._store.turn(tenant_id, "", lambda db: _tell(db, town, now))
            for lane in lanes:
                self._wakes.wake(DRAIN, lane)


def _tenants_with_untold(db: Db) -> Sequence[str]:
    return db.all(select(Happening.tenant_id).where(col(Happening.told_at).is_(None)).distinct())


def _tell(db: Db, town: Town, now: datetime) -> tuple[int, set[str]]:
    query = select(Happening).where(col(Happening.told_at).is_(None)).order_by(col(Happening.id)).limit(_AT_ONCE)
    untold = db.all(query.with_for_update(skip_locked=True))
    lanes: set[str] = set()
    for happening in untold:
        if happening.kind == "proposal_answered":
            reference = happening.subject.partition(":")[2]
            if (proposal := proposal_of_reference(db, reference)) is not None:
                lanes |= _tell_answer(db, town, proposal, happening.subject, now)
        elif is_verdict(happening.kind):
            lanes |= {tell_verdict(db, town, happening.kind, happening.subject, now)} - {""}
        happening.told_at = now
    return len(untold), lanes


def _tell_answer(db: Db, town: Town, proposal: Proposal, subject: str, now: datetime) -> set[str]:
    followers = db.all(select(Follow.participant_id).where(Follow.subject == subject))
    lanes: set[str] = set()
    for participant_id in sorted({*followers, *([proposal.author_id] if proposal.author_id else ())}):
        lanes.add(tell(db, town, participant_id, now, lambda turn: _answer(turn, proposal)))
    return lanes - {""}


def _answer(turn: Turn, proposal: Proposal) -> News:
    town = town_name(turn.town, turn.language)
    values = {"town": town, "title": proposal.title, "reference": proposal.reference, "state": state(turn, proposal)}
    if proposal.author_id == turn.participant_id:
        news = turn.t("{town} has answered your proposal “{title}” ({reference}). It is {state}.", **values)
    else:
        news = turn.t("{town} has answered a proposal you follow, “{title}” ({reference}). It is {state}.", **values)
    return News((news, turn.words(proposal.answer)))
