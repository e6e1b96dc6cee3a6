"""The words that a poster or a link puts in a citizen's mouth: they open the town, or something in it, by its code."""

import re

from channels.message import Kind

_START = re.compile(r"\s*/start(?:\s+(?P<code>\S+))?\s*", re.IGNORECASE)


def opening(text: str) -> tuple[Kind, str]:
    """Words as they are taken: "/start CODE" as the code, anything else as it is."""
    found = _START.fullmatch(text)
    return (Kind.START, found["code"] or "") if found else (Kind.TEXT, text)
