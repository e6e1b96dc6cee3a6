"""The people of the town on the citizen's channel: what they write, that one takes the conversation, that it ends.

Each is enqueued in the transaction of its rule, after the session is locked: what the bot said before stands before it.
"""

from datetime import datetime

import msgspec

from bot.compose import below, compose
from bot.notices import town_name
from bot.question import Said
from bot.session import dump_session, load_session
from bot.walk import Walk
from channels.catalog import CHANNELS
from flows.catalog import FLOWS
from flows.participation.platform import Platform
from flows.participation.tenant import Town
from flows.turn import Turn
from storage.database import Db
from storage.outbox import Purpose
from storage.participants import Address, Participant, Session, live_addresses
from storage.statements import enqueue
from storage.tickets import Ticket, TicketState

_NOTHING = Said("")
_encode = msgspec.json.Encoder().encode


class Desk:
    """Where one citizen is told what a rule has done with their ticket.

    Each of its words returns the lane it leaves by, or "" where nothing may be sent: stopped, or gone.
    """

    def __init__(self, db: Db, town: Town, ticket: Ticket, now: datetime) -> None:
        self._db, self._ticket = db, ticket
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
        self._names: dict[str, object] = {"town": town_name(town, self._turn.language), "code": ticket.code}

    def answer(self, text: str, *, is_last: bool = False) -> str:
        """What a person of the town writes."""
        t = self._turn.t
        if self._ticket.state == TicketState.TAKEN:
            return self._say(f"{self._ticket.taken_by or self._names['town']}: {text}")
        if is_last:
            more = t("This closes your message {code}. To write to the town again, write PERSON.", **self._names)
        else:
            more = t("To add something, write {code}.", **self._names)
        return self._say("\n\n".join((t("{town} answers your message {code}:", **self._names), text, more)))

    def taken(self) -> str:
        """From now on a person writes, and the bot is silent."""
        t, name = self._turn.t, self._ticket.taken_by
        if name:
            who = t("From now on {name}, of {town}, writes to you here about {code}.", name=name, **self._names)
        else:
            who = t("From now on a person of {town} writes to you here about {code}.", **self._names)
        meanwhile = t("What you write reaches that person. I stay silent; to talk to me again, write MENU.")
        return self._say(f"{who} {meanwhile}")

    def handed_back(self, *, is_overdue: bool = False) -> str:
        """The bot speaks again: it asks what it had asked."""
        t = self._turn.t
        parts = [t("You are talking to me again, the automatic service.")]
        if self._ticket.state == TicketState.CLOSED:
            parts.append(t("Your message {code} is closed. To write to the town again, write PERSON.", **self._names))
        elif is_overdue:
            parts.append(t("Nobody has written to you for a day. Your message {code} stays open.", **self._names))
        else:
            parts.append(t("Your message {code} stays open with the town.", **self._names))
        question = self._question()
        menu = "" if question.text else t("To see what you can do, write MENU.")
        return self._say(" ".join((*parts, menu)).strip(), question)

    def closed(self) -> str:
        """The matter is done, and nobody owned the conversation."""
        t = self._turn.t
        return self._say(t("Your message {code} is closed. To write to the town again, write PERSON.", **self._names))

    def _question(self) -> Said:
        """The question that was open when the person took over, as it was."""
        row = self._db.one(Session, self._ticket.participant_id)
        session = load_session(row.state)
        if session.frame is None:
            return _NOTHING
        session.shown = 0
        walk = Walk(session, self._turn, FLOWS)
        question = walk.run(walk.step())
        row.state = dump_session(session)
        return question

    def _say(self, words: str, question: Said = _NOTHING) -> str:
        if self._address is None:
            return ""
        language, to = self._turn.language, self._address
        speaker = str(self._names["town"]) if self._turn.platform is not None else ""
        content = _encode(compose(below(words, question), language, None, speaker)).decode()
        person_id, now = self._ticket.participant_id, self._turn.now
        enqueue(self._db, person_id, to.lane, to.channel, to.sealed, Purpose.PERSON, content, now)
        return to.lane


def live_address(db: Db, ticket: Ticket) -> Address | None:
    """Where it was asked, else the newest address of the citizen that may be sent to."""
    live = live_addresses(db, ticket.participant_id)
    return next((each for each in live if each.channel == ticket.channel), live[0] if live else None)
