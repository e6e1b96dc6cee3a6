"""A text of a mail as its writer saw it: bytes read as letters, flowing lines joined (RFC 3676)."""

import re
import unicodedata
from email.errors import MessageError
from itertools import groupby

from channels.email_codings import decoded
from channels.email_mime import Headers, Leaf
from channels.text import storable

LONGEST = 400_000
"""Bytes of one text that are read: what is above the quote is near its beginning."""
SIGNATURE = "-- "
"""The line above a signature, which never flows."""

_BREAK = re.compile(r"\r\n?|\x0b|\x0c|\x85|\u2028|\u2029")
_UNSEEN = re.compile("[\u200b\ufeff\u2060\u00ad]")
_ODD_SPACE = re.compile("[\u00a0\u202f\u2007]")
_ROOM = 72
_WIDEST = 80


def text_of(leaf: Leaf) -> str:
    """Its letters, with plain line breaks, flowing and hard-wrapped lines joined."""
    text = tidy(letters_of(leaf))
    if parameter(leaf.headers, "format").lower() == "flowed":
        return _flowed(text, parameter(leaf.headers, "delsp").lower() == "yes")
    return _unwrapped(text)


def letters_of(leaf: Leaf) -> str:
    """Its bytes as letters, whatever they were said to be."""
    return decoded(leaf.data(LONGEST), parameter(leaf.headers, "charset"))


def parameter(headers: Headers, name: str, field: str = "Content-Type") -> str:
    """What a field says besides its value, or nothing."""
    try:
        value = headers.get_param(name, "", field)
    except (MessageError, ValueError, LookupError):
        return ""
    if isinstance(value, tuple):
        charset, _, raw = value
        return decoded(raw.encode("latin-1", "replace"), charset or "utf-8").strip()
    return value.strip()


def tidy(text: str) -> str:
    """The same letters, composed, with one kind of line break and of space, and nothing unseen between them."""
    text = _ODD_SPACE.sub(" ", _UNSEEN.sub("", _BREAK.sub("\n", text)))
    return unicodedata.normalize("NFC", storable(text))


def _flowed(text: str, drops_space: bool) -> str:
    lines: list[str] = []
    for depth, quoted in groupby(text.split("\n"), _depth):
        joined, flows = [""], False
        for raw in quoted:
            line = raw[depth:].removeprefix(" ")
            if flows and line != SIGNATURE:
                joined[-1] += line
            else:
                joined.append(line)
            flows = line.endswith(" ") and line != SIGNATURE
            if flows and drops_space:
                joined[-1] = joined[-1][:-1]
        lines += [f"{'> ' * depth}{line}" for line in joined[1:]]
    return "\n".join(lines)


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip(">"))


def _unwrapped(text: str) -> str:
    """Lines joined that were broken only because they were full: the next word had no room there."""
    lines: list[str] = []
    width = 0
    for line in text.split("\n"):
        word = line.split(" ", 1)[0]
        is_full = lines and _ROOM - len(word) <= width <= _WIDEST
        if is_full and word[:1].isalpha() and not lines[-1].startswith(">"):
            lines[-1] = f"{lines[-1].rstrip()} {line}"
        else:
            lines.append(line)
        width = len(line)
    return "\n".join(lines)
