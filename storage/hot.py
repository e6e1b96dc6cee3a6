"""The statements of the hot path, in Core; `storage.statements` gives them their meaning."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Table,
    bindparam,
    case,
    delete,
    exists,
    func,
    insert,
    literal_column,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from storage.inbounds import Claim
from storage.outbox import AWAITED, Delivery, Message, Purpose, State
from storage.participants import Address, Participant, Session
from storage.prepared import Prepared
from storage.row import table_of

_claims, _outbox = table_of(Claim), table_of(Message)
_participants, _addresses, _sessions = table_of(Participant), table_of(Address), table_of(Session)


def _bind(table: Table, column: str, name: str = "") -> BindParameter[Any]:
    return bindparam(name or column, type_=table.c[column].type)


def _word(word: str) -> ColumnElement[Any]:
    """A constant in the statement's own words: a partial index is used only where its condition is repeated so."""
    return literal_column(f"'{word}'")


def _is_unsent(table: Any) -> ColumnElement[bool]:
    condition: ColumnElement[bool] = table.c.state.in_([_word(State.QUEUED), _word(State.SENDING)])
    return condition


_TENANT = _bind(_claims, "tenant_id", "tenant")
_QUEUED, _SENDING, _NONE = _word(State.QUEUED), _word(State.SENDING), _word("")


def _claim_in(dialect: Any) -> Prepared:
    return Prepared(dialect.insert(_claims).on_conflict_do_nothing(), *_claims.c.keys(), dialect=dialect.dialect.name)


CLAIM: Mapping[str, Prepared] = {"sqlite": _claim_in(sqlite), "postgresql": _claim_in(postgresql)}

FIND_CALLER = Prepared(
    select(
        _participants.c.id,
        _addresses.c.id,
        _participants.c.language,
        _addresses.c.stopped_at.is_not(None),
        _addresses.c.sealed,
        _addresses.c.lane,
        _sessions.c.state,
        _participants.c.is_easy,
        _sessions.c.ticket_id,
        _addresses.c.heard_at,
        _addresses.c.doubted_at,
    )
    .select_from(_addresses)
    .join(_participants, (_participants.c.tenant_id == _TENANT) & (_participants.c.id == _addresses.c.participant_id))
    .join(_sessions, (_sessions.c.tenant_id == _TENANT) & (_sessions.c.participant_id == _participants.c.id))
    .where(
        _addresses.c.tenant_id == _TENANT,
        _addresses.c.channel == _bind(_addresses, "channel"),
        _addresses.c.hash == _bind(_addresses, "hash"),
    )
    .with_for_update(of=[_participants, _sessions, _addresses])
)

LOCK_ADDRESS = Prepared(select(func.pg_advisory_xact_lock(bindparam("number", type_=BigInteger))), dialect="postgresql")

SAVE_SESSION = Prepared(
    update(_sessions)
    .values(state=_bind(_sessions, "state", "new_state"), updated_at=_bind(_sessions, "updated_at", "now"))
    .where(_sessions.c.tenant_id == _TENANT, _sessions.c.participant_id == _bind(_sessions, "participant_id", "caller"))
)

# A reply is born leased, unless something for the same person on the same lane is unsent and not the owner's. One round
# trip on PostgreSQL; two statements on SQLite, where the same in one takes four times as long.
_earlier = _outbox.alias("earlier")
_OWNER = _bind(_outbox, "leased_by", "owner")
_is_earlier = (
    _earlier.c.tenant_id == _TENANT,
    _earlier.c.participant_id == _bind(_outbox, "participant_id"),
    _is_unsent(_earlier),
    _earlier.c.lane == _bind(_outbox, "lane"),
    _earlier.c.leased_by != _OWNER,
)
_GIVEN = ("id", "participant_id", "lane", "channel", "sealed", "purpose", "content", "due_at", "is_farewell")
_ZERO: ColumnElement[Any] = literal_column("0")
_FRESH = {
    **dict.fromkeys(("attempts", "parts_sent", "segments", "cost"), _ZERO),
    **dict.fromkeys(("external_id", "reason", "delivery_code"), _NONE),
    "delivery": _word(Delivery.UNKNOWN),
}
MUST_WAIT = Prepared(select(literal_column("1")).where(*_is_earlier).limit(literal_column("1")), dialect="sqlite")
ADD_MESSAGE = Prepared(
    insert(_outbox).values(_FRESH), "tenant_id", *_GIVEN, "state", "leased_by", "leased_until", dialect="sqlite"
)
_place = select(or_(_OWNER == _NONE, exists().where(*_is_earlier)).label("must_wait")).subquery("place")
_born: dict[str, ColumnElement[Any]] = {
    "tenant_id": _TENANT,
    **{name: _bind(_outbox, name) for name in _GIVEN},
    "state": case((_place.c.must_wait, _QUEUED), else_=_SENDING),
    "leased_by": case((_place.c.must_wait, _NONE), else_=_OWNER),
    "leased_until": case((_place.c.must_wait, null()), else_=_bind(_outbox, "leased_until")),
    **_FRESH,
}
ENQUEUE = Prepared(
    insert(_outbox)
    .from_select(list(_born), select(*(value.label(name) for name, value in _born.items())), include_defaults=False)
    .returning(_outbox.c.leased_by),
    dialect="postgresql",
)

# What is due on a lane, oldest first. One that must wait for its time holds back what the same person gets after it;
# one that waits until a person of the town hands the conversation back does not.
_NOW = _bind(_outbox, "due_at", "now")
_UNTIL = _bind(_outbox, "leased_until", "until")
_is_awaited = _outbox.c.purpose.in_([_word(purpose) for purpose in AWAITED])
_is_owned = exists().where(
    _sessions.c.tenant_id == _outbox.c.tenant_id,
    _sessions.c.participant_id == _outbox.c.participant_id,
    _sessions.c.ticket_id.is_not(None),
)
_is_welcome = or_(
    _outbox.c.purpose == _word(Purpose.REPLY),
    exists()
    .where(
        _addresses.c.tenant_id == _outbox.c.tenant_id,
        _addresses.c.participant_id == _outbox.c.participant_id,
        _addresses.c.channel == _outbox.c.channel,
        _addresses.c.stopped_at.is_(None),
        _participants.c.tenant_id == _outbox.c.tenant_id,
        _participants.c.id == _outbox.c.participant_id,
        or_(
            _participants.c.wants_updates.is_not(False),
            _outbox.c.purpose.in_([_word(Purpose.NOTICE), _word(Purpose.PERSON)]),
        ),
    )
    .correlate(_outbox),
)
FIND_DUE = Prepared(
    select(
        *(
            _outbox.c[name]
            for name in (
                *("id", "tenant_id", "participant_id", "channel", "sealed"),
                *("purpose", "content", "attempts", "parts_sent", "is_farewell"),
            )
        ),
        _is_welcome,
    )
    .where(
        _outbox.c.lane == _bind(_outbox, "lane"),
        _outbox.c.state == _QUEUED,
        _outbox.c.due_at <= _NOW,
        or_(_is_awaited, ~_is_owned.correlate(_outbox)),
        ~exists().where(
            _earlier.c.tenant_id == _outbox.c.tenant_id,
            _earlier.c.participant_id == _outbox.c.participant_id,
            _earlier.c.id < _outbox.c.id,
            _is_unsent(_earlier),
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
    .where(_outbox.c.tenant_id == _TENANT, _outbox.c.id == _bind(_outbox, "id", "this"))
)

_IS_THIS = (_outbox.c.tenant_id == _TENANT, _outbox.c.id == _bind(_outbox, "id", "this"), _outbox.c.leased_by == _OWNER)
_ENDED = ("state", "due_at", "attempts", "parts_sent", "external_id", "reason", "ended_at")
END_MESSAGE = Prepared(
    update(_outbox)
    .values(
        {name: _bind(_outbox, name, f"new_{name}") for name in _ENDED} | {"leased_by": _NONE, "leased_until": null()}
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
    _is_unsent(_outbox),
    _outbox.c.state == _SENDING,
    _outbox.c.leased_by != _OWNER,
    _outbox.c.leased_until <= _UNTIL,
)
VOID_REPLIES = Prepared(
    update(_outbox).values(state=_QUEUED, leased_by=_NONE, leased_until=null()).where(*_LEASED, _is_awaited),
    is_for_everyone=True,
)
VOID_OTHERS = Prepared(
    update(_outbox)
    .values(state=_word(State.UNCERTAIN), leased_by=_NONE, leased_until=null(), ended_at=_bind(_outbox, "ended_at"))
    .where(*_LEASED, ~_is_awaited),
    is_for_everyone=True,
)
HASTEN_REPLIES = Prepared(
    update(_outbox).values(due_at=_NOW).where(_outbox.c.state == _QUEUED, _outbox.c.due_at > _NOW, _is_awaited),
    is_for_everyone=True,
)

EVERY = (
    *CLAIM.values(),
    FIND_CALLER,
    LOCK_ADDRESS,
    SAVE_SESSION,
    MUST_WAIT,
    ADD_MESSAGE,
    ENQUEUE,
    FIND_DUE,
    LEASE,
    END_MESSAGE,
    FORGET_MESSAGE,
    LANES_WITH_DUE,
    VOID_REPLIES,
    VOID_OTHERS,
    HASTEN_REPLIES,
)
