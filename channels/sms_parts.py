"""How an outbound looks on SMS: plain words, choices by their numbers, in parts of few segments."""

from msgspec import Struct

from channels.message import Outbound, Words
from channels.numbered import numbered
from channels.segments import Encoding, measure
from channels.text import cut, storable
from channels.typography import plain, unaccented

_GSM, _UCS = Encoding.GSM_7, Encoding.UCS_2
_MOST_PARTS = 99


class Part(Struct, frozen=True):
    """One SMS, which the network carries in segments and a phone shows as one."""

    body: str


def parts_of(outbound: Outbound, segments: int, strips_accents: bool = False) -> list[Part]:
    """Parts of at most so many segments, cut at words; of several, each begins with its mark. No file goes along: its
    name stands in the words."""
    words = numbered(outbound)
    for file in outbound.files:
        words += f"\n\n[{storable(file.name)}]"
    words = plain(words).strip()
    if strips_accents:
        words = unaccented(words)
    if measure(words).segments <= segments:
        return [Part(words)] if words else []
    longest = _mark(outbound.words, _MOST_PARTS, _MOST_PARTS)
    spans = cut(words, _limit(segments), lambda text: _width(longest + text, segments))
    return [
        Part(_mark(outbound.words, number, len(spans)) + words[start:stop])
        for number, (start, stop) in enumerate(spans, 1)
    ]


def _mark(words: Words, part: int, parts: int) -> str:
    return words.part.format(part=part, parts=parts) + " " if words.part else ""


def _limit(segments: int) -> int:
    """The width of a full part: any encoding's room, in a measure that all share."""
    return _GSM.alone * _UCS.alone if segments == 1 else segments * _GSM.joined * _UCS.joined


def _width(text: str, segments: int) -> int:
    """How much of a part a text takes, whichever its encoding: never less for a longer text."""
    measured = measure(text)
    other = _UCS if measured.encoding is _GSM else _GSM
    if segments == 1:
        return measured.units * other.alone
    return measured.room * other.joined
