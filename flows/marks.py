"""Several answers in one message, each behind the number of its question: "1b 2a 3: words", or a line each."""

import re
import unicodedata
from collections.abc import Container, Mapping
from dataclasses import dataclass, field

_MARK = re.compile(
    r"(?:(?P<first>^\s*)|(?<=[\s,;]))(?P<number>\d{1,2})"
    r"(?:\s?(?P<letter>[a-z]{1,26})(?![^\s,;.])|\s?[:)](?!\d)|\s?(?P<loose>[.=-])(?!\d))",
    re.IGNORECASE | re.MULTILINE,
)
_BETWEEN = " \t\r\n,;."
_DIRECTIONS = dict.fromkeys((0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)))
"""Invisible marks that keyboards of right-to-left languages put around a number."""


@dataclass(slots=True)
class Marked:
    """The words given for each question, or the letter; what cannot be told from what stands around it is `unclear`."""

    given: dict[int, str] = field(default_factory=dict)
    unclear: set[int] = field(default_factory=set)
    unknown: set[int] = field(default_factory=set)
    """Numbers of no open question."""


def read_marks(text: str, is_free: Mapping[int, bool], many: Container[int] = ()) -> Marked | None:
    """What was given for each open question; None where the text does not begin with a number and its mark.

    `is_free` says of each open question whether words of one's own answer it: those run on to the mark of another
    open question, or to the end. Several letters answer those of `many`: "2ac".
    """
    text = "".join(map(_digit, text.translate(_DIRECTIONS))).strip()
    return _Reader(text, is_free, many).read()


class _Reader:
    """`current` is the question whose words have begun, `last` the one marked last; 0 is none."""

    def __init__(self, text: str, is_free: Mapping[int, bool], many: Container[int]) -> None:
        self._text = text
        self._is_free = is_free
        self._many = many
        self._marked = Marked()
        self._current = self._last = self._start = 0

    def read(self) -> Marked | None:
        """Mark by mark."""
        marked, is_free = self._marked, self._is_free
        for mark in _MARK.finditer(self._text):
            is_word = mark["loose"] and mark["first"] is None
            is_word = is_word or (len(mark["letter"] or "") > 1 and int(mark["number"]) not in self._many)
            if is_word or (is_free.get(self._current) and int(mark["number"]) not in is_free):
                continue
            before = self._text[self._start : mark.start()].strip(_BETWEEN)
            if not self._last and before:
                return None
            if is_free.get(self._current) and mark["letter"] and before and mark["first"] is None:
                marked.unclear.update((self._current, int(mark["number"])))
            self._take(int(mark["number"]), (mark["letter"] or "").lower(), before)
            self._start = mark.end()
        if not self._last:
            return None
        self._close(self._text[self._start :].strip())
        marked.unknown = marked.given.keys() - is_free.keys()
        marked.unclear &= is_free.keys()
        known = marked.given.keys() & is_free.keys() - marked.unclear
        marked.given = {number: marked.given[number] for number in known}
        return marked

    def _take(self, number: int, letter: str, before: str) -> None:
        marked, is_free = self._marked, self._is_free
        self._close(before)
        if number in marked.given:
            marked.unclear.update((number, self._last, *(each for each in marked.given if is_free.get(each))))
        self._last, self._current = number, 0 if letter else number
        if letter:
            marked.given.setdefault(number, letter)

    def _close(self, words: str) -> None:
        """The words of the question that has begun; behind a letter there are to be none."""
        if self._current and words:
            self._marked.given.setdefault(self._current, words)
        elif words.strip(_BETWEEN):
            self._marked.unclear.add(self._last)


def _digit(character: str) -> str:
    return str(unicodedata.digit(character)) if unicodedata.category(character) == "Nd" else character
