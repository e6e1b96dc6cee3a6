"""How mail leaves: by aiosmtplib, over a few connections to each account's mail server that are used again.

Until a server is given the words themselves nothing has left, and a connection that was lost meanwhile is only opened
anew; once they are given, an answer that does not come leaves it open whether they were taken.
"""

import asyncio
import ssl
from contextlib import suppress
from functools import cached_property

from aiosmtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPDataError,
    SMTPException,
    SMTPRecipientRefused,
    SMTPResponseException,
)

from channels.email_envelope import Mail
from channels.email_refusals import Stage, failure
from channels.email_settings import EmailSettings, Server
from channels.errors import Later, Misconfigured, Uncertain

_AT_ONCE = 4
_WAITS = 30.0
"""Seconds for any answer but the last."""
_TAKES_WITHIN = 120.0
"""Seconds for the words to arrive and be taken."""
_IDLE = 20.0
_LOST = (SMTPException, OSError, TimeoutError)


class Relay:
    """One account's way out. `within` is how many seconds a server has to take a mail."""

    def __init__(self, settings: EmailSettings, within: float = _TAKES_WITHIN) -> None:
        self._settings = settings
        self._within = within
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self._idle: dict[SMTP, asyncio.TimerHandle] = {}

    async def carry(self, mail: Mail) -> None:
        """Hand a mail over. Raises one of `channels.errors`."""
        async with self._slots:
            client = await self._addressed(mail)
            try:
                await client.data(mail.message, timeout=self._within)
            except SMTPDataError as refusal:
                await self._keep(client, has_begun=True)
                if not 400 <= refusal.code < 600:
                    raise Uncertain(f"mail: the answer was {refusal.code}") from None
                raise failure(Stage.CONTENT, refusal.code, refusal.message) from None
            except _LOST as lost:
                client.close()
                raise Uncertain(f"mail: the answer was lost ({type(lost).__name__})") from None
            except BaseException:
                client.close()
                raise
            await self._keep(client)

    def close(self) -> None:
        """Close what waits to be used again."""
        for client, expiry in self._idle.items():
            expiry.cancel()
            client.close()
        self._idle.clear()

    async def _addressed(self, mail: Mail) -> SMTP:
        """A connection whose server waits for the words of this mail."""
        while self._idle:
            client, expiry = self._idle.popitem()
            expiry.cancel()
            with suppress(*_LOST):
                await self._address(client, mail)
                return client
        client = await self._connected()
        try:
            await self._address(client, mail)
        except _LOST as lost:
            raise Later(f"mail: the connection was lost ({type(lost).__name__})") from None
        return client

    async def _connected(self) -> SMTP:
        client = self._new()
        try:
            await client.connect()
            if client.is_ehlo_or_helo_needed:
                await client.ehlo()
        except SMTPAuthenticationError as refusal:
            raise failure(Stage.LOGIN, refusal.code, refusal.message) from None
        except SMTPResponseException as refusal:
            raise failure(Stage.HELLO, refusal.code, refusal.message) from None
        except (OSError, TimeoutError) as lost:
            if isinstance(lost, ssl.SSLError) or isinstance(lost.__cause__, ssl.SSLError):
                raise Misconfigured("mail: the server's certificate is not trusted, or it speaks no TLS") from None
            raise Later(f"mail: no connection ({type(lost).__name__})") from None
        except SMTPException:
            raise Misconfigured("mail: the server does not offer STARTTLS, or no way to log in") from None
        return client

    @cached_property
    def _trusted(self) -> ssl.SSLContext:
        """Whom we believe: what the system believes. Made once, for it takes a while."""
        return ssl.create_default_context()

    def _new(self) -> SMTP:
        server, user = self._settings.smtp, self._settings.user
        return SMTP(
            hostname=server.host,
            port=server.port,
            username=user or None,
            password=self._settings.password if user else None,
            local_hostname=self._settings.domain,
            timeout=_WAITS,
            use_tls=server.security == "tls",
            start_tls=server.security == "starttls",
            tls_context=None if server.security == "none" else self._trusted,
        )

    async def _address(self, client: SMTP, mail: Mail) -> None:
        """Say from whom and to whom. Raises a refusal as one of `channels.errors`, all else as the library does."""
        options, encoding = (["SMTPUTF8"], "utf-8") if mail.is_international else ([], "ascii")
        try:
            if mail.is_international and not client.supports_extension("smtputf8"):
                raise Misconfigured("mail: the server takes no address that is not ASCII (SMTPUTF8)")
            await client.mail(mail.sender, options=options, encoding=encoding)
            await client.rcpt(mail.recipient, encoding=encoding)
        except SMTPResponseException as refusal:
            stage = Stage.RECIPIENT if isinstance(refusal, SMTPRecipientRefused) else Stage.SENDER
            await self._keep(client, has_begun=True)
            raise failure(stage, refusal.code, refusal.message) from None
        except BaseException:
            client.close()
            raise

    async def _keep(self, client: SMTP, *, has_begun: bool = False) -> None:
        """Keep a connection for the next mail, if it is good for one."""
        if has_begun:
            try:
                await client.rset()
            except _LOST:
                client.close()
        if client.is_connected:
            self._idle[client] = asyncio.get_running_loop().call_later(_IDLE, self._drop, client)

    def _drop(self, client: SMTP) -> None:
        if self._idle.pop(client, None):
            client.close()


class Relays:
    """The ways out of all accounts; one that is opened again with the same settings keeps its connections."""

    def __init__(self) -> None:
        self._relays: dict[tuple[Server, str, str, str], Relay] = {}

    def relay(self, settings: EmailSettings) -> Relay:
        """The account's way out."""
        key = settings.smtp, settings.user, settings.password, settings.domain
        if key not in self._relays:
            self._relays[key] = Relay(settings)
        return self._relays[key]

    def close(self) -> None:
        """Close every connection that waits."""
        for relay in self._relays.values():
            relay.close()
