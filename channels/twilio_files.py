"""Files that go out: Twilio fetches them from us, at an address that only it, or who reads the message, was told."""

import hmac
from base64 import b32encode
from urllib.parse import quote

from channels.twilio import TwilioSettings

_TAKEN = {"image/jpeg": 5_000_000, "image/png": 5_000_000, "application/pdf": 16_000_000}
"""What WhatsApp shows of what we have, and the bytes it takes of it."""


def is_taken(media_type: str, size: int) -> bool:
    """Whether it can go as a file; anything else is an address in the words."""
    return size <= _TAKEN.get(media_type, 0)


def file_url(settings: TwilioSettings, key: bytes, name: str, file: str) -> str:
    """Where a file is fetched of the part that we call so."""
    root = f"{settings.public_url.rstrip('/')}/twilio/{settings.account}/files"
    return f"{root}/{name}/{_mark(key, name, file)}/{quote(file, safe='')}"


def is_file(key: bytes, name: str, file: str, mark: str) -> bool:
    """Whether we have given this address away."""
    return bool(key) and hmac.compare_digest(_mark(key, name, file).encode(), mark.encode("utf-8", "surrogatepass"))


def _mark(key: bytes, name: str, file: str) -> str:
    digest = hmac.digest(key, f"{name}/{file}".encode("utf-8", "surrogatepass"), "sha256")
    return b32encode(digest[:20]).decode().lower()
