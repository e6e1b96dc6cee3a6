"""Several of the choices in one reply: "1 3 4", "2,1,3", "1 and 3", their labels, or "4: words of one's own"."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from flows.reply import Offered, fold

_NUMBER = r"\d{1,4}[).]?"
_AND = r"(?:\s*[,;+&/]\s*|\s+(?:i|y|e|and)\s+|\s+)"
_NUMBERS = re.compile(rf"\s*({_NUMBER}(?:{_AND}{_NUMBER})*)(?![\w\d])\s*[.:,;)–-]*\s*(.*)", re.DOTALL | re.IGNORECASE)
_LABELS = re.compile(r"[,;\n]|\s(?:i|y|e|and)\s", re.IGNORECASE)
_RUN = re.compile(r"[1-9]{2,9}")
_MOST_READ = 500


@dataclass(frozen=True, slots=True)
class Picked:
    """Places of choices from 0, in the order of the reply, and the words that follow the last number."""

    places: tuple[int, ...]
    words: str = ""


class NoSuchNumber(Exception):
    """A number of no choice."""

    def __init__(self, number: int) -> None:
        super().__init__(str(number))
        self.number = number


def read_picks(text: str, choices: Sequence[Offered], in_order: bool = False) -> Picked | None:
    """What was picked; None where the reply is neither numbers nor labels. Raises `NoSuchNumber`.

    `in_order`: all are to be sorted, so that digits written together can only mean one thing.
    """
    words = "".join(map(_digit, text[:_MOST_READ])) + text[_MOST_READ:]
    names = {fold(word): place for place, each in reversed([*enumerate(choices)]) for word in (each.label, *each.also)}
    if (place := names.get(fold(words))) is not None:
        return Picked((place,))
    every = [str(place + 1) for place in range(len(choices))]
    if in_order and _RUN.fullmatch(run := fold(words)) and sorted(run) == every:
        return Picked(tuple(int(each) - 1 for each in run))
    if found := _NUMBERS.fullmatch(words):
        numbers = [int(each) for each in re.findall(r"\d+", found[1])]
        unknown = next((number for number in numbers if not 1 <= number <= len(choices)), None)
        if unknown is not None:
            raise NoSuchNumber(unknown)
        return Picked(tuple(number - 1 for number in numbers), found[2].strip())
    labels = [fold(each) for each in _LABELS.split(words) if fold(each)]
    if len(labels) > 1 and all(each in names for each in labels):
        return Picked(tuple(names[each] for each in labels))
    return None


def _digit(character: str) -> str:
    if unicodedata.category(character) == "Cf":
        return ""
    return str(unicodedata.digit(character)) if unicodedata.category(character) == "Nd" else character
