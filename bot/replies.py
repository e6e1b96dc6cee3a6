"""A reply put in the outbox, in its turn's transaction: born leased to this process, to leave at once."""

from datetime import datetime, timedelta

import msgspec
from msgspec import structs

from bot.lanes import Due
from channels.message import Inbound, Outbound
from storage.callers import Caller
from storage.database import Db
from storage.outbox import Purpose
from storage.statements import enqueue

LEASE = timedelta(seconds=60)

_encode = msgspec.json.Encoder().encode


def enqueue_reply(
    db: Db,
    caller: Caller,
    lane: str,
    inbound: Inbound,
    outbound: Outbound,
    owner: str,
    now: datetime,
    *,
    is_farewell: bool = False,
) -> Due | None:
    """What is to be handed to the lane after the commit; None where something earlier is to leave first."""
    message_id, is_ours = enqueue(
        db,
        caller.participant_id,
        lane,
        inbound.address.channel,
        caller.sealed,
        Purpose.REPLY,
        _encode(outbound).decode(),
        now,
        owner=owner,
        leased_until=now + LEASE,
        is_farewell=is_farewell,
    )
    if not is_ours:
        return None
    return Due(
        id=message_id,
        tenant_id=db.tenant_id,
        participant_id=caller.participant_id,
        lane=lane,
        address=inbound.address,
        outbound=outbound,
        purpose=Purpose.REPLY,
        heard_at=now,
        is_farewell=is_farewell,
        acknowledges=structs.replace(inbound, trace="") if outbound.replaces else None,
    )
