"""`{town}`, `{phone}`, `{email}` and `{official_url}` in the town's texts: named from this list, nothing more.

In a broadcast also those of `flows.participation.broadcast.PERSONAL`.
"""

import re
from collections.abc import Collection, Iterator, Mapping

NAMES = ("town", "phone", "email", "official_url")
_PIECE = re.compile(r"\{\{|\}\}|\{([^{}\n]*)\}|[{}]")


def wrong_pieces(text: str, names: Collection[str] = NAMES) -> Iterator[re.Match[str]]:
    """The pieces in braces that name nothing known, and lone braces. A brace itself is written twice."""
    for piece in _PIECE.finditer(text):
        if piece[0] not in ("{{", "}}") and piece[1] not in names:
            yield piece


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with each placeholder replaced."""
    return _PIECE.sub(lambda piece: values.get(piece[1], piece[0]) if piece[1] else piece[0][0], text)
