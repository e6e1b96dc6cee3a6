"""Somebody with a mail program: writes letters as it does, and answers with its "Reply" button."""

import html
import itertools
from collections.abc import Sequence
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid

from tests.fakes.mail import FakeMail, Inbox
from tests.fakes.mail_letter import Letter

_seconds = itertools.count(1_795_687_200)


class Mailer:
    """One person at one address, who writes to one address of the bot's."""

    def __init__(self, mail: FakeMail, address: str, to: str, language: str = "") -> None:
        self.address = address
        self.to = to
        self.is_proved = True
        """What her mails' signatures say to the town's mail server."""
        self._mail = mail
        self._language = language

    @property
    def inbox(self) -> Inbox:
        """What she receives."""
        return self._mail.inbox(self.address)

    async def writes(self, words: str, subject: str = "Hola", files: Sequence[tuple[str, str, bytes]] = ()) -> str:
        """A new letter; what the bot's server answers. Files are name, media type, bytes."""
        return await self.sends(self.to, self.letter(words, subject, files))

    async def answers(self, letter: Letter, words: str, files: Sequence[tuple[str, str, bytes]] = ()) -> str:
        """ "Reply", as Gmail does it: her words above, the letter below them."""
        return await self.sends(letter.reply_to, self.reply(letter, words, files))

    async def sends(self, to: str, body: bytes) -> str:
        """A mail as it is."""
        return await self._mail.bring(self.address, to, body, is_proved=self.is_proved)

    def letter(self, words: str, subject: str = "Hola", files: Sequence[tuple[str, str, bytes]] = ()) -> bytes:
        """A new mail."""
        message = self._begun(self.to, subject)
        message.set_content(words)
        return _with_files(message, files)

    def reply(self, letter: Letter, words: str, files: Sequence[tuple[str, str, bytes]] = ()) -> bytes:
        """An answer to a letter."""
        subject = letter.subject if letter.subject.lower().startswith("re:") else f"Re: {letter.subject}"
        message = self._begun(letter.reply_to, subject)
        message["In-Reply-To"] = letter.message_id
        message["References"] = f"{letter.header('References')} {letter.message_id}".strip()
        sender = letter.message["From"].addresses[0]
        said = f"El dj., 26 nov. 2026 a les 10:00, {sender.display_name} (<{sender.addr_spec}>) va escriure:"
        quoted = "\n".join(f"> {line}" for line in letter.plain.splitlines())
        message.set_content(f"{words}\n\n{said}\n\n{quoted}\n")
        above = "<br>".join(html.escape(line) for line in words.splitlines())
        message.add_alternative(
            f'<div dir="ltr">{above}</div><br><div class="gmail_quote gmail_quote_container"><div dir="ltr" '
            f'class="gmail_attr">{html.escape(said)}<br></div><blockquote class="gmail_quote" '
            f'style="margin:0px 0px 0px 0.8ex">{letter.page}</blockquote></div>',
            subtype="html",
        )
        return _with_files(message, files)

    def _begun(self, to: str, subject: str) -> EmailMessage:
        message = EmailMessage(SMTP)
        message["MIME-Version"] = "1.0"
        message["From"] = f"Ana Sample <{self.address}>"
        message["To"] = to
        message["Date"] = format_datetime(datetime.fromtimestamp(next(_seconds), UTC))
        message["Message-ID"] = make_msgid(domain="mail.example.org")
        message["Subject"] = subject
        if self._language:
            message["Content-Language"] = self._language
        return message


def _with_files(message: EmailMessage, files: Sequence[tuple[str, str, bytes]]) -> bytes:
    for name, media_type, data in files:
        maintype, _, subtype = media_type.partition("/")
        message.add_attachment(data, maintype=maintype, subtype=subtype, filename=name)
    return message.as_bytes()
