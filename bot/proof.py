"""An answer to a message of ours that its channel has proved: it acts as whoever that message was sent to."""

from collections.abc import Iterable

from msgspec import structs

from channels.message import Address, Inbound, Kind, Unclear, named
from storage.database import Db
from storage.outbox import Message

SOMEWHERE = "?"
"""The town of a name that came back without one."""


def tenants_named(name: str, speakers: Iterable[str]) -> list[str]:
    """Among the tenants that speak through an account, those whose message may have this name."""
    tenant_id = named(name)[0]
    return [each for each in speakers if tenant_id in (each, SOMEWHERE)]


def answered(db: Db, inbound: Inbound, speakers: Iterable[str], lane: str) -> Inbound:
    """The message as its writer's, in the turn of the town that they answer.

    The answered message may be gone: then it is news from whom it names, if they are vouched for; else nothing shows
    who writes, and they are told.
    """
    owner = db.tenant_id
    for tenant_id in tenants_named(inbound.answers, speakers):
        if db.tenant_id != tenant_id:
            db.move(tenant_id)
        row = db.find(Message, named(inbound.answers)[1])
        if row is not None and row.lane == lane:
            return structs.replace(inbound, address=Address(row.channel, db.unseal(row.sealed)))
    if db.tenant_id != owner:
        db.move(owner)
    if inbound.is_vouched:
        return structs.replace(inbound, answers="")
    return structs.replace(inbound, kind=Kind.UNCLEAR, text=Unclear.EXPIRED, answers="", is_proved=False, files=())
