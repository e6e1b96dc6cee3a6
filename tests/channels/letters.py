"""A mail of ours as whoever gets it reads it, and how anybody could tell that it is well made."""

import email
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from typing import Any

from lxml import html
from msgspec import structs

from channels.email_envelope import Mail, mail_of
from channels.email_parts import Part, parts_of
from channels.email_settings import EmailSettings, Server
from channels.message import Enclosed, Outbound

NOW = datetime(2026, 5, 4, 10, tzinfo=UTC)
NAME = "vilanova.1830000000000000007.0"
ANA = "ana@mail.example.org"


_SETTINGS = EmailSettings(
    account="vilanova",
    address="participa@vilanova.example.org",
    key=b"k" * 32,
    smtp=Server("127.0.0.1", 25, "none"),
    public_url="https://participa.example.org",
    names={"ca": "Vilanova", "es": "Villanueva"},
)


def settings(**changed: Any) -> EmailSettings:
    return structs.replace(_SETTINGS, **changed)


@dataclass(frozen=True)
class Read:
    """What a mail program makes of a mail."""

    headers: Mapping[str, str]
    plain: str
    page: html.HtmlElement
    source: str
    """The page as it came."""
    files: list[Enclosed]
    whole: EmailMessage


def write(outbound: Outbound, to: str = ANA, name: str = NAME, **changed: Any) -> Mail:
    (part,) = parts_of(outbound, settings(**changed))
    return mail(part, to, name, **changed)


def mail(part: Part, to: str = ANA, name: str = NAME, **changed: Any) -> Mail:
    return mail_of(part, settings(**changed), to, name, NOW, NOW)


def read(sent: bytes) -> Read:
    """Read a mail as it was handed over; fails where a server or a program could stumble over it."""
    assert all(len(line) <= 998 for line in sent.split(b"\r\n"))
    assert b"\n" not in sent.replace(b"\r\n", b"")
    assert b"\r" not in sent.replace(b"\r\n", b"")
    message = email.message_from_bytes(sent, policy=policy.default)
    for each in message.walk():
        assert each.defects == []
        assert [header for header in each.values() if header.defects] == []
    plain, page = message.get_body(("plain",)), message.get_body(("html",))
    assert isinstance(plain, EmailMessage)
    assert isinstance(page, EmailMessage)
    source = page.get_content()
    return Read(
        headers={name.lower(): str(value) for name, value in message.items()},
        plain=joined(plain.get_content()),
        page=html.document_fromstring(source),
        source=source,
        files=[
            Enclosed(str(each.get_filename()), each.get_content_type(), each.get_content())
            for each in message.walk()
            if each.get_filename()
        ],
        whole=message,
    )


def joined(flowed: str) -> str:
    """Text of "format=flowed" as its reader joins it (RFC 3676)."""
    lines: list[str] = []
    goes_on = False
    for stuffed in flowed.replace("\r\n", "\n").removesuffix("\n").split("\n"):
        line = stuffed.removeprefix(" ")
        if goes_on:
            lines[-1] += line.removeprefix("> ")
        else:
            lines.append(line)
        goes_on = line.endswith(" ") and line != "-- "
    return "\n".join(lines)
