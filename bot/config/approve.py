"""Approving a supervised process of a town, or the whole town, so that it goes live."""

from datetime import datetime

from bot.config.load import load_revision
from flows.participation.tenant import Town
from flows.participation.trial import LIVE
from storage.audit import record
from storage.database import Db
from storage.tenants import Approval, Revision, Tenant


class NotSupervised(Exception):
    """There is nothing to approve; the message says why."""


def go_live(db: Db, by: str, now: datetime) -> bool:
    """Keep a person's word that a town on trial goes live; False if it did before.

    Raises `NotSupervised` where the town is not there, or names no team and so is live anyway.
    """
    town = _town(db)
    if not town.team:
        raise NotSupervised(f"{town.id} is live: its tenant.yaml names no `team`.")
    return _approve(db, LIVE, f"tenant:{town.id}", "went_live", by, now)


def approve_space(db: Db, process: str, by: str, now: datetime) -> bool:
    """Keep a person's word that the process may be shown; False if it was approved before.

    Raises `NotSupervised` where the town, the process or its supervision is not there.
    """
    town = _town(db)
    found = town.process(process)
    if found is None:
        there = ", ".join(one.slug for one in town.processes) or "none"
        raise NotSupervised(f"{town.id} has no process {process}; there are: {there}.")
    if not found.is_supervised:
        raise NotSupervised(f"{town.id}/{process} needs no approval.")
    return _approve(db, process, f"process:{process}", "approve", by, now)


def _town(db: Db) -> Town:
    tenant = db.find(Tenant)
    if tenant is None or not tenant.revision:
        raise NotSupervised(f"There is no town {db.tenant_id} in the store: apply its files first.")
    return load_revision(db.tenant_id, db.one(Revision, tenant.revision).files).town


def _approve(db: Db, space: str, subject: str, action: str, by: str, now: datetime) -> bool:
    if db.find(Approval, space) is not None:
        return False
    db.add(Approval(space=space, approved_by=by, approved_at=now))
    record(db, f"staff:{by}", action, subject, now)
    return True
