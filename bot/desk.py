"""The people of the town on the citizen's channel: what they write, that one takes the conversation, that it ends.

Each is enqueued in the transaction of its rule, after the session is locked: what the bot said before stands before it.
"""

from collections.abc import Callable
from datetime import datetime

from bot.compose import below, manner_of
from bot.notices import town_name
from bot.question import Said
from bot.session import dump_session, load_session
from bot.telling import put, spoken, unasked
from bot.walk import Walk
from channels.catalog import CHANNELS
from channels.message import Outbound, Template
from flows import approved, in_person
from flows.catalog import FLOWS
from flows.participation.tenant import Town
from storage.database import Db
from storage.outbox import Purpose
from storage.participants import Address, Participant, Session, live_addresses
from storage.tickets import Ticket

_NOTHING = Said("")


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
        self._turn = unasked(db, town, person, channel, now, owner)

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
        values = (town_name(self._turn.town, self._turn.language), self._ticket.code, words)
        said = spoken(self._turn, below(words, question), Template(approved.Template.PERSON.value, values))
        if not self._may_say(said):
            return ""
        return put(self._db, self._address, said, Purpose.PERSON, self._turn.now)


def live_address(db: Db, ticket: Ticket) -> Address | None:
    """Where it was asked, else the newest address of the citizen that may be sent to."""
    live = live_addresses(db, ticket.participant_id)
    return next((each for each in live if each.channel == ticket.channel), live[0] if live else None)
