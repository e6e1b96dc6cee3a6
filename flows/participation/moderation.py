"""What becomes of what was published: hidden until a person decides, kept, removed, or published once it was read.

Its author is told each time, and why; whoever reported it is told to nobody. Decisions are taken by the people of the
town; what they cannot decide is `NotDone`, in words for who runs the command.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from storage.audit import record
from storage.comments import Comment
from storage.database import Db
from storage.happenings import Happening
from storage.moderation import Item, Moderation, locked_item, unjudged_reports
from storage.proposals import BY_DECISION, BY_REPORTS, UNREAD, Proposal


class Ground(StrEnum):
    """Why something may not stand, after Decidim's reasons of a report."""

    SPAM = "spam"
    OFFENSIVE = "offensive"
    DOES_NOT_BELONG = "does_not_belong"


class State(StrEnum):
    """Where an item stands. Nobody has decided yet about the first three."""

    WAITING = "waiting"
    """To be read before it is published."""
    REPORTED = "reported"
    HIDDEN = "hidden"
    """By reports."""
    KEPT = "kept"
    REMOVED = "removed"
    REFUSED = "refused"
    """Removed before anybody else could read it."""
    REDACTED = "redacted"
    BLOCKED = "blocked"
    """Of a person."""


OPEN = (State.WAITING, State.REPORTED, State.HIDDEN)


class Verdict(StrEnum):
    """What the one concerned is told of a decision: the second word of a happening's kind, "proposal_hidden"."""

    HIDDEN = "hidden"
    KEPT = "kept"
    PASSED = "passed"
    """It was read, and is published."""
    REDACTED = "redacted"
    REVERTED = "reverted"
    BLOCKED = "blocked"
    UNBLOCKED = "unblocked"


class NotDone(Exception):
    """A decision that cannot be taken, and why; nothing was written."""


def name_of(item: Item) -> str:
    """What the item is called in subjects, "proposal:<reference>"."""
    return f"{'proposal' if isinstance(item, Proposal) else 'comment'}:{item.reference}"


def hold(db: Db, item: Item, now: datetime) -> None:
    """A new item waits until a person of the town has read it."""
    item.hidden_at, item.hidden_reason = now, UNREAD
    db.add(Moderation(item=name_of(item), state=State.WAITING, opened_at=now))


def hide(
    db: Db, name: str, ground: Ground, reason: Mapping[str, str], *, now: datetime, actor: str
) -> tuple[Item, Moderation]:
    """Nobody but its author reads it any more. Doing it again after an appeal is the answer that it stays so."""
    item, row = standing(db, name, now)
    if row.state in (State.REMOVED, State.REFUSED) and row.appealed_at is None:
        raise NotDone(f"{name} was hidden on {row.decided_at:%Y-%m-%d} by a decision; nobody has appealed.")
    is_unread = row.state in (State.WAITING, State.REFUSED)
    item.hidden_at, item.hidden_reason = item.hidden_at or now, BY_DECISION
    judge(db, row, State.REFUSED if is_unread else State.REMOVED, ground, reason, now=now, actor=actor)
    tell(db, item, Verdict.HIDDEN, actor, now, ground=ground)
    return item, row


def keep(db: Db, name: str, *, now: datetime, actor: str) -> tuple[Item, Moderation]:
    """It may stand: everybody reads it again, and reports made until now count no longer towards hiding it."""
    item, row = standing(db, name, now)
    check_is_there(item)
    if row.state in (State.WAITING, State.REFUSED):
        raise NotDone(f"{name} was never published: publish it, or hide it.")
    if item.hidden_at is None and row.state != State.REPORTED and row.appealed_at is None:
        raise NotDone(f"{name} is neither hidden nor reported.")
    was_hidden = item.hidden_at is not None
    item.hidden_at, item.hidden_reason = None, ""
    judge(db, row, State.KEPT, None, {}, now=now, actor=actor)
    tell(db, item, Verdict.KEPT, actor, now, is_told=was_hidden)
    return item, row


def publish(db: Db, name: str, *, now: datetime, actor: str) -> tuple[Item, Moderation]:
    """It was read and everybody may read it, as if it were published now."""
    item, row = standing(db, name, now)
    check_is_there(item)
    if row.state not in (State.WAITING, State.REFUSED):
        raise NotDone(f"{name} does not wait to be published; it is {row.state}.")
    item.hidden_at, item.hidden_reason, item.published_at = None, "", now
    judge(db, row, State.KEPT, None, {}, now=now, actor=actor)
    tell(db, item, Verdict.PASSED, actor, now)
    kind, _, _ = name.partition(":")
    db.add(Happening(kind=f"{kind}_published", subject=name, happened_at=now, actor_id=item.author_id))
    return item, row


def hide_reported(db: Db, item: Item, row: Moderation, ground: Ground, now: datetime, *, reports: int) -> None:
    """So many have reported it that nobody reads it until a person decides."""
    item.hidden_at, item.hidden_reason = now, BY_REPORTS
    row.state, row.ground, row.reason, row.appealed_at = State.HIDDEN, ground, {}, None
    tell(db, item, Verdict.HIDDEN, "system", now, ground=ground, reports=reports)


def standing(db: Db, name: str, now: datetime) -> tuple[Item, Moderation]:
    """The item and where it stands, both as they are now and nobody else's until the turn ends."""
    item = locked_item(db, name)
    if item is None:
        raise NotDone(f"There is no {name}.")
    row = db.find(Moderation, name)
    if row is None:
        row = Moderation(item=name, state=State.KEPT, opened_at=now)
        db.add(row)
    return item, row


def is_there(item: Item) -> bool:
    """Its author has not taken it back."""
    return (item.deleted_at if isinstance(item, Comment) else item.withdrawn_at) is None


def check_is_there(item: Item) -> None:
    """Only what is there can be shown again."""
    if not is_there(item):
        raise NotDone(f"{name_of(item)} was taken back by its author.")


def judge(
    db: Db,
    row: Moderation,
    state: State,
    ground: Ground | None,
    reason: Mapping[str, str],
    *,
    now: datetime,
    actor: str,
) -> None:
    """A person has decided; an appeal from what was decided before is answered by it."""
    row.state, row.ground, row.reason = state, ground or "", dict(reason)
    row.decided_at, row.decided_by, row.appealed_at = now, actor, None
    for report in unjudged_reports(db, row.item):
        report.judged_at = now


def tell(
    db: Db, item: Item, verdict: Verdict, actor: str, now: datetime, *, is_told: bool = True, **detail: object
) -> None:
    """A line in the audit log, and word for the author, if there still is one."""
    name = name_of(item)
    kind = f"{name.partition(':')[0]}_{verdict}"
    record(db, actor, kind, name, now, detail)
    if is_told and item.author_id is not None:
        db.add(Happening(kind=kind, subject=name, happened_at=now))
