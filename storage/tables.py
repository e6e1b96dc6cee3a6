"""Every table, so that whoever needs them all (migrations, tests) names one module."""

from storage.attachments import Attachment, Content
from storage.audit import Consent, Entry, Seal
from storage.batches import Batch
from storage.broadcasts import Listed, Occurrence, Recipient, Scheduled
from storage.comments import Comment
from storage.digests import Note, Preference
from storage.erasures import Erasure
from storage.follows import Follow
from storage.happenings import Happening
from storage.inbounds import Claim, Quarantined
from storage.judgements import Inquiry, Judgement
from storage.moderation import Moderation, Report, Version
from storage.opt_ins import OptIn
from storage.outbox import Message
from storage.pairings import Pairing
from storage.participants import Address, Binding, Participant, Session
from storage.proposals import Proposal
from storage.reminders import Reminder
from storage.responses import Respondent, Response, Tally
from storage.spending import Spending
from storage.stems import Stem
from storage.supports import Support
from storage.tenants import Approval, Revision, SurveyRevision, Tenant
from storage.tickets import Ticket, TicketMessage

TABLES = (
    Address,
    Approval,
    Attachment,
    Batch,
    Binding,
    Claim,
    Comment,
    Consent,
    Content,
    Entry,
    Erasure,
    Follow,
    Happening,
    Inquiry,
    Judgement,
    Listed,
    Message,
    Moderation,
    Note,
    Occurrence,
    OptIn,
    Pairing,
    Participant,
    Preference,
    Proposal,
    Quarantined,
    Recipient,
    Reminder,
    Report,
    Respondent,
    Response,
    Revision,
    Scheduled,
    Seal,
    Session,
    Spending,
    Stem,
    Support,
    SurveyRevision,
    Tally,
    Tenant,
    Ticket,
    TicketMessage,
    Version,
)
