"""From a waiting recipient to a message in the outbox, about a second before it leaves: consent, audience and address
are read again, the words are made, and whoever is not to have it ends in a state with a name."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec
from sqlalchemy import ColumnElement
from sqlmodel import col, exists, select

from bot.audience import Reading
from bot.freezing import broadcast_of
from bot.log import log_of
from bot.silence import is_silent
from bot.telling import rendered, unasked
from bot.trouble import is_trouble
from flows.announced import Unrendered, is_personal
from flows.participation.broadcast import Audience
from flows.participation.preferences import held_until
from flows.participation.tenant import Town
from storage.broadcasts import Occurrence, Recipient, RecipientState
from storage.database import Db
from storage.digests import Preference, preferences_among
from storage.opt_ins import opt_ins_among
from storage.participants import Address, Participant, Session
from storage.statements import enqueue_broadcast

_encode = msgspec.json.Encoder().encode
_log = log_of(__name__)


class Feed:
    """One turn's work for one run on one lane."""

    def __init__(self, db: Db, town: Town, run: Occurrence, now: datetime) -> None:
        self._db, self._town, self._run, self._now = db, town, run, now
        self._broadcast = broadcast_of(run)
        self._preferences: Mapping[tuple[int, str], Preference] = {}
        self._made: dict[tuple[str, bool, str, bool], str] = {}

    def feed(self, lane: str, room: int) -> int:
        """Put at most so many messages into the outbox; returns how many recipients were looked at."""
        return self._enqueue(self._waiting(col(Recipient.lane) == lane, room))

    def reroute(self, lanes: Sequence[str], room: int) -> int:
        """Those who wait for a lane that is not served, or is down while it is urgent: by the next, if there is one."""
        return self._enqueue(self._waiting(col(Recipient.lane).not_in(lanes), room), lanes)

    def _waiting(self, condition: ColumnElement[bool], room: int) -> Sequence[Recipient]:
        is_owned = exists().where(
            col(Session.tenant_id) == self._db.tenant_id,
            col(Session.participant_id) == col(Recipient.participant_id),
            col(Session.ticket_id).is_not(None),
        )
        query = (
            select(Recipient)
            .where(
                col(Recipient.occurrence_id) == self._run.id,
                col(Recipient.state) == RecipientState.WAITING,
                col(Recipient.ended_at).is_(None),
                condition,
                ~is_owned,
            )
            .order_by(col(Recipient.lane), col(Recipient.participant_id))
            .limit(room)
        )
        return self._db.all(query.with_for_update(skip_locked=True, of=Recipient))

    def _enqueue(self, waiting: Sequence[Recipient], lanes: Sequence[str] | None = None) -> int:
        if not waiting:
            return 0
        ids = [each.participant_id for each in waiting]
        people = {each.id: each for each in self._db.all(select(Participant).where(col(Participant.id).in_(ids)))}
        addresses = self._addresses(ids)
        wanted = defaultdict(set)
        for said in opt_ins_among(self._db, ids, self._run.topic):
            if said.is_in:
                wanted[said.participant_id].add(said.channel)
        still, self._preferences = self._still(ids), preferences_among(self._db, ids)
        for recipient in waiting:
            person = people.get(recipient.participant_id)
            channels = wanted[recipient.participant_id]
            if person is None or not channels:
                self._end(recipient, RecipientState.OPTED_OUT)
            elif person.id not in still:
                self._end(recipient, RecipientState.MOOT)
            else:
                theirs = [each for each in addresses[person.id] if each.channel in channels]
                self._send_or_reroute(recipient, person, theirs, lanes)
        return len(waiting)

    def _send_or_reroute(
        self, recipient: Recipient, person: Participant, addresses: Sequence[Address], lanes: Sequence[str] | None
    ) -> None:
        untried = [each for each in addresses if each.channel not in recipient.tried.split()]
        here = next((each for each in untried if each.lane == recipient.lane), None)
        if here is not None and lanes is None:
            self._send(recipient, person, here)
        elif other := next((each for each in untried if lanes is None or each.lane in lanes), None):
            recipient.lane = other.lane
        elif here is None:
            self._end(recipient, RecipientState.UNDELIVERED if recipient.tried else RecipientState.NO_CHANNEL)

    def _send(self, recipient: Recipient, person: Participant, address: Address) -> None:
        try:
            content = self._content(person, address)
        except Unrendered as why:
            self._end(recipient, RecipientState.UNRENDERED, str(why))
            return
        except Exception as bug:
            if is_trouble(bug):
                raise
            _log.exception("cannot be rendered", tenant=self._db.tenant_id, occurrence=self._run.id)
            self._end(recipient, RecipientState.UNRENDERED, f"bug: {type(bug).__name__}")
            return
        chosen = None if self._broadcast.is_urgent else self._preferences.get((person.id, address.channel))
        due_at = held_until(chosen, self._town, self._now)
        if due_at >= self._run.expires_at:
            self._end(recipient, RecipientState.EXPIRED)
            return
        recipient.message_id = enqueue_broadcast(
            self._db, self._run.id, person.id, address.lane, address.channel, address.sealed, content, due_at
        )
        recipient.state, recipient.changed_at = RecipientState.ENQUEUED, self._now

    def _content(self, person: Participant, address: Address) -> str:
        """Made once for all who read the same words."""
        language = person.language or self._town.language
        is_shared = address.lane.partition(":")[2] != self._town.id
        alike = (language, person.is_easy, address.channel, is_shared)
        if (made := self._made.get(alike)) is not None:
            return made
        turn = unasked(self._db, self._town, person, address.channel, self._now)
        content = _encode(
            rendered(turn, self._broadcast, person.public_name, self._run.id, is_shared=is_shared)
        ).decode()
        if not is_personal(self._broadcast):
            self._made[alike] = content
        return content

    def _addresses(self, people: Sequence[int]) -> Mapping[int, list[Address]]:
        """Where each may be sent to, those they wrote from last first; whoever is forgotten meanwhile waits."""
        query = select(Address).where(
            col(Address.participant_id).in_(people),
            col(Address.stopped_at).is_(None),
            col(Address.doubted_at).is_(None),
        )
        found: dict[int, list[Address]] = defaultdict(list)
        for address in self._db.all(query.with_for_update(read=True, key_share=True)):
            if not is_silent(address, self._now):
                found[address.participant_id].append(address)
        for theirs in found.values():
            theirs.sort(key=lambda each: (each.heard_at is not None, each.heard_at, each.id), reverse=True)
        return found

    def _still(self, people: Sequence[int]) -> set[int]:
        if self._broadcast.audience == Audience():
            return set(people)
        return set(self._db.all(Reading(self._db, self._town, self._broadcast, self._now).still(people)))

    def _end(self, recipient: Recipient, state: RecipientState, reason: str = "") -> None:
        recipient.state, recipient.reason = state, reason or recipient.reason
        recipient.changed_at = recipient.ended_at = self._now
