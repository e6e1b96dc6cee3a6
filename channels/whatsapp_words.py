"""What WhatsApp would make of words, and what its variables take of them."""

import re

from channels.text import is_blank, storable, utf16_units

_FORMATTED = re.compile(r"(?<![^\s(\[{«“\"'¡¿])([*_~`]{1,3})(?=\S)(?=[^\n]*\S\1(?!\w))")
_BREAKER = "\u200b"
_UNFIT = re.compile(r"[\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029]| {5}")
_WHITE = re.compile(r"\s+")


def literal(text: str) -> str:
    """The same words, shown as they were written: a pair of marks that WhatsApp would turn into bold, italics, struck
    or fixed-width letters is broken by a space of no width."""
    return _FORMATTED.sub(lambda found: found[0] + _BREAKER, storable(text))


def fits(value: str, most: int) -> bool:
    """Whether it can fill a variable as it is: of one line, not blank, and naming no variable itself."""
    is_plain = _UNFIT.search(value) is None and "{{" not in value and value == value.strip()
    return is_plain and not is_blank(value) and utf16_units(value) <= most


def one_line(text: str) -> str:
    """The words as a template's variable takes them; never empty."""
    line = _WHITE.sub(" ", literal(text)).replace("{{", "{\u200b{").strip()
    return "…" if is_blank(line) else line
