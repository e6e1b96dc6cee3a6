"""Letters handed to a real SMTP server on loopback, which refuses, stalls and hangs up as servers do."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from channels.email import Email
from channels.email_calls import Relay, Relays
from channels.email_settings import Security, Server
from channels.errors import AddressStopped, Later, Misconfigured, SendFailed, Uncertain
from channels.message import Address, Outbound
from tests.channels.letters import ANA, NAME, NOW, read, settings, write

TO = Address("email", ANA)


@dataclass
class PostOffice:
    """Answers as it is told; "cut" hangs up instead, "stall" says nothing."""

    mail: str = "250 2.1.0 OK"
    rcpt: str = "250 2.1.5 OK"
    data: str = "250 2.0.0 OK"
    login: str = "235"
    knows_utf8: bool = True
    envelopes: list[Envelope] = field(default_factory=list)
    lines: list[SMTP] = field(default_factory=list)
    port: int = 0

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from, envelope.mail_options = address, options
        return self._say(server, self.mail)

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self._say(server, self.rcpt)

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.data == "stall":
            await asyncio.sleep(5)
        self.envelopes.append(envelope)
        return self._say(server, self.data)

    def authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _way: str, _data: object
    ) -> AuthResult:
        is_right = self.login.startswith("235")
        return AuthResult(success=is_right, handled=is_right, message=None if is_right else self.login)

    def line(self) -> SMTP:
        self.lines.append(
            SMTP(
                self,
                hostname="mail.example.org",
                enable_SMTPUTF8=self.knows_utf8,
                authenticator=self.authenticate,
                auth_require_tls=False,
            )
        )
        return self.lines[-1]

    def hang_up(self) -> None:
        for line in self.lines:
            if line.transport is not None:
                line.transport.close()

    def _say(self, server: SMTP, words: str) -> str:
        if words == "cut":
            assert server.transport is not None
            server.transport.close()
        return words


@pytest.fixture
async def post() -> AsyncIterator[PostOffice]:
    office = PostOffice()
    server = await asyncio.get_running_loop().create_server(office.line, "127.0.0.1", 0)
    office.port = server.sockets[0].getsockname()[1]
    async with server:
        yield office
        office.hang_up()


@pytest.fixture
async def relays() -> AsyncIterator[Relays]:
    ways_out = Relays()
    yield ways_out
    ways_out.close()


def email(relays: Relays, port: int, security: Security = "none", user: str = "", password: str = "") -> Email:
    account = settings(smtp=Server("127.0.0.1", port, security), user=user, password=password)
    return Email(account, relays, lambda: NOW, lambda _id: NOW)


async def send(channel: Email, name: str = NAME, to: Address = TO) -> str:
    (part,) = channel.render(Outbound("Hola, bon dia."))
    return await channel.send(to, part, name)


async def test_a_letter_leaves_with_the_names_that_come_back(post: PostOffice, relays: Relays) -> None:
    channel = email(relays, post.port)
    message_id = await send(channel)
    (envelope,) = post.envelopes
    assert isinstance(envelope.content, bytes)
    letter = read(envelope.content.removesuffix(b"\r\n") + b"\r\n")
    assert letter.plain == "Hola, bon dia."
    assert letter.headers["message-id"] == message_id
    assert envelope.rcpt_tos == [ANA]
    bounced = channel.settings.tokens.of_address(envelope.mail_from or "", NOW.date())
    assert bounced is not None
    assert bounced.name.partition(".")[2] == NAME.partition(".")[2]


async def test_a_second_attempt_has_the_same_message_id(post: PostOffice, relays: Relays) -> None:
    channel = email(relays, post.port)
    later = Email(channel.settings, relays, lambda: NOW + timedelta(days=1), lambda _id: NOW)
    assert await send(channel) == await send(later)


async def test_a_connection_is_used_again_and_opened_anew_when_it_was_lost(post: PostOffice, relays: Relays) -> None:
    channel = email(relays, post.port)
    for _ in range(3):
        await send(channel)
    assert (len(post.envelopes), len(post.lines)) == (3, 1)
    post.hang_up()
    await send(channel)
    assert (len(post.envelopes), len(post.lines)) == (4, 2)


async def test_only_a_few_connections_are_open_at_once(post: PostOffice, relays: Relays) -> None:
    channel = email(relays, post.port)
    await asyncio.gather(*(send(channel) for _ in range(20)))
    assert len(post.envelopes) == 20
    assert len(post.lines) <= 4


async def test_an_account_that_is_opened_again_keeps_its_connections(post: PostOffice, relays: Relays) -> None:
    await send(email(relays, post.port))
    await send(email(relays, post.port))
    assert len(post.lines) == 1


@pytest.mark.parametrize(
    ("stage", "said", "failure"),
    [
        ("rcpt", "550 5.1.1 <ana@mail.example.org> unknown", AddressStopped),
        ("rcpt", "550 5.1.2 no such domain", AddressStopped),
        ("rcpt", "556 5.1.10 null MX", AddressStopped),
        ("rcpt", "550 5.2.1 mailbox disabled", AddressStopped),
        ("rcpt", "550 No such user here", AddressStopped),
        ("rcpt", "551 User not local", AddressStopped),
        ("rcpt", "552 5.2.2 mailbox full", Later),
        ("rcpt", "552 mailbox full", Later),
        ("rcpt", "450 4.2.0 greylisted", Later),
        ("rcpt", "451 try again", Later),
        ("rcpt", "550 5.7.1 relaying denied", Misconfigured),
        ("rcpt", "550 relaying denied", Misconfigured),
        ("rcpt", "554 5.7.1 blocked", Misconfigured),
        ("rcpt", "550 5.7.13 account disabled", AddressStopped),
        ("mail", "550 5.1.8 sender's domain does not exist", Misconfigured),
        ("mail", "553 sender refused", Misconfigured),
        ("mail", "451 4.3.0 not now", Later),
        ("data", "554 5.7.1 looks like spam", Misconfigured),
        ("data", "552 5.3.4 too large", Misconfigured),
        ("data", "552 5.2.2 mailbox full", Later),
        ("data", "550 5.1.1 unknown after all", AddressStopped),
        ("data", "550 refused", Misconfigured),
        ("data", "451 4.7.1 try again", Later),
        ("data", "421 4.3.2 closing", Later),
        ("data", "cut", Uncertain),
        ("rcpt", "cut", Later),
        ("mail", "cut", Later),
    ],
)
async def test_a_refusal_means_what_it_says(
    post: PostOffice, relays: Relays, stage: str, said: str, failure: type[SendFailed]
) -> None:
    setattr(post, stage, said)
    channel = email(relays, post.port)
    with pytest.raises(SendFailed) as failed:
        await send(channel)
    assert type(failed.value) is failure
    assert "ana" not in failed.value.reason
    setattr(post, stage, "250 OK")
    await send(channel)


async def test_an_answer_that_does_not_come_leaves_it_open(post: PostOffice) -> None:
    post.data = "stall"
    account = settings(smtp=Server("127.0.0.1", post.port, "none"))
    relay = Relay(account, within=0.05)
    with pytest.raises(Uncertain):
        await relay.carry(write(Outbound("Hola")))
    relay.close()


async def test_a_server_that_is_down_is_tried_later(unused_tcp_port: int, relays: Relays) -> None:
    with pytest.raises(Later):
        await send(email(relays, unused_tcp_port))


@pytest.mark.parametrize(("said", "failure"), [("535 5.7.8 wrong", Misconfigured), ("454 4.7.0 not now", Later)])
async def test_a_login_that_is_refused(post: PostOffice, relays: Relays, said: str, failure: type[SendFailed]) -> None:
    post.login = said
    with pytest.raises(failure) as failed:
        await send(email(relays, post.port, user="participa", password="a-secret"))
    assert "a-secret" not in str(failed.value)
    post.login = "235"
    await send(email(relays, post.port, user="participa", password="a-secret"))


async def test_nothing_leaves_in_the_clear_where_it_must_not(post: PostOffice, relays: Relays) -> None:
    with pytest.raises(Misconfigured):
        await send(email(relays, post.port, "starttls"))
    with pytest.raises(Misconfigured):
        await send(email(relays, post.port, "tls"))
    assert post.envelopes == []


async def test_an_address_that_is_not_ascii_needs_a_server_that_takes_it(post: PostOffice, relays: Relays) -> None:
    angels = Address("email", "àngels@example.org")
    await send(email(relays, post.port), to=angels)
    (envelope,) = post.envelopes
    assert envelope.rcpt_tos == ["àngels@example.org"]
    assert "SMTPUTF8" in envelope.mail_options
    post.knows_utf8 = False
    post.hang_up()
    with pytest.raises(Misconfigured):
        await send(email(relays, post.port), to=angels)


async def test_what_may_have_left_cannot_be_looked_for(relays: Relays) -> None:
    channel = email(relays, 25)
    (part,) = channel.render(Outbound("Hola"))
    with pytest.raises(Uncertain):
        await channel.find(TO, part, NAME, NOW)
