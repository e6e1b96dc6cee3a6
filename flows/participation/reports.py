"""Somebody thinks that what another published may not stand: one report a person and item."""

from collections import Counter

from flows.participation import consent
from flows.participation.comments import shown_comment
from flows.participation.follows import shown_proposal
from flows.participation.moderation import Ground, NotDone, State, check_is_there, hide_reported, standing
from flows.participation.refusal import Reason, Refused
from flows.turn import Turn
from storage.audit import record
from storage.comments import Comment
from storage.moderation import Item, Report, unjudged_reports


def check_may_report(turn: Turn, name: str) -> Item:
    """The item, if this person may report it."""
    item = shown_item(turn, name)
    if item.author_id == turn.participant_id:
        raise Refused(Reason.OWN_ITEM)
    if isinstance(item, Comment) and item.deleted_at is not None:
        raise Refused(Reason.COMMENT_TAKEN_BACK)
    if (before := turn.db.find(Report, name, turn.participant_id)) is not None:
        raise Refused(Reason.ALREADY_REPORTED, on=before.reported_at)
    return item


def report(turn: Turn, name: str, ground: Ground) -> None:
    """Keep it, and hide the item where that makes it enough; who reported is told to nobody.

    Only reports that nobody has judged count. After a person has kept the item it takes as many anew.
    """
    check_may_report(turn, name)
    consent.check(turn, needs_name=False)
    try:
        item, row = standing(turn.db, name, turn.now)
        check_is_there(item)
    except NotDone as gone:
        raise Refused(Reason.SPACE_UNKNOWN) from gone
    turn.db.add(Report(item=name, participant_id=turn.participant_id, reason=ground, reported_at=turn.now))
    record(turn.db, turn.actor, "item_reported", name, turn.now, {"ground": ground})
    if item.hidden_at is not None:
        return
    grounds = Counter(Ground(each.reason) for each in unjudged_reports(turn.db, name))
    usual, _ = grounds.most_common(1)[0]
    if row.state != State.REPORTED:
        row.state, row.opened_at = State.REPORTED, turn.now
    row.ground = usual
    if grounds.total() >= turn.town.moderation.reports_to_hide:
        hide_reported(turn.db, item, row, usual, turn.now, reports=grounds.total())


def shown_item(turn: Turn, name: str) -> Item:
    """The contribution, if it may be shown to this person."""
    kind, _, reference = name.partition(":")
    if kind == "proposal":
        return shown_proposal(turn, reference)
    if kind == "comment":
        return shown_comment(turn, reference)
    raise Refused(Reason.SPACE_UNKNOWN)
