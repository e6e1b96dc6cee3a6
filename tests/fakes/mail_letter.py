"""A letter that arrived: read as a mail program reads it, and looked at as a strict server looks at it."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.headerregistry import DateHeader
from email.message import EmailMessage
from email.policy import SMTP
from functools import cached_property

_ONCE = ("From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Auto-Submitted")
_AT_MOST_ONCE = ("Reply-To", "In-Reply-To", "References", "Cc", "Sender", "List-Unsubscribe", "List-Id")
_MESSAGE_ID = re.compile(r"<[^\s<>@]+@[^\s<>@]+>")


@dataclass(frozen=True)
class Letter:
    """`sender` and `recipient` are the envelope's."""

    sender: str
    recipient: str
    body: bytes

    @cached_property
    def message(self) -> EmailMessage:
        message = message_from_bytes(self.body, policy=SMTP)
        assert isinstance(message, EmailMessage)
        return message

    def header(self, name: str) -> str:
        """On one line; empty where there is none."""
        return " ".join(str(self.message.get(name, "")).split())

    @property
    def message_id(self) -> str:
        return self.header("Message-ID")

    @property
    def subject(self) -> str:
        return self.header("Subject")

    @property
    def reply_to(self) -> str:
        """Where "Reply" goes."""
        header = self.message["Reply-To"] or self.message["From"]
        return str(header.addresses[0].addr_spec)

    @cached_property
    def plain(self) -> str:
        """The plain part, its flowed lines joined."""
        part = self.message.get_body(("plain",))
        assert part is not None
        words = str(part.get_content()).replace("\r\n", "\n")
        if str(part.get_param("format", "")).lower() != "flowed":
            return words
        joined = re.sub(r"(?<!^--) \n", " ", words, flags=re.MULTILINE)
        return re.sub(r"^ (?=[ >]|From )", "", joined, flags=re.MULTILINE)

    @property
    def page(self) -> str:
        """The HTML part."""
        part = self.message.get_body(("html",))
        assert part is not None
        return str(part.get_content())

    @property
    def files(self) -> list[tuple[str, bytes]]:
        """What comes with it: names and bytes."""
        enclosed = [part for part in self.message.walk() if part.get_filename()]
        return [(str(part.get_filename()), bytes(part.get_payload(decode=True) or b"")) for part in enclosed]

    def faults(self) -> list[str]:
        """What a strict receiver would refuse it for."""
        return list(self._wrong())

    def _wrong(self) -> Iterator[str]:
        head, _, _ = self.body.partition(b"\r\n\r\n")
        if re.search(rb"(?<!\r)\n|\r(?!\n)", self.body):
            yield "a line that does not end with CRLF"
        if any(len(line) > 998 for line in self.body.split(b"\r\n")):
            yield "a line of more than 998 bytes"
        if not head.isascii() or b"\0" in self.body:
            yield "a header that is not ASCII, or a NUL"
        names = Counter(name.lower() for name in self.message)
        yield from (f"{names[name.lower()]} × {name}" for name in _ONCE if names[name.lower()] != 1)
        yield from (f"{names[name.lower()]} × {name}" for name in _AT_MOST_ONCE if names[name.lower()] > 1)
        if not _MESSAGE_ID.fullmatch(self.message_id):
            yield "no Message-ID"
        if any(part.defects for part in self.message.walk()):
            yield "MIME defects"
        yield from self._wrong_date()
        yield from self._wrong_parts()

    def _wrong_date(self) -> Iterator[str]:
        header = self.message.get("Date")
        date = header.datetime if isinstance(header, DateHeader) else None
        if not isinstance(date, datetime) or date.tzinfo is None:
            yield "a Date without a zone"

    def _wrong_parts(self) -> Iterator[str]:
        alternative = [part for part in self.message.walk() if part.get_content_type() == "multipart/alternative"]
        if len(alternative) != 1:
            yield f"{len(alternative)} × multipart/alternative"
            return
        kinds = [part.get_content_type() for part in alternative[0].iter_parts()]
        if kinds[0] != "text/plain" or kinds[-1] not in {"text/html", "multipart/related"}:
            yield f"alternatives in the order {kinds}"
            return
        if not self.plain.strip():
            yield "an empty plain part"
        if not re.search(r"<html[^>]* lang=\"[a-z]{2}", self.page):
            yield "a page without a language"
