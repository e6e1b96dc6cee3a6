"""Whose message it is: the town it is for among those that the account speaks for, and who writes."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from msgspec import Struct

from bot.accounts import Served
from bot.bindings import bind, bound_to
from bot.links import followed
from bot.ownership import back_to_bot
from bot.towns import Towns
from bot.twins import twin_of_number
from channels.message import Inbound, Kind
from flows.participation.links import split
from flows.participation.pairing import code_in, lock_both
from flows.participation.tenant import Town
from flows.step import Flow
from storage.callers import Caller, add_caller, find_caller, hear_address
from storage.database import Db
from storage.keys import Keys
from storage.participants import Address

_HEARD_EVERY = timedelta(minutes=10)


class Circle(Struct, frozen=True):
    """What every hearing of a process shares."""

    towns: Towns
    keys: Keys
    owner: str
    """This process, as rows leased to it name it."""
    flows: Mapping[str, Flow]


class Callers:
    """One message's town and caller, each in the turn of its own tenant."""

    def __init__(self, circle: Circle, served: Served, inbound: Inbound, now: datetime) -> None:
        self._circle = circle
        self._served = served
        self._inbound = inbound
        self._now = now

    def town(self, db: Db) -> Town:
        """The account's owner; on a shared account the town of the deep link, else the one whose message is answered,
        where the turn is then, else the one the address is bound to.
        """
        if self._inbound.answers and followed(self._inbound) is None:
            return self.known(db.tenant_id)
        owner = self.known(self._served.owner)
        if db.tenant_id != owner.id:
            db.move(owner.id)
        if not self._served.is_shared:
            return owner
        bound = bound_to(db, self._inbound.address.channel, self.hash(owner))
        code = split(followed(self._inbound) or "")[0]
        sharing = self._circle.towns.sharing(self._served)
        for shared in sharing:
            if code and shared.code == code:
                if bound not in ("", shared.id):
                    self._leave(db, owner, bound)
                self.bind(db, owner, shared.id)
                return self.known(shared.id)
        if any(shared.id == bound for shared in sharing):
            return self.known(bound)
        return owner

    def known(self, tenant_id: str) -> Town:
        """A town that is served."""
        town = self._circle.towns.find(tenant_id)
        if town is None:
            raise LookupError(f"{tenant_id} is not served")
        return town

    def hash(self, town: Town, id: str = "") -> bytes:
        """What the address is found by in a town, or another `id` on its channel."""
        address = self._inbound.address
        return self._circle.keys.address_hash(town.id, address.channel, id or address.id)

    def bind(self, db: Db, owner: Town, tenant_id: str) -> None:
        """From now on this town."""
        bind(db, self._inbound.address.channel, self.hash(owner), tenant_id, self._now)

    def is_nobody(self, db: Db, town: Town) -> bool:
        """Nothing is kept of who only blocks us, as someone who has just refused may."""
        if db.tenant_id != town.id:
            db.move(town.id)
        return find_caller(db, self._inbound.address.channel, self.hash(town)) is None

    def caller(self, db: Db, town: Town) -> Caller:
        """Who writes, made known where they are not. What is not proved changes nothing of who is known."""
        if db.tenant_id != town.id:
            db.move(town.id)
        if self._inbound.kind is Kind.TEXT and code_in(self._inbound.text):
            lock_both(db, self._inbound.address.channel, self.hash(town), self._now)
        caller = find_caller(db, self._inbound.address.channel, self.hash(town))
        if not self._inbound.is_proved:
            return caller or self._add(db, town)
        if caller is None:
            caller = self._relative(db, town) or self._add(db, town)
        elif caller.lane != self._served.lane:
            db.one(Address, caller.address_id).lane = self._served.lane
        if caller.heard_at is None or self._now - caller.heard_at >= _HEARD_EVERY:
            hear_address(db, caller.address_id, self._now)
            self._keep_other_id(db, town, caller)
        return caller

    def _add(self, db: Db, town: Town) -> Caller:
        inbound, sealed = self._inbound, db.seal(self._inbound.address.id)
        lane, is_proved = self._served.lane, inbound.is_proved
        caller = add_caller(db, inbound.address.channel, self.hash(town), sealed, lane, self._now, is_proved=is_proved)
        if is_proved:
            self._keep_other_id(db, town, caller)
        return caller

    def _relative(self, db: Db, town: Town) -> Caller | None:
        """Somebody known by the other id of two that their provider tells, or on the other channel of the same number.

        They have been silent for as long as that one: a number may have changed hands meanwhile.
        """
        (channel, id), other = (self._inbound.address.channel, self._inbound.address.id), self._inbound.also
        caller = find_caller(db, channel, self.hash(town, other)) if other else None
        caller = caller or twin_of_number(db, channel, (id, other))
        if caller is None:
            return None
        sealed = db.seal(self._inbound.address.id)
        address = self._address(caller, self.hash(town), sealed)
        db.add(address)
        return caller._replace(address_id=address.id, sealed=sealed, lane=self._served.lane, is_stopped=False)

    def _keep_other_id(self, db: Db, town: Town, caller: Caller) -> None:
        """Both ids are the same person from now on, unless the other is somebody's already."""
        other = self._inbound.also
        if other and find_caller(db, self._inbound.address.channel, hash := self.hash(town, other)) is None:
            db.add(self._address(caller, hash, db.seal(other)))

    def _address(self, caller: Caller, hash: bytes, sealed: bytes) -> Address:
        return Address(
            participant_id=caller.participant_id,
            channel=self._inbound.address.channel,
            hash=hash,
            sealed=sealed,
            lane=self._served.lane,
            heard_at=self._now,
            proved_at=self._now,
        )

    def _leave(self, db: Db, owner: Town, tenant_id: str) -> None:
        """Nobody of the town that is left owns a conversation that goes on with another."""
        if (town := self._circle.towns.find(tenant_id)) is not None:
            db.move(town.id)
            caller = find_caller(db, self._inbound.address.channel, self.hash(town))
            if caller is not None and caller.ticket_id is not None:
                back_to_bot(db, caller, town.language, self._now)
            db.move(owner.id)
