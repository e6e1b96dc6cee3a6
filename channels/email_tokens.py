"""What leaves with a mail and comes back with its answer: names that are signed, each for one purpose and one account.

An answer's address is `local+a<token>@domain`, a bounce's `local+b<token>@domain`: letter case means nothing there, and
a local part has 64 characters, so the token is 23 bytes in base32 (message 8, part 1, last day 2, seal 12) and the town
is left out. A Message-ID has room for the whole name: `<town.message.part.token@domain>`.
"""

import base64
import hmac
import re
from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from msgspec import Struct

from channels.message import Address, name_of, named

VALID_DAYS = 60
"""Days in which a mail of ours may be answered."""
LONGEST_LOCAL = 25
"""Characters before the @ of an account's address, so that a token still fits behind them."""
SOMEWHERE = "?"
"""The town of a name that came back without one: the account's owner, or one of those that share it."""

_SEAL = 12
_DAY_ZERO = date(1970, 1, 1)
_TAGGED = re.compile(r"[^@\s]+\+([ab])([a-z2-7]{37})@[^@\s]+")
_MESSAGE_ID = re.compile(r"<?([a-z][a-z0-9-]*\.\d{1,19}\.\d{1,3})\.([a-z2-7]{23})@[^@\s<>]+>?")
_STOP = re.compile(r"[\w-]{24,1000}", re.ASCII)


class Purpose(StrEnum):
    """What a token is for; none is ever taken for another."""

    ANSWER = "a"
    BOUNCE = "b"
    MESSAGE = "m"
    THREAD = "t"
    STOP = "s"


class Token(Struct, frozen=True):
    """A name of ours (`name_of`) that came back: the seal is whole, the day may be over."""

    purpose: Purpose
    name: str
    is_expired: bool = False


class Leaving(Struct, frozen=True):
    """Who wants no more mail, and the language of the mail in which they say so."""

    address: Address
    language: str


class Tokens:
    """The tokens of one account: `key` is `Keys.signing(owner, "email")`, `address` the account's own."""

    def __init__(self, key: bytes, address: str) -> None:
        self._local, _, self._domain = address.rpartition("@")
        if not 0 < len(self._local) <= LONGEST_LOCAL:
            raise ValueError(f"no room for a token: at most {LONGEST_LOCAL} characters may stand before the @")
        self._keys: Mapping[Purpose, bytes] = {each: hmac.digest(key, each.encode(), "sha256") for each in Purpose}
        self._way_out = AESSIV(self._keys[Purpose.STOP])

    def answer_address(self, name: str, last_day: date) -> str:
        """Where the answer to this message goes."""
        return self._tagged(Purpose.ANSWER, name, last_day)

    def bounce_address(self, name: str, last_day: date) -> str:
        """The envelope's sender: what comes there is a mail server's word on this message."""
        return self._tagged(Purpose.BOUNCE, name, last_day)

    def message_id(self, name: str, last_day: date) -> str:
        """The Message-ID, the same however often it is made, so that a second copy is known as one."""
        day = _day(last_day)
        token = _base32(day + self._seal(Purpose.MESSAGE, name.encode() + day))
        return f"<{name}.{token}@{self._domain}>"

    def root_id(self, tenant_id: str, address: str) -> str:
        """The Message-ID of a mail that was never sent: the root of all that a town and a person write. Proves
        nothing, says nothing of the address."""
        token = _base32(self._seal(Purpose.THREAD, f"{tenant_id} {address}".encode()))
        return f"<thread.{token}@{self._domain}>"

    def stop(self, address: str, language: str) -> str:
        """What a link to get no more mail carries: the address itself, sealed. A way out is never closed, whatever
        has become of the message, so it has no last day."""
        sealed = self._way_out.encrypt(f"{language} {address}".encode(), None)
        return base64.urlsafe_b64encode(sealed).decode().rstrip("=")

    def of_address(self, address: str, today: date) -> Token | None:
        """The token behind the plus of an address that was written to; None for a forged one, or none."""
        if not (found := _TAGGED.fullmatch(address.strip().lower())):
            return None
        purpose, token = Purpose(found[1]), _bytes(found[2])
        body, seal = token[:-_SEAL], token[-_SEAL:]
        if not hmac.compare_digest(seal, self._seal(purpose, body)):
            return None
        name = name_of(SOMEWHERE, int.from_bytes(body[:8]), body[8])
        return Token(purpose, name, _is_over(body[9:], today))

    def of_message_id(self, message_id: str, today: date) -> Token | None:
        """The name in a Message-ID of ours, from In-Reply-To or References; None for a forged or a foreign one."""
        if not (found := _MESSAGE_ID.fullmatch(message_id.strip().lower())):
            return None
        name, token = found[1], _bytes(found[2])
        day, seal = token[:2], token[2:]
        if not hmac.compare_digest(seal, self._seal(Purpose.MESSAGE, name.encode() + day)):
            return None
        return Token(Purpose.MESSAGE, name, _is_over(day, today))

    def of_stop(self, token: str) -> Leaving | None:
        """Who follows a link to get no more mail; None for a forged one."""
        if not _STOP.fullmatch(token):
            return None
        try:
            sealed = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
            language, _, address = self._way_out.decrypt(sealed, None).decode().partition(" ")
        except (InvalidTag, ValueError):
            return None
        return Leaving(Address("email", address), language)

    def _tagged(self, purpose: Purpose, name: str, last_day: date) -> str:
        _, message_id, part = named(name)
        body = message_id.to_bytes(8) + part.to_bytes(1) + _day(last_day)
        return f"{self._local}+{purpose}{_base32(body + self._seal(purpose, body))}@{self._domain}"

    def _seal(self, purpose: Purpose, words: bytes) -> bytes:
        return hmac.digest(self._keys[purpose], words, "sha256")[:_SEAL]


def _day(last: date) -> bytes:
    return (last - _DAY_ZERO).days.to_bytes(2)


def _is_over(last: bytes, today: date) -> bool:
    return today - _DAY_ZERO > timedelta(int.from_bytes(last))


def _base32(data: bytes) -> str:
    return base64.b32encode(data).decode().rstrip("=").lower()


def _bytes(token: str) -> bytes:
    return base64.b32decode(token.upper() + "=" * (-len(token) % 8))
