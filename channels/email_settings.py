"""A mailbox as its rooms know it: who it is, and the servers by which mail leaves and comes."""

from collections.abc import Mapping
from typing import Literal, TypeAlias

from msgspec import Struct

from channels.email_tokens import Tokens

Security: TypeAlias = Literal["starttls", "tls", "none"]


class Server(Struct, frozen=True):
    """A mail server. What it is told to prove who we are is `EmailSettings.user` and `password`."""

    host: str
    port: int
    security: Security


class EmailSettings(Struct, frozen=True):
    """One mailbox. `key` signs what leaves: `Keys.signing(account, "email")`."""

    account: str
    address: str
    key: bytes
    smtp: Server
    imap: Server | None = None
    """None where the mail server brings mail by LMTP."""
    folder: str = "INBOX"
    done: str = "Participabot"
    """The folder where fetched mail is moved once it has acted."""
    user: str = ""
    password: str = ""
    authserv_id: str = ""
    """The name our own mail server signs its Authentication-Results with; empty: none is believed."""
    public_url: str = ""
    """Where the links to get no more mail lead."""
    is_shared: bool = False
    """Several towns speak through it: the title of what they say is the name of the one that does."""
    names: Mapping[str, str] = {}
    """What the account's owner is called, by language; the first is its own language."""

    def name(self, language: str) -> str:
        """What its owner is called in this language, or in its own."""
        return self.names.get(language) or next(iter(self.names.values()), self.account)

    @property
    def domain(self) -> str:
        """What stands behind the @ of its address."""
        return self.address.rpartition("@")[2]

    @property
    def tokens(self) -> Tokens:
        """What signs the names that leave with its mail."""
        return Tokens(self.key, self.address)

    def __repr__(self) -> str:
        return f"EmailSettings(account={self.account!r}, address={self.address!r})"
