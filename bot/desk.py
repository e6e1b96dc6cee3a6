"""The people of the town on the citizen's channel: what they write, that one takes the conversation, that it ends.

Each is enqueued in the transaction of its rule, after the session is locked: what the bot said before stands before it.
"""

from collections.abc import Callable
from datetime import datetime

import msgspec
from msgspec import structs

from bot.compose import as_letter, below, compose, manner_of
from bot.notices import town_name
from bot.question import Said
from bot.session import dump_session, load_session
from bot.walk import Walk
from channels.catalog import CHANNELS
from channels.message import Outbound, Template
from flows import approved, in_person
from flows.catalog import FLOWS
from flows.participation.platform import Platform
from flows.participation.tenant import Town
from flows.turn import Turn
from storage.database import Db
from storage.outbox import Purpose
from storage.participants import Address, Participant, Session, live_addresses
from storage.statements import enqueue
from storage.tickets import Ticket

_NOTHING = Said("")
_encode = msgspec.json.Encoder().encode


def _anything(_said: Outbound) -> bool:
    return True


class Desk:
    """Where one citizen is told what a rule has done with their ticket.

    Each of its words returns the lane it leaves by, or "" where nothing may be sent: stopped, gone, or not `may_say`.
    """

    def __init__(
        self, db: Db, town: Town, ticket: Ticket, now: datetime, may_say: Callable[[Outbound], bool] = _anything
    ) -> None:
        self._db, self._ticket, self._may_say = db, ticket, may_say
        self._address = live_address(db, ticket)
        channel = self._address.channel if self._address else ticket.channel
        owner = self._address.lane.partition(":")[2] if self._address else town.id
        person = db.one(Participant, ticket.participant_id)
        self._turn = Turn(
            town=town,
            db=db,
            participant_id=person.id,
            language=person.language or town.language,
            now=now,
            channel=channel,
            inbound_id="",
            page_size=CHANNELS[channel].limits.page_size,
            answers={},
            is_easy=person.is_easy,
            platform=Platform(owner, ()) if owner != town.id else None,
        )

    def answer(self, text: str, *, is_last: bool = False) -> str:
        """What a person of the town writes."""
        return self._say(in_person.answer(self._turn, self._ticket, text, is_last=is_last))

    def taken(self) -> str:
        """From now on a person writes, and the bot is silent."""
        return self._say(in_person.taken(self._turn, self._ticket))

    def handed_back(self, *, is_overdue: bool = False) -> str:
        """The bot speaks again: it asks what it had asked."""
        question = self._question()
        is_asked = bool(question.text)
        words = in_person.handed_back(self._turn, self._ticket, is_overdue=is_overdue, is_asked=is_asked)
        return self._say(words, question)

    def closed(self) -> str:
        """The matter is done, and nobody owned the conversation."""
        return self._say(in_person.closed(self._turn, self._ticket))

    def _question(self) -> Said:
        """The question that was open when the person took over, as it was."""
        row = self._db.one(Session, self._ticket.participant_id)
        session = load_session(row.state)
        if session.frame is None:
            return _NOTHING
        session.shown = 0
        walk = Walk(session, self._turn, FLOWS, manner_of(CHANNELS[self._turn.channel].limits))
        question = walk.run(walk.step())
        row.state = dump_session(session)
        return question

    def _say(self, words: str, question: Said = _NOTHING) -> str:
        if self._address is None:
            return ""
        language, to = self._turn.language, self._address
        speaker = town_name(self._turn.town, language) if self._turn.platform is not None else ""
        said = compose(below(words, question), language, None, speaker)
        if CHANNELS[self._turn.channel].limits.is_slow:
            said = as_letter(said)
        values = (town_name(self._turn.town, language), self._ticket.code, words)
        said = structs.replace(said, template=Template(approved.Template.PERSON.value, values))
        if not self._may_say(said):
            return ""
        content = _encode(said).decode()
        person_id, now = self._ticket.participant_id, self._turn.now
        enqueue(self._db, person_id, to.lane, to.channel, to.sealed, Purpose.PERSON, content, now)
        return to.lane


def live_address(db: Db, ticket: Ticket) -> Address | None:
    """Where it was asked, else the newest address of the citizen that may be sent to."""
    live = live_addresses(db, ticket.participant_id)
    return next((each for each in live if each.channel == ticket.channel), live[0] if live else None)
