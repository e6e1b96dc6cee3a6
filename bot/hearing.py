"""One inbound being handled, inside its transaction: whose it is, what the engine makes of it, what is enqueued."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from bot.accounts import Served
from bot.bindings import forget_everywhere
from bot.callers import Callers, Circle
from bot.compose import as_letter, below, compose, heard_in, manner_of
from bot.engine import advance
from bot.lanes import Due
from bot.letters import post
from bot.notices import explained, stopped, stopped_everywhere, town_name
from bot.ownership import back_to_bot, is_over, keeps_for_person, reaches_person
from bot.proof import answered
from bot.reaches import reaches_of
from bot.replies import enqueue_reply
from bot.session import adopt, dump_session, load_session
from bot.silence import Answer, answer_of, doubt, question, trust
from bot.stops import ASKED, BLOCKED, has_others, resumes, stop, stop_all, stop_everywhere
from channels.message import Inbound, Kind, Outbound, Unclear
from flows.catalog import CODE_THERE, NOT_ME
from flows.keywords import Command, command_in
from flows.participation.pairing import is_expected
from flows.participation.tenant import Town
from flows.turn import Deed, Heard, Turn
from storage.callers import Caller
from storage.database import Db
from storage.participants import Participant
from storage.statements import claim, save_session


class Hearing:
    """Made anew for each run: the store may run a turn twice."""

    def __init__(self, circle: Circle, served: Served, inbound: Inbound, now: datetime) -> None:
        self.is_new = False
        self.dues: list[Due] = []
        self.has_queued = False
        self.lanes: set[str] = set()
        """Of what is said to other addresses."""
        self.has_counted = False
        """A press that chose something."""
        self._foreword = ""
        self._circle = circle
        self._served = served
        self._inbound = inbound
        self._now = now
        self._callers = Callers(circle, served, inbound, now)

    def hear(self, db: Db) -> "Hearing":
        """The whole turn. An edited message is never a second answer: it is claimed, and silence."""
        if self._claim(db) and self._inbound.kind is not Kind.EDIT:
            town = self._recognize(db)
            if self._inbound.is_proved and self._inbound.kind is not Kind.UNCLEAR:
                self._act(db, town)
            else:
                self._explain(db, town)
        return self

    def notify(self, db: Db, notice: Callable[[str], str]) -> "Hearing":
        """Instead of a turn: claim the message and say one thing, leaving the session as it was.

        While a person owns the conversation it is theirs to say.
        """
        if self._claim(db):
            town = self._recognize(db)
            if not self._inbound.is_proved:
                return self
            caller = self._callers.caller(db, town)
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

    def _recognize(self, db: Db) -> Town:
        """The town; and the inbound is from now on that of whom it is proved to come from."""
        if not self._inbound.answers:
            return self._callers.town(db)
        speakers = self._circle.towns.speakers(self._served)
        self._inbound = answered(db, self._inbound, speakers, self._served.lane)
        self._callers = Callers(self._circle, self._served, self._inbound, self._now)
        return self._callers.town(db)

    def _explain(self, db: Db, town: Town) -> None:
        """Why nothing is done with what came: said once a day to each address, for each reason."""
        if db.tenant_id != town.id:
            db.move(town.id)
        inbound, day = self._inbound, self._now.astimezone(town.zone).date()
        reason = Unclear(inbound.text) if inbound.kind is Kind.UNCLEAR else Unclear.UNPROVED
        name = f"unclear:{reason}:{day}:{self._callers.hash(town).hex()[:32]}"
        if not claim(db, inbound.address.channel, name, self._now):
            return
        caller = self._callers.caller(db, town)
        if caller.is_stopped and not (inbound.is_proved and resumes(db, caller, is_return=False)):
            return
        is_slow = self._served.channel.limits.is_slow
        self._say(db, caller, town, lambda language: explained(reason, language, is_letter=is_slow))

    def _language(self, caller: Caller, town: Town) -> str:
        guess = self._inbound.language.partition("-")[0]
        return caller.language or (guess if guess in town.languages else town.language)

    def _act(self, db: Db, town: Town) -> None:
        if self._inbound.kind in (Kind.BLOCK, Kind.UNBLOCK) and self._callers.is_nobody(db, town):
            return
        inbound, caller = self._inbound, self._callers.caller(db, town)
        if is_over(caller, inbound):
            self._foreword = back_to_bot(db, caller, self._language(caller, town), self._now)
            caller = caller._replace(ticket_id=None)
        if inbound.kind is Kind.BLOCK:
            stop(db, caller, BLOCKED, self._now)
            return
        command = command_in(inbound.text) if inbound.kind is Kind.TEXT else None
        is_stop = command in (Command.STOP, Command.STOP_ALL)
        if inbound.is_answered and not is_stop:
            resumes(db, caller, is_return=command is Command.RESTART)
            return
        if is_stop:
            self._stop(db, caller, town, is_all=command is Command.STOP_ALL)
            return
        is_return = inbound.kind is Kind.START or command in (Command.RESTART, Command.FORGET, Command.NOT_ME)
        if caller.is_stopped and not resumes(db, caller, is_return):
            return
        if inbound.kind is Kind.UNBLOCK:
            return
        answer = answer_of(caller, inbound, self._now)
        if answer is Answer.ASKED:
            self._ask_again(db, caller, town)
        elif answer is not Answer.CLEAR or not reaches_person(db, caller, inbound, self._now):
            self._turn(db, town, caller, self._heard(db, caller, command, answer))

    def _heard(self, db: Db, caller: Caller, command: Command | None, answer: Answer) -> Heard:
        if answer is Answer.OTHER:
            return Heard(Deed.GO, NOT_ME)
        if answer is Answer.SAME:
            trust(db, caller.address_id, self._now)
            return Heard(Deed.START, "")
        if caller.is_stopped and command is Command.RESTART:
            return Heard(Deed.START, "")
        if self._inbound.kind is Kind.TEXT and is_expected(db, caller.address_id, self._inbound.text, self._now):
            return Heard(Deed.GO, f"{CODE_THERE}|{self._inbound.text}")
        return heard_in(self._inbound)

    def _ask_again(self, db: Db, caller: Caller, town: Town) -> None:
        """Nothing is shown or done before who writes has said that they are still the same."""
        doubt(db, caller.address_id, self._now)
        language = self._language(caller, town)
        self._enqueue(db, caller, question(language, town_name(town, language), self._served.is_shared))

    def _stop(self, db: Db, caller: Caller, town: Town, is_all: bool) -> None:
        shared, has_more = self._served.is_shared, has_others(db, caller)
        if is_all:
            stop_all(db, caller, self._now)
        if caller.is_stopped and not (is_all and has_more):
            stop(db, caller, ASKED, self._now)
            return
        if not self._inbound.is_answered:
            words = stopped_everywhere if shared else stopped
            self._say(db, caller, town, partial(words, town, is_all or not has_more))
        stop(db, caller, ASKED, self._now)
        if shared:
            every = self._circle.towns.speakers(self._served)
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
            address_id=caller.address_id,
            reaches=reaches_of(self._circle.towns, town.id),
        )
        said = advance(session, turn, heard, self._circle.flows, manner_of(self._served.channel.limits))
        if said is not None and session.pressed and session.pressed == self._inbound.text:
            self.has_counted = True
        caller = caller._replace(participant_id=turn.participant_id)
        if turn.other_state:
            adopt(session, load_session(turn.other_state))
        if not (turn.has_left or turn.begins_anew):
            save_session(db, turn.participant_id, dump_session(session), self._now)
        self.lanes |= {*post(turn)}
        if turn.begins_anew:
            self._foreword = said.text if said is not None else ""
            self._turn(db, town, self._callers.caller(db, town), Heard(Deed.START, ""))
            return
        if said is not None and said.text:
            speaker = town_name(town, turn.language) if self._served.is_shared else ""
            outbound = compose(below(self._foreword, said), turn.language, self._inbound, speaker)
            self._enqueue(db, caller, outbound, is_farewell=turn.has_left or turn.leaves_no_trace)
        if turn.has_left and platform:
            here = self._inbound.address if self._served.is_shared else None
            forget_everywhere(db, platform.id, town.id, turn.left_addresses, here)
        elif turn.moves_to and self._served.is_shared and may_move:
            self._move(db, turn.moves_to, turn.language)

    def _move(self, db: Db, tenant_id: str, language: str) -> None:
        """Bind the address to another town and let that town speak at once, even if it was told to stop before.

        It begins in the language of the conversation that was left; a town asks for one all the same.
        """
        owner, town = self._callers.known(self._served.owner), self._callers.known(tenant_id)
        db.move(owner.id)
        self._callers.bind(db, owner, tenant_id)
        caller = self._callers.caller(db, town)
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
