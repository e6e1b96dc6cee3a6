"""What may be done to words without harming them: made storable, measured, cut where a reader would cut."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_JOINER = "\u200d"


def storable(text: str) -> str:
    """The same words without what no database or encoding takes: no NUL, a lone surrogate shown as U+FFFD."""
    if text.isascii() and "\x00" not in text:
        return text
    return _UNSTORABLE.sub(lambda found: "" if found[0] == "\x00" else "\ufffd", text)


def is_blank(text: str) -> bool:
    """Nothing that a reader could see: only spaces, controls and zero-width characters."""
    return not text[:1].isalnum() and all(
        unicodedata.category(character) in {"Cc", "Cf", "Zs", "Zl", "Zp"} for character in text
    )


def utf16_units(text: str) -> int:
    """The length as Telegram counts it."""
    return len(text.encode("utf-16-le")) // 2


def cut(text: str, limit: int, width: Callable[[str], int] = len) -> list[tuple[int, int]]:
    """Spans of `text`, each at most `limit` wide, that leave out only white space at the cuts.

    Cut at a blank line, else a line, else a space, if one stands in the second half; else between characters as
    people see them (letter and accents, emoji sequence, flag). A single one wider than the limit is torn.
    """
    spans: list[tuple[int, int]] = []
    start = 0
    while start < len(text):
        longest = min(len(text), start + limit)
        reach = range(start + 1, longest + 1)
        end = start + max(1, bisect_right(reach, limit, key=lambda stop: width(text[start:stop])))
        stop, onward = (end, end) if end == len(text) else _cut_before(text, start, end)
        if not is_blank(text[start:stop]):
            spans.append((start, stop))
        start = onward
    return spans


def _cut_before(text: str, start: int, end: int) -> tuple[int, int]:
    """Where the part that begins at `start` stops, at `end` or before, and where the next one begins."""
    for separator in ("\n\n", "\n", " "):
        middle = (start + end) // 2 + 1
        stop = text.rfind(separator, middle, end + len(separator))
        while stop > 0:
            onward = stop + len(separator)
            if _is_between(text, stop) and _is_between(text, onward):
                return stop, onward
            stop = text.rfind(separator, middle, stop)
    stop = end
    while stop > start and not _is_between(text, stop):
        stop -= 1
    return (stop, stop) if stop > start else (end, end)


def _is_between(text: str, index: int) -> bool:
    """A cut at `index` tears nothing that is seen as one character."""
    if not 0 < index < len(text):
        return True
    before, after = text[index - 1], text[index]
    if _JOINER in (before, after) or before + after == "\r\n" or _extends(after):
        return False
    return not (_is_flag_half(before) and _is_flag_half(after) and _flag_halves_before(text, index) % 2)


def _extends(character: str) -> bool:
    return (
        unicodedata.category(character) in {"Mn", "Mc", "Me"}
        or character == "\u200c"
        or "\U0001f3fb" <= character <= "\U0001f3ff"  # skin tones
        or "\U000e0020" <= character <= "\U000e007f"  # tags, as in the flag of Wales
        or "\u1160" <= character <= "\u11ff"  # Hangul vowels and finals
    )


def _is_flag_half(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _flag_halves_before(text: str, index: int) -> int:
    start = index
    while start > 0 and _is_flag_half(text[start - 1]):
        start -= 1
    return index - start
