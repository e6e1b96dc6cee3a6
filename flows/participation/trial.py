"""A town that is not open yet: until a person says that it goes live, it writes unasked to its own team alone."""

from datetime import datetime, time

from flows.participation.tenant import Town
from storage.database import Db
from storage.outbox import unasked_since
from storage.participants import has_address
from storage.tenants import Approval

LIVE = "*"
"""What is approved, in place of a space, where the whole town goes live."""
A_DAY_MOST = 50
"""Messages that nobody has asked for, of all channels together."""


def is_on_trial(db: Db, town: Town) -> bool:
    """It names a team, and nobody has let it go live."""
    return bool(town.team) and db.find(Approval, LIVE) is None


def is_of_team(db: Db, town: Town, participant_id: int) -> bool:
    """One of this person's addresses is on the team's list."""
    return has_address(db, participant_id, [db.address_hash(channel, id) for channel, id in town.team])


def left_today(db: Db, town: Town, now: datetime) -> int:
    """How many messages a town on trial may still write today, by its own clock."""
    midnight = datetime.combine(now.astimezone(town.zone).date(), time(), town.zone)
    return max(0, A_DAY_MOST - unasked_since(db, midnight))
