"""Every table, so that whoever needs them all (migrations, tests) names one module."""

from storage.audit import Consent, Entry
from storage.follows import Follow
from storage.happenings import Happening
from storage.inbounds import Claim, Quarantined
from storage.outbox import Message
from storage.participants import Address, Binding, Participant, Session
from storage.proposals import Proposal
from storage.responses import Response
from storage.tenants import Approval, Revision, SurveyRevision, Tenant

TABLES = (
    Address,
    Approval,
    Binding,
    Claim,
    Consent,
    Entry,
    Follow,
    Happening,
    Message,
    Participant,
    Proposal,
    Quarantined,
    Response,
    Revision,
    Session,
    SurveyRevision,
    Tenant,
)
