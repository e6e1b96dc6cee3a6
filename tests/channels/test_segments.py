"""Segments equal an independent count: the published codec for the alphabet, and a naive reading of the rules."""

import os
import random

import gsm0338
import pytest

from channels.segments import Encoding, forcing, is_plain, measure

COUNT = 1_000_000 if os.environ.get("SOAK") else 3_000
_CODEC = gsm0338.Codec()
_ALPHABETS = [
    "abc d\n",
    "aàèéùòñÑüöäåÇÉ¿¡€{}[]~^|\\\f",
    "aí€",
    "😀a",
    "😀👩\u200d👧é",
    "".join(map(chr, range(0x20, 0x180))),
    "\x1b\x00\r\t `ç·ŀ’…",
]


def septets(text: str) -> list[int] | None:
    """How many each character takes in GSM-7; None where one is not in it."""
    widths = []
    for character in text:
        try:
            widths.append(len(_CODEC.encode(character)[0]))
        except UnicodeEncodeError:
            return None
    return None if "\x1b" in text else widths


def counted(text: str) -> tuple[Encoding, int, int]:
    """Encoding, units and segments, character by character into segments of what fits."""
    widths = septets(text)
    encoding, alone, joined = (Encoding.UCS_2, 70, 67) if widths is None else (Encoding.GSM_7, 160, 153)
    widths = [len(each.encode("utf-16-be", "surrogatepass")) // 2 for each in text] if widths is None else widths
    if sum(widths) <= alone:
        return encoding, sum(widths), 1 if text else 0
    segments: list[int] = [0]
    for width in widths:
        if segments[-1] + width > joined:
            segments.append(0)
        segments[-1] += width
    return encoding, sum(widths), len(segments)


def test_random_texts_are_counted_as_the_oracle_counts_them() -> None:
    chance = random.Random(20261103)
    for _ in range(COUNT):
        alphabet = chance.choice(_ALPHABETS)
        text = "".join(chance.choices(alphabet, k=chance.choice([0, 1, 69, 70, 71, 134, 153, 159, 161, 306, 310])))
        measured = measure(text)
        assert (measured.encoding, measured.units, measured.segments) == counted(text), repr(text)


def test_every_character_of_the_first_plane_is_placed_as_the_codec_places_it() -> None:
    for character in map(chr, range(0x10000)):
        if not "\ud800" <= character <= "\udfff":
            assert is_plain(character) is (septets(character) is not None), hex(ord(character))


@pytest.mark.parametrize(
    ("text", "encoding", "units", "segments"),
    [
        ("", Encoding.GSM_7, 0, 0),
        ("a" * 160, Encoding.GSM_7, 160, 1),
        ("a" * 161, Encoding.GSM_7, 161, 2),
        ("a" * 306, Encoding.GSM_7, 306, 2),
        ("a" * 307, Encoding.GSM_7, 307, 3),
        ("€" * 80, Encoding.GSM_7, 160, 1),
        ("a" * 152 + "€" + "a" * 152, Encoding.GSM_7, 306, 3),
        ("í" * 70, Encoding.UCS_2, 70, 1),
        ("í" * 71, Encoding.UCS_2, 71, 2),
        ("í" * 134, Encoding.UCS_2, 134, 2),
        ("😀" * 35, Encoding.UCS_2, 70, 1),
        ("í" * 66 + "😀" + "í" * 66, Encoding.UCS_2, 134, 3),
        ("😀" * 67, Encoding.UCS_2, 134, 3),
    ],
)
def test_a_text_at_the_edge(text: str, encoding: Encoding, units: int, segments: int) -> None:
    measured = measure(text)
    assert (measured.encoding, measured.units, measured.segments) == (encoding, units, segments)
    assert measured.units <= measured.room <= measured.segments * encoding.joined or segments <= 1


def test_what_forces_the_dear_encoding_is_named_once_each() -> None:
    assert forcing("L'edició d'això és «nova» i ràpida, edició") == "ó«»"
    assert forcing("plaça · plaça ’ 😀") == "ç·’😀"
    assert forcing("àèéùòñ€{}") == ""
