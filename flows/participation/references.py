"""What published things are called: a reference to say and write, a code for links that nobody guesses."""

import re
import secrets
from collections.abc import Callable
from datetime import datetime

from flows.participation.tenant import Town

PROPOSAL, COMMENT, TICKET = "PROP", "COM", "TIC"

_REFERENCE = re.compile(r"[A-Z0-9-]{1,60}")
_IN_LINKS = "abcdefghijklmnopqrstuvwxyz234567"
_LINK_LENGTH = 16
_SPOKEN = "23456789BCDFGHJKMNPQRTVWXY"
"""Nothing that is read or heard as something else, and no vowel, so that no word comes out."""
_SHORTEST = 4
_TRIES_PER_LENGTH = 5


def free_reference(town: Town, kind: str, now: datetime, find: Callable[[str], object | None]) -> str:
    """Such as "VIL-PROP-2026-11-0042"; `find` knows what has a reference already."""
    month = now.astimezone(town.zone).strftime("%Y-%m")
    return _free(
        lambda length: f"{town.prefix}-{kind}-{month}-{secrets.randbelow(10**length):0{length}}",
        find,
    )


def free_code(town: Town, kind: str, find: Callable[[str], object | None]) -> str:
    """Such as "VIL-TIC-7K3F": short enough to be told on the phone; `find` knows what has a code already."""
    return _free(lambda length: f"{town.prefix}-{kind}-{_drawn(_SPOKEN, length)}", find)


def looks_like_one(text: str) -> bool:
    """It is written as a reference is; anything else is not looked up."""
    return _REFERENCE.fullmatch(text) is not None


def new_code() -> str:
    """80 random bits."""
    return _drawn(_IN_LINKS, _LINK_LENGTH)


def _free(make: Callable[[int], str], find: Callable[[str], object | None]) -> str:
    """Not a counter, which every author would wait for: a random one that is free, longer where few are."""
    length = _SHORTEST
    while True:
        for _ in range(_TRIES_PER_LENGTH):
            if find(name := make(length)) is None:
                return name
        length += 1


def _drawn(letters: str, length: int) -> str:
    return "".join(secrets.choice(letters) for _ in range(length))
