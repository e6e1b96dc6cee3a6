"""A question that nobody asked for: put while the conversation rests, and answered like any other."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from bot.compose import manner_of
from bot.question import Said
from bot.session import dump_session, load_session
from bot.telling import doubt, put, reach_of, spoken, template_of, unasked
from bot.walk import Walk
from channels.catalog import CHANNELS
from flows.approved import Approved
from flows.catalog import FLOWS
from flows.participation.preferences import held_until
from flows.participation.tenant import Town
from flows.step import Goto
from flows.turn import Turn
from storage.database import Db
from storage.outbox import Purpose
from storage.participants import Session, lock_participants

_RESTS = timedelta(minutes=10)
"""Since the person's last word."""


class Approached(NamedTuple):
    """The lane by which it leaves, "" where they are not asked; when to try again, where it is no moment for it."""

    lane: str = ""
    again_at: datetime | None = None


def approach(
    db: Db, town: Town, participant_id: int, now: datetime, goto: Goto, wanted: Callable[[Turn], Approved | None]
) -> Approached:
    """Ask somebody this, if it is `wanted` by how things stand now, which gives what says it where free words are not
    taken. The question that they were at waits behind it.

    Not while they write, while a person of the town writes with them, or in their quiet hours.
    """
    lock_participants(db, [participant_id])
    reach, place = reach_of(db, town, participant_id, now, Purpose.UPDATE), db.find(Session, participant_id)
    if reach is None or place is None:
        return Approached()
    if (held := held_until(reach.preference, town, now)) > now:
        return Approached(again_at=held)
    if place.ticket_id is not None or now - place.updated_at < _RESTS:
        return Approached(again_at=now + _RESTS)
    owner = reach.address.lane.partition(":")[2]
    turn = unasked(db, town, reach.person, reach.address.channel, now, owner)
    approved = wanted(turn)
    if approved is None:
        return Approached()
    if reach.is_silent:
        return Approached(doubt(db, town, reach, Purpose.UPDATE, now))
    session = load_session(place.state)
    session.shown = session.wrong = 0
    said = Walk(session, turn, FLOWS, manner_of(CHANNELS[turn.channel].limits)).run(goto)
    place.state = dump_session(session)
    outbound = spoken(turn, _with_way_out(turn, said), template_of(town, turn.language, approved))
    return Approached(put(db, reach.address, outbound, Purpose.UPDATE, now))


def _with_way_out(turn: Turn, said: Said) -> Said:
    if CHANNELS[turn.channel].limits.is_slow:
        return said
    return said._replace(text="\n".join((said.text, turn.t("To get no more messages, write STOP."))))
