"""What a citizen wrote, cleaned of what cannot be seen, and Decidim's etiquette for what is published."""

import re
import unicodedata

from flows.participation.refusal import Reason, Refused
from flows.text import cut

_JOINER, _PICTURE = "\u200d", "\ufe0f"
"""What holds an emoji sequence together, and what makes a picture of the symbol before it."""
_BLANKS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Letters, marks and a symbol that show nothing, so that a whole name or title of them would be empty."""
_HIDDEN = frozenset(("Cc", "Cf", "Co", "Cs", "Cn"))
_REPEATED_MOST = 60
_MARKS_MOST = 4
"""Accents on one letter: more than any language writes would cover the lines around."""
_CAPITALS = re.compile(r"[A-Z]")
_MARKS = re.compile(r"[!?¡¿]{2,}")
_LOWERCASE_FIRST = re.compile(r"\A[a-z]")


def one_line(text: str) -> str:
    """The text on one line, composed (NFC), without control, bidirectional or zero-width characters."""
    return " ".join(_visible(text).split())


def paragraphs(text: str) -> str:
    """As `one_line`, but line breaks are kept, at most two in a row."""
    lines = [" ".join(line.split()) for line in _visible(text).splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def repeated(text: str) -> str:
    """What was typed, as it is said back to who typed it."""
    return cut(one_line(text), _REPEATED_MOST)


def has_hidden(text: str) -> bool:
    """There are characters that change what is read without being seen."""
    return any(unicodedata.category(character) in _HIDDEN or character in _BLANKS for character in text)


def check_etiquette(text: str) -> None:
    """Decidim's etiquette: few capitals (A–Z), no doubled marks, not beginning with a–z.

    Half of the length counts as too many, rounded down as Decidim does: 7 capitals in 15 characters are too many.
    """
    capitals = len(_CAPITALS.findall(text))
    if capitals and capitals >= len(text) // 2:
        raise Refused(Reason.TOO_MANY_CAPITALS)
    if found := _MARKS.search(text):
        raise Refused(Reason.TOO_MANY_MARKS, marks=found.group()[:10])
    if _LOWERCASE_FIRST.match(text):
        raise Refused(Reason.STARTS_IN_LOWERCASE, word=text.split(maxsplit=1)[0][:20])


def _visible(text: str) -> str:
    kept: list[str] = []
    text = unicodedata.normalize("NFC", text)
    marks = 0
    for place, character in enumerate(text):
        category = unicodedata.category(character)
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if character in "\n\r\t\u2028\u2029" or category == "Zs":
            kept.append("\n" if character in "\n\r\u2028\u2029" else " ")
        elif character in (_JOINER, _PICTURE):
            if _holds(character, kept[-1:], text[place + 1 : place + 2]):
                kept.append(character)
        elif category not in _HIDDEN and character not in _BLANKS and marks <= _MARKS_MOST:
            kept.append(character)
    return "".join(kept).replace("\r\n", "\n")


def _holds(character: str, before: list[str], after: str) -> bool:
    """Between symbols; anywhere else it is only a length that nobody sees."""
    if not before or before[0] == _JOINER:
        return False
    category = unicodedata.category(before[0])
    if character == _PICTURE:
        return category in ("So", "Sm", "Po", "Nd")
    is_symbol = category in ("So", "Sk") or before[0] == _PICTURE
    return is_symbol and bool(after) and unicodedata.category(after) == "So"
