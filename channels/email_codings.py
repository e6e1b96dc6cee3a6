"""Bytes of a mail as letters, whatever they are said to be: what is wrong in them spoils nothing else."""

import binascii
import re
from codecs import lookup

_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")
_UNFIT = {"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined"}
_LATIN = {"iso8859-1", "latin-1"}


def decoded(data: bytes, charset: str = "utf-8") -> str:
    """As they say they are, else as UTF-8, else as Windows writes Western Europe."""
    for name in (charset, "utf-8"):
        try:
            return data.decode(_codec(name))
        except (LookupError, ValueError):
            continue
    return data.decode("cp1252", "replace")


def from_base64(raw: bytes) -> bytes:
    """What it holds, up to what is missing."""
    clean = _NOT_BASE64.sub(b"", raw)
    return binascii.a2b_base64(clean[: len(clean) - (len(clean) % 4 == 1)] + b"==")


def _codec(charset: str) -> str:
    """The codec to read it with; Windows' wherever Latin-1 is named, since nobody else means it."""
    name = lookup(charset.partition("*")[0].strip()).name
    if name.replace("_", "-") in _UNFIT:
        raise LookupError(name)
    return "cp1252" if name in _LATIN else name
