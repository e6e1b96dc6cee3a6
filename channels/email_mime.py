"""A mail taken apart: its leaves, in order, each a slice of what came. Nothing is decoded that nobody asks for.

The standard library reads headers; bodies are cut here, because its parser holds a mail several times over and slows
down with each level of nesting. Whatever came, the time is that of searching it a few times, and the memory its leaves.
"""

import quopri
import re
from collections.abc import Iterator
from email.message import Message
from email.parser import HeaderParser
from email.policy import compat32

from msgspec import Struct

from channels.email_codings import decoded, from_base64

DEEPEST = 8
"""Levels of multipart that are opened; what is below stays shut."""
MOST_LEAVES = 200
LONGEST_HEAD = 128 * 1024

_MOST_LINES = 20_000
"""Lines that look like a boundary and are looked at."""
_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
_parser = HeaderParser(policy=compat32)

Headers = Message


class Leaf(Struct, frozen=True):
    """One part that holds no other. `choice` is the same for those of which a reader shows one; 0 is none of them."""

    headers: Headers
    body: bytes
    start: int
    stop: int
    choice: int = 0
    is_related: bool = False
    """It stands beside a page that may show it: a picture, mostly."""

    @property
    def media_type(self) -> str:
        kind = self.headers.get_content_type()
        return "text/plain" if kind.startswith("multipart/") else kind

    @property
    def size(self) -> int:
        """About how many bytes it decodes to."""
        raw = self.stop - self.start
        return raw * 3 // 4 if self._encoding == "base64" else raw

    def data(self, most: int) -> bytes:
        """What it decodes to, of the first so many bytes as they came; whatever is wrong in it is passed over."""
        raw = self.body[self.start : min(self.stop, self.start + most)]
        if self._encoding == "base64":
            return from_base64(raw)
        return quopri.decodestring(raw) if self._encoding == "quoted-printable" else raw

    @property
    def _encoding(self) -> str:
        return str(self.headers.get("Content-Transfer-Encoding", "")).split(";")[0].strip().lower()


def head_of(body: bytes) -> tuple[Headers, int]:
    """The headers of the mail itself, and where what follows them begins."""
    return _head(body, 0, len(body))


def leaves_of(body: bytes) -> Iterator[Leaf]:
    """The first of its parts, at most `MOST_LEAVES`, in order."""
    opened = [iter([(0, len(body), 0, 0, False)])]
    given = choices = 0
    while opened and given < MOST_LEAVES:
        piece = next(opened[-1], None)
        if piece is None:
            opened.pop()
            continue
        start, stop, depth, choice, is_related = piece
        headers, first = _head(body, start, stop)
        kind = headers.get_content_maintype()
        spans = _spans(body, first, stop, _boundary(headers)) if kind == "multipart" else []
        if not spans:
            given += 1
            yield Leaf(headers, body, first, stop, choice, is_related)
        elif depth < DEEPEST:
            subtype = headers.get_content_subtype()
            choices += subtype == "alternative"
            inner = choice or choices * (subtype == "alternative")
            shown = is_related or subtype == "related"
            opened.append(iter([(at, end, depth + 1, inner, shown) for at, end in spans]))


def _head(body: bytes, start: int, stop: int) -> tuple[Headers, int]:
    """The headers of a part, and where what follows them begins."""
    if body.startswith((b"\n", b"\r\n"), start):
        return Headers(), body.index(b"\n", start) + 1
    end = min(stop, start + LONGEST_HEAD)
    blank = _BLANK_LINE.search(body, start, end)
    last, first = (blank.start(), blank.end()) if blank else (end, stop)
    return _parser.parsestr("\n".join(map(decoded, body[start:last].splitlines())) + "\n\n"), first


def _boundary(headers: Headers) -> bytes:
    try:
        return (headers.get_boundary() or "")[:200].encode("utf-8", "replace")
    except (ValueError, LookupError):
        return b""


def _spans(body: bytes, start: int, stop: int, boundary: bytes) -> list[tuple[int, int]]:
    """Where each part between two such boundaries stands; empty where there is none."""
    spans: list[tuple[int, int]] = []
    delimiter, opened, at = b"--" + boundary, -1, start
    for _ in range(_MOST_LINES if boundary else 0):
        at = body.find(delimiter, at, stop)
        if at < 0 or len(spans) == MOST_LEAVES:
            break
        end = body.find(b"\n", at, stop)
        end = stop if end < 0 else end + 1
        line = body[at + len(delimiter) : min(end, at + len(delimiter) + 100)].strip()
        if (at == start or body[at - 1] == 10) and line in (b"", b"--"):
            if opened >= 0:
                spans.append((opened, _before_break(body, opened, at)))
            opened = end
            if line:
                return spans
        at = end
    if 0 <= opened < stop and len(spans) < MOST_LEAVES:
        spans.append((opened, stop))
    return spans


def _before_break(body: bytes, start: int, at: int) -> int:
    """The line break before a boundary is part of it."""
    if at > start and body[at - 1] == 10:
        at -= 1
        if at > start and body[at - 1] == 13:
            at -= 1
    return at
