"""A letter as it leaves: its headers and its parts, by the standard library, which lets no line break into a header."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from email import policy
from email.headerregistry import Address as Mailbox
from email.headerregistry import BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import Policy
from email.utils import format_datetime
from urllib.parse import quote

from msgspec import Struct

from channels.email_look import STOP, is_picture, page, pictures, plain
from channels.email_parts import Part
from channels.email_settings import EmailSettings
from channels.email_threads import OURS, in_reply_to, one_line, references
from channels.email_tokens import VALID_DAYS
from channels.errors import AddressStopped
from channels.message import Enclosed, named

_SILENCES = "DR, RN, NRN, OOF, AutoReply"
"""What Exchange is not to answer with; a report that a mail could not be delivered (NDR) is wanted."""
_LINE = 78
_BROKEN = re.compile(r"[\s\x00-\x1f\x7f<>\ud800-\udfff]")
_TYPE = re.compile(r"(image|audio|video|application|text)/([a-z0-9][a-z0-9.+-]{0,80})")


class Mail(Struct, frozen=True):
    """What a mail server is given. `is_international`: an address in it is not ASCII."""

    sender: str
    recipient: str
    message_id: str
    message: bytes
    is_international: bool

    def __repr__(self) -> str:
        return f"Mail({len(self.message)} bytes)"


class _Words(UnstructuredHeader, BaseHeader):
    """A header of ids or links, broken at its spaces alone: the library would encode what is longer than a line."""

    def fold(self, *, policy: Policy) -> str:
        lines = [f"{self.name}:"]
        for word in str(self).split():
            if len(lines[-1]) + len(word) >= _LINE and lines[-1].strip() != f"{self.name}:":
                lines.append("")
            lines[-1] += f" {word}"
        return "".join(line + policy.linesep for line in lines)


_header_types = HeaderRegistry()
for _name in ("message-id", "in-reply-to", "references", "list-unsubscribe"):
    _header_types.map_to_type(_name, _Words)


def mail_of(part: Part, settings: EmailSettings, address: str, name: str, made_at: datetime, now: datetime) -> Mail:
    """The mail to this address. `name` is ours of it, `made_at` when it was queued: the same at each attempt, and so is
    its Message-ID. Raises `AddressStopped` where nobody can have that address."""
    tokens, tenant_id, last_day = settings.tokens, named(name)[0], (made_at + timedelta(VALID_DAYS)).date()
    recipient = _ascii_domain(address)
    is_international = not recipient.isascii()
    message = EmailMessage(policy.SMTP.clone(header_factory=_header_types, utf8=is_international))
    answer_to = tokens.answer_address(name, last_day)
    message["From"] = _mailbox(part.sender, settings.address)
    message["To"] = _mailbox("", recipient)
    message["Reply-To"] = _mailbox(part.sender, answer_to)
    message["Subject"] = part.subject
    message["Date"] = format_datetime(now)
    message["Message-ID"] = message_id = tokens.message_id(name, last_day)
    if answered := in_reply_to(part.thread):
        message["In-Reply-To"] = answered
    message["References"] = references(part.thread, tokens.root_id(tenant_id, address))
    message[OURS] = settings.account
    message["X-Auto-Response-Suppress"] = _SILENCES
    if part.thread is not None:
        message["Auto-Submitted"] = "auto-replied"
    else:
        for header, words in _news_headers(part, settings, address, answer_to):
            message[header] = words
    _fill(message, part, answer_to, settings.domain)
    bounces = tokens.bounce_address(name, last_day)
    return Mail(bounces, recipient, message_id, message.as_bytes(), is_international)


def _news_headers(part: Part, settings: EmailSettings, address: str, answer_to: str) -> Iterator[tuple[str, str]]:
    """What nobody asked for says so, and how to get no more of it in one click (RFC 8058)."""
    yield "Auto-Submitted", "auto-generated"
    yield "Precedence", "bulk"
    yield "List-Id", f"<{settings.account}.{settings.domain}>"
    by_mail = f"<mailto:{quote(answer_to, safe='@')}?subject={STOP}&body={STOP}>"
    if not settings.public_url:
        yield "List-Unsubscribe", by_mail
        return
    token = settings.tokens.stop(address, part.language)
    yield "List-Unsubscribe", f"<{settings.public_url}/email/{settings.account}/stop/{token}>, {by_mail}"
    yield "List-Unsubscribe-Post", "List-Unsubscribe=One-Click"


def _fill(message: EmailMessage, part: Part, answer_to: str, domain: str) -> None:
    """Words plain and as a page, pictures beside the page, other files after both."""
    message.set_content(plain(part), cte="quoted-printable", params={"format": "flowed"})
    shown = [(f"picture{number}@{domain}", file) for number, file in enumerate(pictures(part), 1)]
    html = page(part, answer_to, [cid for cid, _ in shown])
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    plain_part, page_part = message.iter_parts()
    for cid, file in shown:
        maintype, subtype = _type(file)
        name = one_line(file.name)
        page_part.add_related(file.data, maintype, subtype, cid=f"<{cid}>", disposition="inline", filename=name)
    for file in part.files:
        if not is_picture(file):
            message.add_attachment(file.data, *_type(file), filename=one_line(file.name))
    # Last: the library would move it into the first part.
    for each in (message, plain_part, page_part):
        each["Content-Language"] = part.language


def _type(file: Enclosed) -> tuple[str, str]:
    found = _TYPE.fullmatch(file.media_type)
    return (found[1], found[2]) if found else ("application", "octet-stream")


def _mailbox(name: str, address: str) -> Mailbox:
    local, _, domain = address.rpartition("@")
    return Mailbox(name, local, domain)


def _ascii_domain(address: str) -> str:
    local, _, domain = address.rpartition("@")
    try:
        ascii_domain = domain.encode("idna").decode()
    except UnicodeError:
        ascii_domain = ""
    if not local or not ascii_domain or _BROKEN.search(local):
        raise AddressStopped("not an address that mail can reach")
    return f"{local}@{ascii_domain}"
