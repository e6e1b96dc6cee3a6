"""A person goes: what was theirs alone goes with them, what others have read stays without a name.

Supports and responses that could still change go; those of what has closed stay as a number, linked to nobody.
"""

import base64
import json
from datetime import timedelta

from flows.participation import my_data
from flows.participation.process import Action
from flows.turn import Turn
from storage.audit import record
from storage.belongings import belongings, empty, keep_as_number, unlink
from storage.comments import Comment
from storage.erasures import Erasure
from storage.participants import Address
from storage.proposals import UNREAD, Proposal
from storage.responses import Response
from storage.supports import Support


def forget(turn: Turn) -> None:
    """Unlink the person at once; what their file said is sealed until the town's days of blocking are over."""
    said = {
        "participant": turn.participant_id,
        "addresses": [
            {"channel": address.channel, "sealed": base64.b64encode(address.sealed).decode()}
            for address in belongings(turn.db, Address, turn.participant_id)
        ],
        "file": my_data.gather(turn),
    }
    erasure = Erasure(
        sealed=turn.db.seal(json.dumps(said, ensure_ascii=False)),
        erased_at=turn.now,
        destroy_at=turn.now + timedelta(days=turn.town.retention.blocked),
    )
    turn.db.add(erasure)
    record(turn.db, turn.actor, "person_forgotten", "forgetting", turn.now)
    leave(turn)


def leave(turn: Turn) -> None:
    """Unlink the person and keep nothing of them; only words of farewell may follow.

    What the town has not read yet, nobody else has: it goes as well.
    """
    _settle_supports(turn)
    _settle_responses(turn)
    proposals = belongings(turn.db, Proposal, turn.participant_id)
    comments = belongings(turn.db, Comment, turn.participant_id)
    for proposal in proposals:
        if proposal.hidden_reason == UNREAD:
            proposal.withdrawn_at = proposal.withdrawn_at or turn.now
    for comment in comments:
        if comment.hidden_reason == UNREAD:
            comment.deleted_at = comment.deleted_at or turn.now
    items = {f"proposal:{each.reference}": each.withdrawn_at is not None for each in proposals}
    items |= {f"comment:{each.reference}": each.deleted_at is not None for each in comments}
    turn.db.flush()
    empty(turn.db, turn.participant_id, [item for item, is_taken_back in items.items() if is_taken_back])
    turn.left_addresses = [(each.channel, each.sealed) for each in belongings(turn.db, Address, turn.participant_id)]
    unlink(turn.db, turn.participant_id, list(items), turn.now)
    turn.has_left = True


def _settle_supports(turn: Turn) -> None:
    kept = [
        support.proposal_id
        for support in belongings(turn.db, Support, turn.participant_id)
        if support.counts and has_closed(turn, support.process)
    ]
    if kept:
        keep_as_number(turn.db, kept)


def _settle_responses(turn: Turn) -> None:
    for response in belongings(turn.db, Response, turn.participant_id):
        if not turn.town.has_closed(response.survey, turn.now):
            turn.db.remove(response)


def has_closed(turn: Turn, slug: str) -> bool:
    """Nothing is supported any more in this process; what the town's files no longer name has closed."""
    process = turn.town.process(slug)
    return process is None or process.has_closed(Action.SUPPORT, turn.now)
