"""Approving a supervised process of a town."""

from datetime import datetime

from bot.config.load import load_revision
from storage.audit import record
from storage.database import Db
from storage.tenants import Approval, Revision, Tenant


class NotSupervised(Exception):
    """There is nothing to approve; the message says why."""


def approve_space(db: Db, process: str, by: str, now: datetime) -> bool:
    """Keep a person's word that the process may be shown; False if it was approved before.

    Raises `NotSupervised` where the town, the process or its supervision is not there.
    """
    tenant = db.find(Tenant)
    if tenant is None or not tenant.revision:
        raise NotSupervised(f"There is no town {db.tenant_id} in the store: apply its files first.")
    town = load_revision(db.tenant_id, db.one(Revision, tenant.revision).files).town
    found = town.process(process)
    if found is None:
        there = ", ".join(one.slug for one in town.processes) or "none"
        raise NotSupervised(f"{town.id} has no process {process}; there are: {there}.")
    if not found.is_supervised:
        raise NotSupervised(f"{town.id}/{process} needs no approval.")
    if db.find(Approval, process) is not None:
        return False
    db.add(Approval(space=process, approved_by=by, approved_at=now))
    record(db, f"staff:{by}", "approve", f"process:{process}", now)
    return True
