"""The keys of personal data: addresses are sealed with them, and found by a keyed hash.

Everything comes from a master key of 32 bytes. Each tenant has a key and a pepper of its own, derived from it; the id
of the master key stands before what it sealed, so that a newer one can take over while the older still opens.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
import stat
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

ID = 4
"""Bytes of a key's id."""
_SIZE = 32
_NONCE = 12


class KeyProblem(Exception):
    """A key is missing or unusable; the message says what to do."""


class Keys:
    """The master keys of an installation, the newest first: it seals, all of them open.

    The pepper comes from the oldest, for what was hashed must still be found.
    """

    def __init__(self, *masters: bytes) -> None:
        if not masters:
            raise KeyProblem("no key is set: set PARTICIPABOT_KEY or PARTICIPABOT_KEY_FILE")
        for master in masters:
            if len(master) != _SIZE:
                raise KeyProblem(f"a key must be {_SIZE} bytes in base64, not {len(master)} bytes")
        self._masters = {key_id(master): master for master in masters}
        self._newest, self._oldest = masters[0], masters[-1]
        self._cipher = lru_cache(maxsize=4096)(self._derive_cipher)
        self._pepper = lru_cache(maxsize=4096)(self._derive_pepper)

    @classmethod
    def from_text(cls, text: str) -> "Keys":
        """From a setting: one key in base64, or several between spaces, the newest first."""
        return cls(*(_decode(word) for word in text.split()))

    @classmethod
    def from_file(cls, path: Path) -> "Keys":
        """From a file with one key a line, the newest first, that only its owner may read."""
        try:
            mode = stat.S_IMODE(path.stat().st_mode)
            text = path.read_text(encoding="ascii")
        except FileNotFoundError:
            raise KeyProblem(f"there is no key file {path}: put the key back, or make one with `write_new`") from None
        except UnicodeDecodeError:
            raise KeyProblem(f"{path} does not hold keys in base64") from None
        if mode & 0o077:
            raise KeyProblem(f"{path} can be read by others (mode {mode:04o}): run `chmod 600 {path}`")
        return cls.from_text(text)

    @property
    def ids(self) -> frozenset[bytes]:
        """The ids of the keys that can open."""
        return frozenset(self._masters)

    def seal(self, tenant_id: str, text: str) -> bytes:
        """Encrypt for one tenant; only that tenant's key opens it."""
        newest = key_id(self._newest)
        nonce = secrets.token_bytes(_NONCE)
        sealed = self._cipher(newest, tenant_id).encrypt(nonce, text.encode(), tenant_id.encode())
        return newest + nonce + sealed

    def unseal(self, tenant_id: str, sealed: bytes) -> str:
        """The text that was sealed for this tenant; raises `KeyProblem` where the key is missing or does not fit."""
        used, nonce, rest = sealed[:ID], sealed[ID : ID + _NONCE], sealed[ID + _NONCE :]
        if used not in self._masters:
            raise KeyProblem(
                f"the key {used.hex()} is missing: add it after the newest in PARTICIPABOT_KEY or its file"
            )
        try:
            return self._cipher(used, tenant_id).decrypt(nonce, rest, tenant_id.encode()).decode()
        except (InvalidTag, ValueError):
            raise KeyProblem(f"sealed for another tenant than {tenant_id!r}, or damaged") from None

    def address_hash(self, tenant_id: str, channel: str, id: str) -> bytes:
        """What an address is found by: the same address gives another hash in another tenant."""
        return hmac.digest(self._pepper(tenant_id), f"{channel}\0{id}".encode(), "sha256")

    def signing(self, tenant_id: str, purpose: str) -> bytes:
        """A key that signs what a tenant hands out and gets back: the words on a reply address, a link to stop."""
        return _derive(self._oldest, f"sign:{purpose}:{tenant_id}")

    def _derive_cipher(self, used: bytes, tenant_id: str) -> AESGCM:
        return AESGCM(_derive(self._masters[used], f"seal:{tenant_id}"))

    def _derive_pepper(self, tenant_id: str) -> bytes:
        return _derive(self._oldest, f"address:{tenant_id}")


def key_id(master: bytes) -> bytes:
    """The public id of a master key."""
    return hashlib.sha256(b"participabot key id\0" + master).digest()[:ID]


def write_new(path: Path) -> None:
    """Make a key file with a fresh key, readable by its owner alone; raises `FileExistsError` over an existing one."""
    path.touch(mode=0o600, exist_ok=False)
    path.write_text(base64.b64encode(secrets.token_bytes(_SIZE)).decode() + "\n", encoding="ascii")


def _decode(word: str) -> bytes:
    try:
        return base64.b64decode(word, validate=True)
    except binascii.Error:
        raise KeyProblem("a key is not valid base64") from None


def _derive(master: bytes, purpose: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=_SIZE, salt=None, info=f"participabot:{purpose}".encode()).derive(master)
