"""What published things are called: a reference to say and write, a code for links that nobody guesses."""

import secrets
from collections.abc import Callable
from datetime import datetime

from flows.participation.tenant import Town

PROPOSAL, COMMENT, TICKET = "PROP", "COM", "TIC"

_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"
_CODE_LENGTH = 16
_TRIES_PER_LENGTH = 5


def free_reference(town: Town, kind: str, now: datetime, find: Callable[[str], object | None]) -> str:
    """Such as "VIL-PROP-2026-11-0042"; `find` knows what has a reference already.

    Not a counter, which every author would wait for: a random number that is free, longer where few are.
    """
    month = now.astimezone(town.zone).strftime("%Y-%m")
    digits = 4
    while True:
        for _ in range(_TRIES_PER_LENGTH):
            reference = f"{town.prefix}-{kind}-{month}-{secrets.randbelow(10**digits):0{digits}}"
            if find(reference) is None:
                return reference
        digits += 1


def new_code() -> str:
    """80 random bits."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_CODE_LENGTH))
