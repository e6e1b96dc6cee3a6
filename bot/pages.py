"""Where room is short: how much of the words fits in a message, and which choices stand together on a page."""

import re
import unicodedata
from collections.abc import Sequence

_SENTENCE = re.compile(r"[.!?:](?=\s)|\n")
_BESIDE = 6
"""Characters around a label: its number, and the line's end."""


def fit(words: str, room: int) -> tuple[str, str]:
    """The words that fit and those that are left: cut behind a sentence in the second half, else between words."""
    if len(words) <= room:
        return words, ""
    ends = [found.end() for found in _SENTENCE.finditer(words, room // 2, room + 1) if found.end() <= room]
    end = ends[-1] if ends else words.rfind(" ", room // 2, room + 1)
    if end < 0:
        end = room
        while end > 1 and unicodedata.category(words[end])[0] == "M":
            end -= 1
    return words[:end].rstrip(), words[end:].lstrip()


def width(labels: Sequence[str]) -> int:
    """What choices take of the room."""
    return sum(len(label) + _BESIDE for label in labels)


def spans(labels: Sequence[str], page_size: int, room: int) -> list[range]:
    """The choices of each page: one fewer than its size, for the way to more; and with room for words above them."""
    most = room * 2 // 3
    if len(labels) <= page_size and (not room or width(labels) <= most):
        return [range(len(labels))]
    pages, first = [], 0
    while first < len(labels):
        last = min(first + max(1, page_size - 1), len(labels))
        while room and last - first > 1 and width(labels[first:last]) > most:
            last -= 1
        pages.append(range(first, last))
        first = last
    return pages
