"""What did the citizen mean by that? A reply is matched to the choices exactly as they were shown.

Only what is exact after folding (case, accents, punctuation around it, invisible characters) counts as an answer:
a number in any script, a label, a synonym. Anything nearer than nothing is offered back, never counted.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Protocol

from rapidfuzz import fuzz, process

_SUGGESTED_FROM = 72
"""Percent of `fuzz.ratio` on folded words. "no ho se" is at 40 from "no", "munu" at 75 from "menu"."""
_SHORTEST_WORD = 3
_MAX_FOLDED = 200
_AROUND = " \t\n.,;:!?¡¿…()[]{}«»\"'’“”*_/·"
_ALIKE = str.maketrans({"·": ".", "•": ".", "’": "'", "‘": "'", "´": "'", "`": "'"})
"""How one keyboard or another writes the dot of "l·l" and the apostrophe."""
_WORD = re.compile(r"\w+")
_NUMBER = re.compile(r"\d{1,9}")


class Offered(Protocol):
    """A choice as it was shown."""

    @property
    def label(self) -> str: ...
    @property
    def also(self) -> Sequence[str]: ...


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """A text without case, accents, invisible characters and the punctuation around it; at most 200 characters of it.

    Catalan "l·l" folds to "l.l" and digits of any script, keycaps and full width to 0–9.
    """
    kept = []
    for character in unicodedata.normalize("NFKD", text[:_MAX_FOLDED]).casefold().translate(_ALIKE):
        if (category := unicodedata.category(character)) in ("Mn", "Me", "Cf", "Cc", "Co", "Cs"):
            kept.append(" " if character in "\t\n\r" else "")
        elif category == "Nd":
            kept.append(str(unicodedata.digit(character)))
        else:
            kept.append(character)
    return " ".join("".join(kept).split()).strip(_AROUND)


def number_in(text: str) -> int | None:
    """The number that the whole text is, if it is one."""
    folded = fold(text)
    return int(folded) if _NUMBER.fullmatch(folded) else None


def match(text: str, choices: Sequence[Offered]) -> int | None:
    """The index of the choice that was meant: by number (1 is the first), label or synonym."""
    folded = fold(text)
    for index, choice in enumerate(choices):
        if folded == fold(choice.label) or any(folded == fold(word) for word in choice.also):
            return index
    number = number_in(text)
    return number - 1 if number is not None and 1 <= number <= len(choices) else None


def suggest(text: str, choices: Sequence[Offered]) -> int | None:
    """The index of the choice nearest to what was typed, to be asked back; None where nothing is near.

    Words that stand in one label alone are near it ("sport" to "Sport and dance"), else whatever is spelt much alike.
    """
    if (index := _having(text, choices)) is not None:
        return index
    words = [(fold(word), index) for index, choice in enumerate(choices) for word in (choice.label, *choice.also)]
    found = process.extractOne(fold(text), _first(words), scorer=fuzz.ratio, score_cutoff=_SUGGESTED_FROM)
    return words[found[2]][1] if found else None


def _having(text: str, choices: Sequence[Offered]) -> int | None:
    typed = set(_WORD.findall(fold(text)))
    if not any(len(word) >= _SHORTEST_WORD for word in typed):
        return None
    having = [index for index, choice in enumerate(choices) if typed <= set(_WORD.findall(fold(choice.label)))]
    return having[0] if len(having) == 1 else None


def _first(pairs: Iterable[tuple[str, int]]) -> list[str]:
    return [word for word, _ in pairs]
