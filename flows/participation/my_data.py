"""All that is kept of a person, as plain values: for the file they are sent, and the one that is sealed when they go.

`SECTIONS` and `LEFT_OUT` together name every table, so that a new one is not forgotten.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeAlias

from flows.participation.refusal import Reason, Refused
from flows.turn import Turn
from storage.attachments import Attachment, Content
from storage.audit import Consent, Entry, Seal, record
from storage.batches import Batch
from storage.belongings import belongings
from storage.broadcasts import Listed, Occurrence, Recipient, Scheduled
from storage.comments import Comment
from storage.digests import Note, Preference
from storage.erasures import Erasure
from storage.follows import Follow
from storage.happenings import Happening
from storage.inbounds import Claim, Quarantined
from storage.judgements import Inquiry, Judgement
from storage.moderation import Moderation, Report, Version, versions_of
from storage.opt_ins import OptIn
from storage.outbox import Message
from storage.pairings import Pairing
from storage.participants import Address, Binding, Participant, Session
from storage.proposals import Proposal
from storage.reminders import Reminder
from storage.responses import Respondent, Response, Tally
from storage.row import Row, time_of
from storage.spending import Spending
from storage.stems import Stem
from storage.supports import Support
from storage.tenants import Approval, Revision, SurveyRevision, Tenant
from storage.tickets import Ticket, TicketMessage, messages_of

Kept: TypeAlias = dict[str, object]
"""One row, as a person may read it."""
OwnFile: TypeAlias = dict[str, list[Kept]]
"""Sections by name, in the order in which they are read."""

AT_MOST_EVERY = timedelta(hours=1)
MESSAGES_MOST = 200
"""The newest of those sent: with more the file would no longer travel in a message."""

SECTIONS: Mapping[str, type[Row]] = {
    "profile": Participant,
    "addresses": Address,
    "consents": Consent,
    "proposals": Proposal,
    "comments": Comment,
    "supports": Support,
    "responses": Response,
    "anonymous": Respondent,
    "attachments": Attachment,
    "follows": Follow,
    "topics": OptIn,
    "preferences": Preference,
    "judgements": Judgement,
    "broadcasts": Recipient,
    "reminders": Reminder,
    "reports": Report,
    "tickets": Ticket,
    "conversation": Session,
    "messages": Message,
}
INSIDE: Mapping[type[Row], str] = {TicketMessage: "tickets", Version: "proposals", Moderation: "proposals"}
"""Tables whose rows stand with what they belong to; versions and decisions with comments as well."""

LEFT_OUT: Mapping[type[Row] | type[Tenant], str] = {
    Content: "the bytes of a photo or document, which the person sent and the proposal shows; the file lists it",
    Happening: "names who did what the proposals and comments of the file tell, until it has been told to others",
    Note: "what they are told next of what happened, which is in the file or published; for 30 days",
    Inquiry: "of the town: what people will be asked of",
    Entry: "the log of deeds by id; each deed it names stands in the file as itself",
    Seal: "the chain of that log",
    Stem: "words of a proposal, which is in the file",
    Binding: "the town an address on a shared account talks to: the town whose file this is",
    Pairing: "codes that were sent to link another address, which is in the file once it is linked; for 30 days",
    Spending: "what messages cost, without a person",
    Claim: "the provider's numbers of messages, without a person, for 30 days",
    Quarantined: "bodies that could not be read, so that nobody knows whose they are, for some days",
    Erasure: "sealed, of people who are gone",
    Approval: "of the town",
    Listed: "hashes of addresses, which are in the file",
    Scheduled: "of the town",
    Occurrence: "of the town: what it told many at once; the file says which of it this person was sent",
    Batch: "of the town: answers on paper, which name nobody",
    Revision: "of the town",
    SurveyRevision: "of the town",
    Tally: "of the town: answers added up",
    Tenant: "of the town",
}

_UNTOLD = frozenset(
    (
        *("tenant_id", "id", "participant_id", "author_id", "parent_id", "proposal_id", "ticket_id"),
        *("hash", "sealed", "lane", "external_id", "account", "leased_by", "leased_until"),
        *("attempts", "parts_sent", "is_farewell", "due_at", "content", "batch_id"),
        *("occurrence_id", "message_id", "tried", "changed_at"),
    )
)
"""Keys and the machinery's own columns."""


def check_may_ask(turn: Turn) -> None:
    """A person's file can be asked for once an hour."""
    last = turn.participant.data_sent_at
    if last is not None and turn.now - last < AT_MOST_EVERY:
        left = last + AT_MOST_EVERY - turn.now
        raise Refused(Reason.DATA_SENT_LATELY, count=max(1, -int(-left.total_seconds() // 60)))


def send(turn: Turn) -> OwnFile:
    """The person's file, on its way to them."""
    check_may_ask(turn)
    turn.participant.data_sent_at = turn.now
    record(turn.db, turn.actor, "my_data_sent", "my_data", turn.now)
    return gather(turn)


def gather(turn: Turn) -> OwnFile:
    """Everything, read anew."""
    return {name: list(_kept(turn, name, model)) for name, model in SECTIONS.items()}


def _kept(turn: Turn, name: str, model: type[Row]) -> Iterator[Kept]:
    rows = belongings(turn.db, model, turn.participant_id)
    for row in rows[-MESSAGES_MOST:] if model is Message else rows:
        kept = {column: _plain(value) for column, value in _columns(row) if column not in _UNTOLD}
        match row:
            case Proposal() | Comment():
                kept |= _history(turn, f"{name.removesuffix('s')}:{row.reference}")
            case Participant():
                kept |= _history(turn, f"participant:{row.id}")
            case Support():
                proposal = turn.db.one(Proposal, row.proposal_id)
                kept |= {"reference": proposal.reference, "title": proposal.title}
            case Recipient():
                kept["broadcast"] = turn.db.one(Occurrence, row.occurrence_id).broadcast
            case Reminder():
                kept["due_at"] = _plain(row.due_at)
            case Ticket():
                kept["messages"] = [
                    {"author": _who(each.author), "text": each.text, "said_at": _plain(each.said_at)}
                    for each in messages_of(turn.db, row.id)
                ]
            case Session():
                kept["state"] = json.loads(row.state) if row.state else {}
            case Message():
                said = json.loads(row.content)
                kept |= {"title": said.get("title", ""), "text": said.get("text", "")}
                kept["written_at"] = _plain(time_of(row.id))
            case _:
                pass
        yield kept


def _history(turn: Turn, item: str) -> Kept:
    """How it read before, and what the town's people decided about it."""
    history: Kept = {}
    versions = versions_of(turn.db, item)
    if versions:
        history["before"] = [
            {"content": each.content, "why": each.why, "by": _who(each.by), "replaced_at": _plain(each.replaced_at)}
            for each in versions
        ]
    decision = turn.db.find(Moderation, item)
    if decision is not None and decision.decided_at is not None:
        history["decision"] = {
            "state": decision.state,
            "reason": decision.reason,
            "decided_at": _plain(decision.decided_at),
        }
    return history


def _columns(row: Row) -> Iterator[tuple[str, object]]:
    return ((name, getattr(row, name)) for name in type(row).model_fields)


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return value.value if isinstance(value, StrEnum) else value


def _who(by: str) -> str:
    """The person's own, or the town's: who of its people is theirs to tell."""
    return "you" if by.startswith("participant") else "the town"
