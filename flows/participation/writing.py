"""What a citizen wrote, cleaned of what cannot be seen, and Decidim's etiquette for what is published."""

import re
import unicodedata

from flows.participation.refusal import Reason, Refused

_JOINERS = "\u200d\ufe0f"
"""What holds an emoji sequence together."""
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


def has_hidden(text: str) -> bool:
    """There are characters that change what is read without being seen."""
    return any(unicodedata.category(character) in ("Cc", "Cf", "Co", "Cs", "Cn") for character in text)


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
    kept = []
    for character in unicodedata.normalize("NFC", text):
        category = unicodedata.category(character)
        if character in "\n\r\t\u2028\u2029" or category == "Zs":
            kept.append("\n" if character in "\n\r\u2028\u2029" else " ")
        elif character in _JOINERS or category not in ("Cc", "Cf", "Co", "Cs", "Cn"):
            kept.append(character)
    return "".join(kept).replace("\r\n", "\n")
