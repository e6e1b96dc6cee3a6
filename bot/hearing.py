"""One inbound being handled, inside its transaction: whose it is, what the engine makes of it, what is enqueued."""

from collections.abc import Callable, Mapping
from datetime import datetime

import msgspec

from bot.accounts import Served
from bot.bindings import bind, bound_to, forget
from bot.compose import as_letter, below, compose, heard_in, manner_of
from bot.engine import advance
from bot.lanes import Due
from bot.links import followed
from bot.notices import stopped, stopped_everywhere, town_name
from bot.ownership import back_to_bot, is_over, keeps_for_person, reaches_person
from bot.replies import enqueue_reply
from bot.session import dump_session, load_session
from bot.stops import ASKED, BLOCKED, resumes, stop, stop_everywhere
from bot.towns import Towns
from channels.message import Inbound, Kind, Outbound
from flows.keywords import Command, command_in
from flows.participation.links import split
from flows.participation.tenant import Town
from flows.step import Flow
from flows.turn import Deed, Heard, Turn
from storage.database import Db
from storage.keys import Keys
from storage.participants import Address, Participant
from storage.statements import Caller, add_caller, claim, find_caller, save_session


class Circle(msgspec.Struct, frozen=True):
    """What every hearing of a process shares."""

    towns: Towns
    keys: Keys
    owner: str
    """This process, as rows leased to it name it."""
    flows: Mapping[str, Flow]


class Hearing:
    """Made anew for each run: the store may run a turn twice."""

    def __init__(self, circle: Circle, served: Served, inbound: Inbound, now: datetime) -> None:
        self.is_new = False
        self.dues: list[Due] = []
        self.has_queued = False
        self.has_counted = False
        """A press that chose something."""
        self._foreword = ""
        self._circle = circle
        self._served = served
        self._inbound = inbound
        self._now = now

    def hear(self, db: Db) -> "Hearing":
        """The whole turn. An edited message is never a second answer: it is claimed, and silence."""
        if self._claim(db) and self._inbound.kind is not Kind.EDIT:
            self._act(db, self._town(db))
        return self

    def notify(self, db: Db, notice: Callable[[str], str]) -> "Hearing":
        """Instead of a turn: claim the message and say one thing, leaving the session as it was.

        While a person owns the conversation it is theirs to say.
        """
        if self._claim(db):
            town = self._town(db)
            caller = self._caller(db, town)
            if not (caller.is_stopped or keeps_for_person(db, caller, self._inbound, self._now)):
                self._say(db, caller, town, notice)
        return self

    def pass_over(self, db: Db) -> "Hearing":
        """Claim the message and say nothing, where saying sorry broke as well."""
        self._claim(db)
        return self

    def _claim(self, db: Db) -> bool:
        self.is_new = claim(db, self._inbound.address.channel, self._inbound.id, self._now)
        return self.is_new

    def _town(self, db: Db) -> Town:
        """The account's owner; on a shared account the town of the deep link, else the one the address is bound to."""
        owner = self._known(self._served.owner)
        if not self._served.is_shared:
            return owner
        bound = bound_to(db, self._inbound.address.channel, self._hash(owner))
        code = split(followed(self._inbound) or "")[0]
        platform = self._circle.towns.platform
        sharing = platform.on(self._served.channel.name).towns if platform else ()
        for shared in sharing:
            if code and shared.code == code:
                if bound not in ("", shared.id):
                    self._leave(db, owner, bound)
                self._bind(db, owner, shared.id)
                return self._known(shared.id)
        if any(shared.id == bound for shared in sharing):
            return self._known(bound)
        return owner

    def _leave(self, db: Db, owner: Town, tenant_id: str) -> None:
        """Nobody of the town that is left owns a conversation that goes on with another."""
        if (town := self._circle.towns.find(tenant_id)) is not None:
            db.move(town.id)
            caller = find_caller(db, self._inbound.address.channel, self._hash(town))
            if caller is not None and caller.ticket_id is not None:
                back_to_bot(db, caller, town.language, self._now)
            db.move(owner.id)

    def _known(self, tenant_id: str) -> Town:
        town = self._circle.towns.find(tenant_id)
        if town is None:
            raise LookupError(f"{tenant_id} is not served")
        return town

    def _hash(self, town: Town) -> bytes:
        return self._circle.keys.address_hash(town.id, self._inbound.address.channel, self._inbound.address.id)

    def _bind(self, db: Db, owner: Town, tenant_id: str) -> None:
        bind(db, self._inbound.address.channel, self._hash(owner), tenant_id, self._now)

    def _is_nobody(self, db: Db, town: Town) -> bool:
        """Nothing is kept of who only blocks us, as someone who has just refused may."""
        if db.tenant_id != town.id:
            db.move(town.id)
        return find_caller(db, self._inbound.address.channel, self._hash(town)) is None

    def _caller(self, db: Db, town: Town) -> Caller:
        if db.tenant_id != town.id:
            db.move(town.id)
        address, hash = self._inbound.address, self._hash(town)
        caller = find_caller(db, address.channel, hash)
        if caller is None:
            sealed = self._circle.keys.seal(town.id, address.id)
            return add_caller(db, address.channel, hash, sealed, self._served.lane, self._now)
        if caller.lane != self._served.lane:
            db.one(Address, caller.address_id).lane = self._served.lane
        return caller

    def _language(self, caller: Caller, town: Town) -> str:
        guess = self._inbound.language.partition("-")[0]
        return caller.language or (guess if guess in town.languages else town.language)

    def _act(self, db: Db, town: Town) -> None:
        if self._inbound.kind in (Kind.BLOCK, Kind.UNBLOCK) and self._is_nobody(db, town):
            return
        inbound, caller = self._inbound, self._caller(db, town)
        if is_over(caller, inbound):
            self._foreword = back_to_bot(db, caller, self._language(caller, town), self._now)
            caller = caller._replace(ticket_id=None)
        if inbound.kind is Kind.BLOCK:
            stop(db, caller, BLOCKED, self._now)
            return
        command = command_in(inbound.text) if inbound.kind is Kind.TEXT else None
        if command is Command.STOP:
            self._stop(db, caller, town)
            return
        is_return = inbound.kind is Kind.START or command in (Command.RESTART, Command.FORGET)
        if caller.is_stopped and not resumes(db, caller, is_return):
            return
        if inbound.kind is Kind.UNBLOCK or reaches_person(db, caller, inbound, self._now):
            return
        heard = heard_in(inbound)
        if caller.is_stopped and command is Command.RESTART:
            heard = Heard(Deed.START, "")
        self._turn(db, town, caller, heard)

    def _stop(self, db: Db, caller: Caller, town: Town) -> None:
        if caller.is_stopped:
            stop(db, caller, ASKED, self._now)
            return
        shared = self._served.is_shared
        self._say(db, caller, town, stopped_everywhere if shared else lambda language: stopped(town, language))
        stop(db, caller, ASKED, self._now)
        if shared and self._circle.towns.platform:
            every = [self._served.owner, *(shared.id for shared in self._circle.towns.platform.towns)]
            stop_everywhere(db, self._circle.keys, every, self._inbound.address, self._now)

    def _say(self, db: Db, caller: Caller, town: Town, notice: Callable[[str], str]) -> None:
        language = self._language(caller, town)
        title = town_name(town, language) if self._served.is_shared else ""
        self._enqueue(db, caller, Outbound(text=notice(language), title=title, language=language))

    def _turn(self, db: Db, town: Town, caller: Caller, heard: Heard, may_move: bool = True) -> None:
        session, platform = load_session(caller.state), self._circle.towns.platform
        turn = Turn(
            town=town,
            db=db,
            participant_id=caller.participant_id,
            language=self._language(caller, town),
            now=self._now,
            channel=self._inbound.address.channel,
            inbound_id=self._inbound.id,
            page_size=self._served.channel.limits.page_size,
            answers={},
            is_easy=caller.is_easy,
            platform=platform.on(self._served.channel.name) if platform and self._served.is_shared else None,
        )
        said = advance(session, turn, heard, self._circle.flows, manner_of(self._served.channel.limits))
        if said is not None and session.pressed and session.pressed == self._inbound.text:
            self.has_counted = True
        if not turn.has_left:
            save_session(db, caller.participant_id, dump_session(session), self._now)
        if said is not None and said.text:
            speaker = town_name(town, turn.language) if self._served.is_shared else ""
            outbound = compose(below(self._foreword, said), turn.language, self._inbound, speaker)
            self._enqueue(db, caller, outbound, is_farewell=turn.has_left)
        if turn.has_left and self._served.is_shared:
            owner = self._known(self._served.owner)
            db.move(owner.id)
            forget(db, self._inbound.address.channel, self._hash(owner))
        elif turn.moves_to and self._served.is_shared and may_move:
            self._move(db, turn.moves_to, turn.language)

    def _move(self, db: Db, tenant_id: str, language: str) -> None:
        """Bind the address to another town and let that town speak at once, even if it was told to stop before.

        It begins in the language of the conversation that was left; a town asks for one all the same.
        """
        owner, town = self._known(self._served.owner), self._known(tenant_id)
        db.move(owner.id)
        self._bind(db, owner, tenant_id)
        caller = self._caller(db, town)
        if caller.is_stopped:
            resumes(db, caller, is_return=True)
        if language in town.languages and (town is owner or not caller.language):
            caller = caller._replace(language=language)
        if town is owner and caller.language:
            db.one(Participant, caller.participant_id).language = caller.language
            db.flush()
        self._turn(db, town, caller, Heard(Deed.START, ""), may_move=False)

    def _enqueue(self, db: Db, caller: Caller, outbound: Outbound, is_farewell: bool = False) -> None:
        lane, owner = self._served.lane, self._circle.owner
        if self._served.channel.limits.is_slow:
            outbound = as_letter(outbound, self._inbound)
        due = enqueue_reply(db, caller, lane, self._inbound, outbound, owner, self._now, is_farewell=is_farewell)
        if due is None:
            self.has_queued = True
        else:
            self.dues.append(due)
