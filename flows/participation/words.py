"""A text in several languages, as the town's files give it."""

from collections.abc import Mapping
from typing import TypeAlias

Words: TypeAlias = Mapping[str, str]
"""Language → text; under "<language>.easy" the same in plain language, where the town wrote that too."""

EASY = ".easy"


def words_in(words: Words, language: str, default: str, *, is_easy: bool = False) -> str:
    """A text in the person's language, else in the town's, else in any; empty where there is none.

    `is_easy`: its plain-language variant in the same language, where there is one.
    """
    if is_easy and (easy := words.get(language + EASY)):
        return easy
    found = words.get(language) or words.get(default)
    return found or next((text for name, text in words.items() if not name.endswith(EASY)), "")
