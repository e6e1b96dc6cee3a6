"""News for one person, unasked: in their language, to the address they wrote from last, if they still want any."""

from collections.abc import Callable, Collection
from datetime import datetime

import msgspec
from msgspec import structs
from sqlmodel import col, select

from bot.links import LINK
from bot.notices import channel_words, town_name
from bot.silence import is_silent, question
from channels.catalog import CHANNELS
from channels.message import NO_NUMBER, Choice, Enclosed, Outbound, Template
from flows import approved
from flows.announced import announced, template_values
from flows.approved import Approved
from flows.news import News
from flows.participation.broadcast import Broadcast
from flows.participation.tenant import Town
from flows.participation.trial import is_of_team, is_on_trial, left_today
from flows.turn import Turn
from storage.database import Db
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
    person, address = db.find(Participant, participant_id), _live_address(db, participant_id)
    if person is None or address is None:
        return ""
    if person.wants_updates is False and purpose is not Purpose.NOTICE:
        return ""
    turn = unasked(db, town, person, address.channel, now)
    if address.doubted_at is not None:
        return ""
    if purpose is Purpose.UPDATE and is_on_trial(db, town) and not _may_reach(db, town, person, now):
        return ""
    is_shared = address.lane.partition(":")[2] != town.id
    told = news(turn)
    if told is None:
        return ""
    if is_silent(address, now):
        address.doubted_at = now
        return _put(db, address, question(turn.language, town_name(town, turn.language), is_shared), purpose, now)
    if told.code and person.blocked_at is not None:
        return ""
    outbound = composed(turn, told, template_of(town, turn.language, told.approved), is_shared=is_shared)
    return _put(db, address, outbound, purpose, now)


def unasked(db: Db, town: Town, person: Participant, channel: str, now: datetime) -> Turn:
    """A turn in which nobody has written: what a person is told of themselves."""
    return Turn(
        town=town,
        db=db,
        participant_id=person.id,
        language=person.language or town.language,
        now=now,
        channel=channel,
        inbound_id="",
        page_size=1,
        answers={},
        is_easy=person.is_easy,
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
            return _put(db, address, marked, Purpose.ALERT, now)
    return ""


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


def _put(db: Db, to: Address, outbound: Outbound, purpose: Purpose, now: datetime) -> str:
    content = _encode(outbound).decode()
    enqueue(db, to.participant_id, to.lane, to.channel, to.sealed, purpose, content, now)
    return to.lane


def template_of(town: Town, language: str, said: Approved | None) -> Template:
    """What says it where free words are not taken."""
    if said is None:
        return Template(approved.Template.NEWS.value, (town_name(town, language),))
    return Template(said.template.value, said.values)


def _live_address(db: Db, participant_id: int) -> Address | None:
    """Where the person wrote from last, of the addresses that may be sent to and are not in doubt if any is not.

    Held until the turn ends: who is forgotten meanwhile waits, and takes what is told here along.
    """
    return db.first(
        select(Address)
        .where(Address.participant_id == participant_id, col(Address.stopped_at).is_(None))
        .order_by(
            col(Address.doubted_at).is_not(None), col(Address.heard_at).desc().nulls_last(), col(Address.id).desc()
        )
        .limit(1)
        .with_for_update(read=True, key_share=True)
    )
