"""The statements of the hot path on the way in, in Core; `storage.statements` gives them their meaning."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    bindparam,
    case,
    exists,
    false,
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
from storage.outbox import Delivery, Message, State, is_unsent
from storage.participants import Address, Participant, Session
from storage.prepared import Prepared, bind, word
from storage.row import table_of

_claims, _outbox = table_of(Claim), table_of(Message)
_participants, _addresses, _sessions = table_of(Participant), table_of(Address), table_of(Session)

_TENANT = bind(_claims, "tenant_id", "tenant")
_QUEUED, _SENDING, _NONE = word(State.QUEUED), word(State.SENDING), word("")


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
        _addresses.c.channel == bind(_addresses, "channel"),
        _addresses.c.hash == bind(_addresses, "hash"),
    )
    .with_for_update(of=[_participants, _sessions, _addresses])
)

LOCK_ADDRESS = Prepared(select(func.pg_advisory_xact_lock(bindparam("number", type_=BigInteger))), dialect="postgresql")

_NOW = bind(_addresses, "heard_at", "now")
HEAR_ADDRESS = Prepared(
    update(_addresses)
    .values(heard_at=_NOW, proved_at=func.coalesce(_addresses.c.proved_at, _NOW))
    .where(_addresses.c.tenant_id == _TENANT, _addresses.c.id == bind(_addresses, "id", "this"))
)

SAVE_SESSION = Prepared(
    update(_sessions)
    .values(state=bind(_sessions, "state", "new_state"), updated_at=bind(_sessions, "updated_at", "now"))
    .where(_sessions.c.tenant_id == _TENANT, _sessions.c.participant_id == bind(_sessions, "participant_id", "caller"))
)

# A reply is born leased, unless something for the same person on the same lane is unsent and not the owner's. One round
# trip on PostgreSQL; two statements on SQLite, where the same in one takes four times as long.
_earlier = _outbox.alias("earlier")
_OWNER = bind(_outbox, "leased_by", "owner")
_is_earlier = (
    _earlier.c.tenant_id == _TENANT,
    _earlier.c.participant_id == bind(_outbox, "participant_id"),
    is_unsent(_earlier),
    _earlier.c.lane == bind(_outbox, "lane"),
    _earlier.c.leased_by != _OWNER,
)
_GIVEN = ("id", "participant_id", "lane", "channel", "sealed", "purpose", "content", "due_at", "is_farewell")
_ZERO: ColumnElement[Any] = literal_column("0")
_FRESH = {
    **dict.fromkeys(("attempts", "parts_sent", "segments", "cost"), _ZERO),
    **dict.fromkeys(("external_id", "reason", "delivery_code"), _NONE),
    "delivery": word(Delivery.UNKNOWN),
    "is_uncertain": false(),
    "occurrence_id": null(),
}
MUST_WAIT = Prepared(select(literal_column("1")).where(*_is_earlier).limit(literal_column("1")), dialect="sqlite")
ADD_MESSAGE = Prepared(
    insert(_outbox).values(_FRESH), "tenant_id", *_GIVEN, "state", "leased_by", "leased_until", dialect="sqlite"
)
_place = select(or_(_OWNER == _NONE, exists().where(*_is_earlier)).label("must_wait")).subquery("place")
_born: dict[str, ColumnElement[Any]] = {
    "tenant_id": _TENANT,
    **{name: bind(_outbox, name) for name in _GIVEN},
    "state": case((_place.c.must_wait, _QUEUED), else_=_SENDING),
    "leased_by": case((_place.c.must_wait, _NONE), else_=_OWNER),
    "leased_until": case((_place.c.must_wait, null()), else_=bind(_outbox, "leased_until")),
    **_FRESH,
}
ENQUEUE = Prepared(
    insert(_outbox)
    .from_select(list(_born), select(*(value.label(name) for name, value in _born.items())), include_defaults=False)
    .returning(_outbox.c.leased_by),
    dialect="postgresql",
)

EVERY = (*CLAIM.values(), FIND_CALLER, LOCK_ADDRESS, HEAR_ADDRESS, SAVE_SESSION, MUST_WAIT, ADD_MESSAGE, ENQUEUE)
