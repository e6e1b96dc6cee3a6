"""Mail over TLS, to a server whose certificate is trusted, and to one whose is not."""

import asyncio
import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from channels.email_calls import Relay
from channels.email_settings import Security, Server
from channels.errors import Misconfigured
from channels.message import Outbound
from tests.channels.letters import settings, write


class Keeper:
    """Keeps what comes, and whether it came over TLS."""

    def __init__(self) -> None:
        self.is_safe: list[bool] = []

    async def handle_DATA(self, server: SMTP, _session: Session, _envelope: Envelope) -> str:  # noqa: N802
        assert server.transport is not None
        self.is_safe.append(server.transport.get_extra_info("sslcontext") is not None)
        return "250 OK"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of 127.0.0.1 with its key, signed by itself."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail.example.org")])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(secret + made.public_bytes(Encoding.PEM))
    return path


@pytest.mark.parametrize("is_trusted", [True, False])
@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_a_letter_goes_only_to_a_server_that_shows_who_it_is(
    certificate: Path, monkeypatch: pytest.MonkeyPatch, security: Security, is_trusted: bool
) -> None:
    if is_trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    keeper = Keeper()
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(keeper, hostname="mail.example.org", tls_context=context if security == "starttls" else None),
        "127.0.0.1",
        0,
        ssl=context if security == "tls" else None,
    )
    async with server:
        relay = Relay(settings(smtp=Server("127.0.0.1", server.sockets[0].getsockname()[1], security)))
        if is_trusted:
            await relay.carry(write(Outbound("Hola")))
        else:
            with pytest.raises(Misconfigured):
                await relay.carry(write(Outbound("Hola")))
        relay.close()
    assert keeper.is_safe == ([True] if is_trusted else [])
