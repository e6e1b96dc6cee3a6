"""A mail that came, as the house hears it: a person's words, a mail server's word on a mail of ours, or neither."""

import hashlib
import re
from collections.abc import Mapping
from datetime import date

from msgspec.structs import replace

from channels.channel import Heard, Ignored, Unread
from channels.email_automatic import Automatic, sender_of, why_automatic
from channels.email_bounces import is_bounce, read_bounce
from channels.email_headers import field, message_ids, words
from channels.email_mime import Headers, head_of
from channels.email_proof import bounced, proof_of
from channels.email_settings import EmailSettings
from channels.email_threads import bare_subject, dump_thread
from channels.email_written import Written, read_written
from channels.message import Address, Inbound, Kind, Unclear
from channels.opening import opening

TRIMMED = "trimmed"
"""The reason under which is kept for a while what was not taken for a person's own words."""

_MOST_TRIMMED = 200_000
_STOPS = {"stop": "STOP", "baixa": "BAIXA", "baja": "BAJA", "unsubscribe": "STOP"}
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8})?", re.IGNORECASE)


def read(settings: EmailSettings, body: bytes, envelope: Mapping[str, str], today: date) -> list[Heard]:
    """What it says to us; never nothing.

    `envelope` is what the door knows, in lower case: "x-rcpt" (the recipients, with spaces between), "x-mail-from"
    (empty for the null sender; left out where it is not known), "x-cut" where `body` is the head of a mail that was
    too large to be taken.
    """
    headers, start = head_of(body)
    if is_bounce(headers, envelope):
        token = bounced(settings, headers, envelope, today)
        if token is None or token.is_expired:
            return [_ignored(settings, Automatic.STRANGE_BOUNCE)]
        return [read_bounce(settings.account, token.name, body)]
    if why := why_automatic(settings, headers, envelope):
        return [_ignored(settings, why)]
    id = _id(headers, memoryview(body)[start:])
    written = Written() if "x-cut" in envelope else read_written(body, id)
    inbound = _said(settings, headers, id, written, "x-cut" in envelope)
    proof = proof_of(settings, headers, envelope, inbound.address.id, today)
    if proof.is_expired and not proof.is_proved:
        inbound = replace(inbound, kind=Kind.UNCLEAR, text=Unclear.EXPIRED, files=())
    inbound = replace(inbound, answers=proof.answers, is_proved=proof.is_proved, is_vouched=proof.is_vouched)
    trimmed = written.rest if inbound.text == written.own else f"{written.own}\n\n{written.rest}"
    kept = trimmed.strip()[:_MOST_TRIMMED].encode("utf-8", "replace")
    return [inbound, Unread("email", settings.account, kept, TRIMMED)] if kept else [inbound]


def _said(settings: EmailSettings, headers: Headers, id: str, written: Written, is_cut: bool) -> Inbound:
    subject = words(field(headers, "Subject"))
    text = _stop(headers, subject) or written.own or ("" if written.files else _subject_alone(headers, subject))
    kind, text = (Kind.MEDIA, text) if written.files else opening(text)
    if is_cut:
        kind, text = Kind.UNCLEAR, Unclear.TOO_LARGE
    elif kind is Kind.TEXT and not text:
        kind, text = Kind.UNCLEAR, Unclear.EMPTY
    language = _LANGUAGE.match(field(headers, "Content-Language"))
    return Inbound(
        account=settings.account,
        address=Address("email", sender_of(headers)),
        id=id,
        kind=kind,
        text=text,
        language=language[0] if language else "",
        files=written.files,
        thread=dump_thread(subject, field(headers, "Message-ID"), " ".join(reversed(message_ids(headers)))),
    )


def _ignored(settings: EmailSettings, reason: Automatic) -> Ignored:
    return Ignored("email", settings.account, reason)


def _is_new(headers: Headers, subject: str) -> bool:
    return not message_ids(headers) and bare_subject(subject) == subject


def _stop(headers: Headers, subject: str) -> str:
    """The word in the subject of a new mail that means stop, whatever signature stands below."""
    return _STOPS.get(subject.strip(" .!").lower(), "") if _is_new(headers, subject) else ""


def _subject_alone(headers: Headers, subject: str) -> str:
    return subject if _is_new(headers, subject) else ""


def _id(headers: Headers, content: memoryview) -> str:
    """The same for each copy of a mail, by whatever way it comes; a Message-ID alone may be missing, or used twice."""
    said = "\0".join(field(headers, name) for name in ("Message-ID", "Date", "From"))
    return hashlib.sha256(said.encode("utf-8", "replace") + hashlib.sha256(content).digest()).hexdigest()
