"""What costs on SMS and says nothing more: curly quotes, long dashes, odd spaces, invisible marks. No letter changes.

One curly apostrophe makes a text of 160 characters one of 70. Accents are letters: they go only where a town says so.
"""

import re
import unicodedata

from channels.segments import forcing, is_plain

_PLAIN = {
    "'": "‘’‚‛′‵´`",
    '"': "“”„‟″‶«»〝〞",
    "<": "‹〈",
    ">": "›〉",
    "-": "‐‑‒–—―−⁃•‣◦▪●",
    "...": "…",
    "..": "‥",
    " ": "\t\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000",
    "\n": "\v\u0085\u2028\u2029",
    "": "\u00ad\u200b\u2060\ufeff",
}
_TABLE = str.maketrans({odd: plain for plain, odds in _PLAIN.items() for odd in odds})
_LINES = re.compile("\r\n?")
_DOT = re.compile(r"(?<=\s)[·∙](?=\s)")
"""A dot between words divides them; the one within a word is the Catalan l·l."""
_DIRECTIONS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_LEFTWARD = {"R", "AL", "AN"}
_ACCENTED = {"·": ".", "ŀ": "l", "Ŀ": "L", "ª": "a", "º": "o"}


def plain(text: str) -> str:
    """The same letters, digits and symbols, composed, with the typography of a typewriter."""
    if text.isascii():
        return _LINES.sub("\n", text).translate(_TABLE)
    text = _DOT.sub("-", _LINES.sub("\n", unicodedata.normalize("NFC", text)).translate(_TABLE))
    if _DIRECTIONS.search(text) and not any(unicodedata.bidirectional(each) in _LEFTWARD for each in text):
        return _DIRECTIONS.sub("", text)
    return text


def unaccented(text: str) -> str:
    """Without the accents that make it UCS-2, if without them it is GSM-7; else as it was."""
    bare = text.translate({ord(each): _bare(each) for each in forcing(text)})
    return bare if is_plain(bare) else text


def _bare(letter: str) -> str:
    return _ACCENTED.get(letter) or unicodedata.normalize("NFD", letter)[0]
