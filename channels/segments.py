"""How many SMS segments a text takes, and why: GSM-7 for a small alphabet, UCS-2 once a single character is not in it.

A text of one segment has 160 septets, or 70 units of UCS-2; of several, 153 or 67 each, since each carries a header.
What takes two (`€` in GSM-7, an emoji in UCS-2) stands whole in one segment.
"""

import re
from enum import StrEnum

from msgspec import Struct

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("\f^{}\\[~]|€")
_ALPHABET = _BASIC | _EXTENDED
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")
_DOUBLE = re.compile("[\f^{}\\\\[~\\]|€]")
_HEAD = "\x1b"
"""Stands for the first half of a character that takes two; the escape of GSM-7, which no text holds."""
_PAIR = _HEAD + "_"


class Encoding(StrEnum):
    """How an SMS is written on the air."""

    GSM_7 = "GSM-7"
    UCS_2 = "UCS-2"

    @property
    def alone(self) -> int:
        """Units of a text that is one segment."""
        return 160 if self is Encoding.GSM_7 else 70

    @property
    def joined(self) -> int:
        """Units of a segment among several."""
        return 153 if self is Encoding.GSM_7 else 67


class Measure(Struct, frozen=True):
    """A text as it is paid for. `room` is the units up to its end, those left empty between segments included."""

    encoding: Encoding
    units: int
    segments: int
    room: int


def measure(text: str) -> Measure:
    """The encoding of a text, its units and its segments; no words are no segment."""
    if _ALPHABET.issuperset(text):
        encoding = Encoding.GSM_7
        units = text if _EXTENDED.isdisjoint(text) else _DOUBLE.sub(_PAIR, text)
    else:
        encoding = Encoding.UCS_2
        units = _ASTRAL.sub(_PAIR, text.replace(_HEAD, "_"))
    count = len(units)
    if count <= encoding.alone:
        return Measure(encoding, count, min(count, 1), count)
    segments, room = _fill(units, encoding.joined)
    return Measure(encoding, count, segments, room)


def forcing(text: str) -> str:
    """The characters for which a text is UCS-2, each once, as they first appear."""
    return "".join(dict.fromkeys(character for character in text if character not in _ALPHABET))


def is_plain(text: str) -> bool:
    """All of it is in the alphabet of GSM-7."""
    return _ALPHABET.issuperset(text)


def _fill(units: str, joined: int) -> tuple[int, int]:
    """Segments, and the room they take: a pair that would be torn begins the next one."""
    if _HEAD not in units:
        return -(-len(units) // joined), len(units)
    segments, start = 0, 0
    while len(units) - start > joined:
        start += joined - 1 if units[start + joined - 1] == _HEAD else joined
        segments += 1
    return segments + 1, segments * joined + len(units) - start
