"""News for one person, unasked: in their language, to the address they wrote from last, if they still want any."""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import NamedTuple

import msgspec
from msgspec import structs
from sqlmodel import col, select

from bot.compose import as_letter, compose
from bot.links import LINK
from bot.notices import channel_words, town_name
from bot.question import Said
from bot.silence import is_silent, question
from channels.catalog import CHANNELS
from channels.message import NO_NUMBER, Choice, Enclosed, Outbound, Template
from flows import approved
from flows.announced import announced, template_values
from flows.approved import Approved
from flows.news import News
from flows.participation.broadcast import Broadcast
from flows.participation.platform import Platform
from flows.participation.preferences import chosen_by, held_until
from flows.participation.tenant import Town
from flows.participation.trial import is_of_team, is_on_trial, left_today
from flows.turn import Turn
from storage.database import Db
from storage.digests import Pace, Preference
from storage.outbox import Purpose
from storage.participants import Address, Participant, address_of
from storage.statements import enqueue

_encode = msgspec.json.Encoder().encode


def tell(
    db: Db,
    town: Town,
    participant_id: int,
    now: datetime,
    news: Callable[[Turn], News | None],
    purpose: Purpose = Purpose.UPDATE,
) -> str:
    """Queue news for a person; returns the lane, or "" for who is gone, has stopped or wants none,
    and where there is none for this person.

    A notice is for whoever has not stopped. What comes with something to do is not for who is blocked. After a year of
    silence it is only asked, once, whether they are still there.
    """
    reach = reach_of(db, town, participant_id, now, purpose)
    return tell_at(db, town, reach, now, news, purpose) if reach is not None else ""


class Reach(NamedTuple):
    """Where somebody is told something now, and what they have chosen there."""

    person: Participant
    address: Address
    preference: Preference | None
    is_shared: bool
    """By an account of the platform."""
    is_silent: bool
    """For a year: all that is asked is whether they are still there."""


def tell_at(
    db: Db,
    town: Town,
    reach: Reach,
    now: datetime,
    news: Callable[[Turn], News | None],
    purpose: Purpose = Purpose.UPDATE,
) -> str:
    """As `tell`, where they are reached."""
    turn = unasked(db, town, reach.person, reach.address.channel, now)
    told = news(turn)
    if told is None:
        return ""
    if reach.is_silent:
        return doubt(db, town, reach, purpose, now)
    if told.code and reach.person.blocked_at is not None:
        return ""
    outbound = composed(turn, told, template_of(town, turn.language, told.approved), is_shared=reach.is_shared)
    due_at = now if purpose is Purpose.NOTICE else held_until(reach.preference, town, now)
    return put(db, reach.address, outbound, purpose, due_at)


def reach_of(db: Db, town: Town, participant_id: int, now: datetime, purpose: Purpose) -> Reach | None:
    """Where this person is told something; None for who is gone, has stopped, wants none or may not be written to.

    What is no decision about them never goes where they have chosen to hear nothing.
    """
    person = db.find(Participant, participant_id)
    chosen = chosen_by(db, participant_id) if person is not None and purpose is not Purpose.NOTICE else {}
    never = [channel for channel in chosen if chosen[channel].pace is Pace.NEVER]
    address = _live_address(db, participant_id, never) if person is not None else None
    if person is None or address is None or address.doubted_at is not None:
        return None
    if person.wants_updates is False and purpose is not Purpose.NOTICE:
        return None
    if purpose is Purpose.UPDATE and is_on_trial(db, town) and not _may_reach(db, town, person, now):
        return None
    is_shared = address.lane.partition(":")[2] != town.id
    return Reach(person, address, chosen.get(address.channel), is_shared, is_silent(address, now))


def doubt(db: Db, town: Town, reach: Reach, purpose: Purpose, now: datetime) -> str:
    """Ask, once, whether they are still there; returns the lane."""
    reach.address.doubted_at = now
    language = reach.person.language or town.language
    return put(db, reach.address, question(language, town_name(town, language), reach.is_shared), purpose, now)


def unasked(db: Db, town: Town, person: Participant, channel: str, now: datetime, owner: str = "") -> Turn:
    """A turn in which nobody has written: what a person is told of themselves. `owner`: whose account it is."""
    return Turn(
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
        platform=Platform(owner, ()) if owner and owner != town.id else None,
    )


def rendered(turn: Turn, broadcast: Broadcast, name: str, run_id: int, *, is_shared: bool) -> Outbound:
    """A broadcast as the message of a reader of this public name; its file is found by the id of the run.

    Raises `Unrendered`.
    """
    told = announced(turn, broadcast, name)
    template = template_of(turn.town, turn.language, None)
    if broadcast.template:
        template = Template(broadcast.template, template_values(turn, broadcast, name))
    outbound = composed(turn, told, template, is_shared=is_shared)
    if not broadcast.file:
        return outbound
    enclosed = Enclosed(broadcast.file, broadcast.media_type, content_id=run_id)
    alt = turn.words(broadcast.alt)
    return structs.replace(outbound, files=(enclosed,), text="\n\n".join(filter(None, (outbound.text, alt))))


def sent_to(db: Db, town: Town, broadcast: Broadcast, addresses: Collection[tuple[str, bytes]], now: datetime) -> str:
    """Queue a broadcast as a test, to the first of these channels and hashes that is somebody's who may be written to;
    returns the lane, or "" where none is. Raises `Unrendered`."""
    for channel, hash in addresses:
        address = address_of(db, channel, hash)
        if address is not None and address.stopped_at is None:
            person = db.one(Participant, address.participant_id)
            is_shared = address.lane.partition(":")[2] != town.id
            turn = unasked(db, town, person, channel, now)
            outbound = rendered(turn, broadcast, person.public_name, 0, is_shared=is_shared)
            file = structs.replace(outbound.files[0], content_id=0, data=broadcast.data) if outbound.files else None
            marked = structs.replace(outbound, text=f"[TEST] {outbound.text}", files=(file,) if file else ())
            return put(db, address, marked, Purpose.ALERT, now)
    return ""


def spoken(turn: Turn, said: Said, template: Template) -> Outbound:
    """What a flow says, as a message that answers none."""
    outbound = compose(said, turn.language, None, town_name(turn.town, turn.language) if turn.platform else "")
    if CHANNELS[turn.channel].limits.is_slow:
        outbound = as_letter(outbound)
    return structs.replace(outbound, template=template)


def composed(turn: Turn, told: News, template: Template, *, is_shared: bool) -> Outbound:
    """News as a message, with the way to get no more of any."""
    words = channel_words(turn.language, is_slow=CHANNELS[turn.channel].limits.is_slow)
    way_out = () if words.stop else (turn.t("To get no more messages, write STOP."),)
    return Outbound(
        text="\n\n".join((*told.parts, *way_out)),
        title=town_name(turn.town, turn.language) if is_shared else "",
        choices=(Choice(NO_NUMBER, told.label, f"{LINK}{told.code}"),) if told.code else (),
        language=turn.language,
        words=words,
        about=told.about,
        template=template,
    )


def _may_reach(db: Db, town: Town, person: Participant, now: datetime) -> bool:
    """A town on trial may write to this person, once more today."""
    return is_of_team(db, town, person.id) and left_today(db, town, now) > 0


def put(db: Db, to: Address, outbound: Outbound, purpose: Purpose, due_at: datetime) -> str:
    """Queue a message, not to leave before; returns the lane."""
    content = _encode(outbound).decode()
    enqueue(db, to.participant_id, to.lane, to.channel, to.sealed, purpose, content, due_at)
    return to.lane


def template_of(town: Town, language: str, said: Approved | None) -> Template:
    """What says it where free words are not taken."""
    if said is None:
        return Template(approved.Template.NEWS.value, (town_name(town, language),))
    return Template(said.template.value, said.values)


def _live_address(db: Db, participant_id: int, but_on: Collection[str]) -> Address | None:
    """Where the person wrote from last, of the addresses that may be sent to and are not in doubt if any is not.

    Held until the turn ends: who is forgotten meanwhile waits, and takes what is told here along.
    """
    return db.first(
        select(Address)
        .where(Address.participant_id == participant_id, col(Address.stopped_at).is_(None))
        .where(col(Address.channel).not_in(but_on))
        .order_by(
            col(Address.doubted_at).is_not(None), col(Address.heard_at).desc().nulls_last(), col(Address.id).desc()
        )
        .limit(1)
        .with_for_update(read=True, key_share=True)
    )
