"""The statements of the hot path on the way out, in Core; `storage.statements` gives them their meaning."""

from sqlalchemy import BigInteger, bindparam, delete, exists, func, null, or_, select, true, update

from storage.broadcasts import Occurrence
from storage.opt_ins import OptIn
from storage.outbox import AWAITED, Message, Purpose, State, is_unsent
from storage.participants import Address, Participant, Session
from storage.prepared import Prepared, bind, word
from storage.row import table_of

_outbox, _earlier = table_of(Message), table_of(Message).alias("earlier")
_participants, _addresses, _sessions = table_of(Participant), table_of(Address), table_of(Session)
_occurrences, _opt_ins = table_of(Occurrence), table_of(OptIn)

_TENANT = bind(_outbox, "tenant_id", "tenant")
_OWNER = bind(_outbox, "leased_by", "owner")
_QUEUED, _SENDING, _NONE = word(State.QUEUED), word(State.SENDING), word("")

# What is due on a lane, oldest first. One that must wait for its time holds back what the same person gets after it;
# one that waits until a person of the town hands the conversation back does not.
_NOW = bind(_outbox, "due_at", "now")
_UNTIL = bind(_outbox, "leased_until", "until")
_is_awaited = _outbox.c.purpose.in_([word(purpose) for purpose in AWAITED])
_is_owned = exists().where(
    _sessions.c.tenant_id == _outbox.c.tenant_id,
    _sessions.c.participant_id == _outbox.c.participant_id,
    _sessions.c.ticket_id.is_not(None),
)
_is_reached_there = (
    _addresses.c.tenant_id == _outbox.c.tenant_id,
    _addresses.c.participant_id == _outbox.c.participant_id,
    _addresses.c.channel == _outbox.c.channel,
)
_is_opted_in = exists().where(
    _occurrences.c.tenant_id == _outbox.c.tenant_id,
    _occurrences.c.id == _outbox.c.occurrence_id,
    _opt_ins.c.tenant_id == _outbox.c.tenant_id,
    _opt_ins.c.participant_id == _outbox.c.participant_id,
    _opt_ins.c.topic == _occurrences.c.topic,
    _opt_ins.c.channel == _outbox.c.channel,
    _opt_ins.c.is_in.is_(true()),
)
_is_welcome = or_(
    _outbox.c.purpose.in_([word(Purpose.REPLY), word(Purpose.CODE), word(Purpose.ALERT)]),
    exists()
    .where(
        *_is_reached_there,
        _addresses.c.stopped_at.is_(None),
        _participants.c.tenant_id == _outbox.c.tenant_id,
        _participants.c.id == _outbox.c.participant_id,
        or_(
            _participants.c.wants_updates.is_not(False) & (_outbox.c.purpose != word(Purpose.BROADCAST)),
            _outbox.c.purpose.in_([word(Purpose.NOTICE), word(Purpose.PERSON)]),
            (_outbox.c.purpose == word(Purpose.BROADCAST)) & _is_opted_in.correlate(_outbox),
        ),
    )
    .correlate(_outbox),
)
_heard_at = select(func.max(_addresses.c.heard_at)).where(*_is_reached_there).correlate(_outbox).scalar_subquery()
_is_proved = exists().where(
    *_is_reached_there, _addresses.c.sealed == _outbox.c.sealed, _addresses.c.proved_at.is_not(None)
)
FIND_DUE = Prepared(
    select(
        *(
            _outbox.c[name]
            for name in (
                *("id", "tenant_id", "participant_id", "channel", "sealed", "purpose", "content"),
                *("attempts", "parts_sent", "segments", "cost", "tried_at", "is_farewell", "is_uncertain"),
            )
        ),
        _is_welcome,
        _heard_at,
        _is_proved.correlate(_outbox),
    )
    .where(
        _outbox.c.lane == bind(_outbox, "lane"),
        _outbox.c.state == _QUEUED,
        _outbox.c.due_at <= _NOW,
        or_(_is_awaited, ~_is_owned.correlate(_outbox)),
        ~exists().where(
            _earlier.c.tenant_id == _outbox.c.tenant_id,
            _earlier.c.participant_id == _outbox.c.participant_id,
            _earlier.c.id < _outbox.c.id,
            is_unsent(_earlier),
            _earlier.c.lane == _outbox.c.lane,
            or_(_earlier.c.state == _SENDING, _earlier.c.due_at > _NOW),
        ),
    )
    .order_by(_outbox.c.id)
    .limit(bindparam("most", type_=BigInteger))
    .with_for_update(skip_locked=True, of=_outbox),
    is_for_everyone=True,
)
LEASE = Prepared(
    update(_outbox)
    .values(state=_SENDING, leased_by=_OWNER, leased_until=_UNTIL)
    .where(_outbox.c.tenant_id == _TENANT, _outbox.c.id == bind(_outbox, "id", "this"))
)

_IS_THIS = (_outbox.c.tenant_id == _TENANT, _outbox.c.id == bind(_outbox, "id", "this"), _outbox.c.leased_by == _OWNER)
_ENDED = (
    *("state", "due_at", "attempts", "parts_sent", "external_id", "reason", "ended_at"),
    *("segments", "cost", "is_uncertain", "tried_at"),
)
END_MESSAGE = Prepared(
    update(_outbox)
    .values(
        {name: bind(_outbox, name, f"new_{name}") for name in _ENDED} | {"leased_by": _NONE, "leased_until": null()}
    )
    .where(*_IS_THIS)
)
FORGET_MESSAGE = Prepared(delete(_outbox).where(*_IS_THIS))

# The lanes that have anything queued, one index look-up each, and of those the ones that have something due.
_lanes = select(func.min(_outbox.c.lane).label("lane")).where(_outbox.c.state == _QUEUED).cte("lanes", recursive=True)
_more = _outbox.alias("more")
_next_lane = select(func.min(_more.c.lane)).where(_more.c.state == _QUEUED, _more.c.lane > _lanes.c.lane)
_lanes = _lanes.union_all(select(_next_lane.correlate(_lanes).scalar_subquery()).where(_lanes.c.lane.is_not(None)))
LANES_WITH_DUE = Prepared(
    select(_lanes.c.lane).where(
        exists().where(_outbox.c.lane == _lanes.c.lane, _outbox.c.state == _QUEUED, _outbox.c.due_at <= _NOW)
    ),
    is_for_everyone=True,
)

_LEASED = (
    is_unsent(_outbox),
    _outbox.c.state == _SENDING,
    _outbox.c.leased_by != _OWNER,
    _outbox.c.leased_until <= _UNTIL,
)
_UNCERTAIN, _is_uncertain = word(State.UNCERTAIN), _outbox.c.is_uncertain.is_(true())
VOID_REPLIES = Prepared(
    update(_outbox)
    .values(state=_QUEUED, leased_by=_NONE, leased_until=null(), is_uncertain=true())
    .where(*_LEASED, _is_awaited),
    is_for_everyone=True,
)
VOID_OTHERS = Prepared(
    update(_outbox)
    .values(
        state=_UNCERTAIN, leased_by=_NONE, leased_until=null(), ended_at=bind(_outbox, "ended_at"), is_uncertain=true()
    )
    .where(*_LEASED, ~_is_awaited),
    is_for_everyone=True,
)
RECONCILE = Prepared(
    update(_outbox)
    .values(state=_QUEUED, due_at=_NOW, ended_at=null())
    .where(_outbox.c.state == _UNCERTAIN, _outbox.c.ended_at <= bind(_outbox, "ended_at", "before"), _is_uncertain),
    is_for_everyone=True,
)
HASTEN_REPLIES = Prepared(
    update(_outbox).values(due_at=_NOW).where(_outbox.c.state == _QUEUED, _outbox.c.due_at > _NOW, _is_awaited),
    is_for_everyone=True,
)

EVERY = (
    FIND_DUE,
    LEASE,
    END_MESSAGE,
    FORGET_MESSAGE,
    LANES_WITH_DUE,
    VOID_REPLIES,
    VOID_OTHERS,
    RECONCILE,
    HASTEN_REPLIES,
)
