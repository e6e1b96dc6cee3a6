"""What a text is about, as stems that texts in Catalan, Spanish and English share where they say the same."""

import re
import unicodedata
from collections.abc import Mapping
from enum import StrEnum
from functools import cache, lru_cache

from snowballstemmer import stemmer

from flows.participation import vocabulary

_STEMMERS = {language: stemmer(name) for language, name in (("ca", "catalan"), ("es", "spanish"), ("en", "english"))}
_LONGEST = 6
"""Letters that are kept of a word we do not know: "música" and "music", "teatre" and "teatro" begin alike."""
_WORD = re.compile(r"[^\W\d_]{2,}")
_ENDING = re.compile(r"(?<=..)[aeiousy]+\Z")
_UNACCENTED = {"ca": ("cio", "ció"), "es": ("cion", "ción")}
"""An ending that many type without its accent, and that the stemmer knows only with it."""
_SENTENCE = re.compile(r"[.!?:;\n]+")
_NO = frozenset(("no", "not"))


class Stance(StrEnum):
    """Whether a proposal asks for more of something or for less."""

    FOR = "for"
    AGAINST = "against"
    NO = "no"
    """Against something, but it may be the opposite of what another is against."""
    UNSAID = "unsaid"


def language_of(text: str, spoken: str) -> str:
    """The language a text is written in, by its small words; the one that is spoken, where they do not tell."""
    words = set(_words(text))
    counts = {language: len(words & _nothing(language)) for language in _STEMMERS}
    best = max(counts, key=lambda language: (counts[language], language == spoken))
    return best if counts[best] else spoken


def stems_of(text: str, language: str) -> list[str]:
    """The stems of the words that say something, in their order, each once."""
    nothing = _nothing(language) | _asks_for_less(language)
    return list(dict.fromkeys(_stem(word, language) for word in _words(text) if word not in nothing))


def trigrams_of(text: str) -> frozenset[str]:
    """Three letters in a row, wherever they stand: alike where a word is mistyped."""
    line = f" {' '.join(_words(text))} "
    return frozenset(line[place : place + 3] for place in range(len(line) - 2))


def stance_of(title: str, body: str, language: str) -> Stance:
    """What the title says it asks for; where it does not, what a sentence of the text begins with."""
    words = set(_words(title))
    less, has_no = words & _asks_for_less(language), not words.isdisjoint(_NO)
    if less:
        return Stance.FOR if has_no else Stance.AGAINST
    if has_no:
        return Stance.NO
    if not words.isdisjoint(_asks_for_more(language)):
        return Stance.FOR
    firsts = {said[0] for sentence in _SENTENCE.split(body) if (said := _words(sentence))}
    return Stance.UNSAID if firsts.isdisjoint(_asks_for_less(language)) else Stance.AGAINST


@lru_cache(maxsize=512)
def _words(text: str) -> tuple[str, ...]:
    """In lower case, without accents: many type none."""
    return tuple(_fold(word) for word in _WORD.findall(text.lower().replace("l·l", "l")))


@lru_cache(maxsize=16384)
def _fold(word: str) -> str:
    return "".join(each for each in unicodedata.normalize("NFD", word) if not unicodedata.combining(each))


@lru_cache(maxsize=16384)
def _stem(word: str, language: str) -> str:
    """The first word of those that mean the same, else how the word begins."""
    return _same(language).get(_snowball(word, language)) or _ENDING.sub("", word[: _LONGEST + 1])[:_LONGEST]


def _snowball(word: str, language: str) -> str:
    bare, accented = _UNACCENTED.get(language, ("", ""))
    if bare and word.endswith(bare):
        word = word.removesuffix(bare) + accented
    return _fold(_STEMMERS[language].stemWord(word)) if language in _STEMMERS else word


@cache
def _nothing(language: str) -> frozenset[str]:
    return frozenset(_words(vocabulary.NOTHING.get(language, "")))


@cache
def _asks_for_less(language: str) -> frozenset[str]:
    return frozenset(_words(vocabulary.AGAINST.get(language, "")))


@cache
def _asks_for_more(language: str) -> frozenset[str]:
    return frozenset(_words(vocabulary.FOR.get(language, "")))


@cache
def _same(language: str) -> Mapping[str, str]:
    """Each known stem of the language, and the word that stands for all that mean the same."""
    found: dict[str, str] = {}
    for line in vocabulary.SAME.strip().splitlines():
        columns = dict(zip(_STEMMERS, line.split("|"), strict=True))
        first = f"={_words(columns['ca'])[0]}"
        for word in _words(columns.get(language, "")):
            found.setdefault(_snowball(word, language), first)
    return found
