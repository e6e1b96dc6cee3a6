"""A citizen's side of a conversation, as it was recorded: only her lines; what is replied comes from the server."""

import re
import tomllib
from collections.abc import Callable
from pathlib import Path

import msgspec
from msgspec import Struct

from bot.cli.talk import Talk, Unreachable

_REPLY_WITHIN = 60.0
_REFERENCE = re.compile(r"\b[A-Z][A-Z0-9]+-PROP-\d{4}-\d{2}-\d{4,}\b")


class Recording(Struct, frozen=True, forbid_unknown_fields=True):
    """Who talks to which town, what she writes, and how the town answers what she proposed."""

    tenant: str
    sender: str
    lines: list[str]
    state: str
    answer: dict[str, str]


def read_recording(path: Path) -> Recording:
    """A recording from its file."""
    return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Recording)


async def play(
    recording: Recording, talk: Talk, show_line: Callable[[str], None], show_reply: Callable[[str], None]
) -> str:
    """Write her lines one by one, each after the reply to the one before; returns the reference she got, if any."""
    reference = ""
    for line in recording.lines:
        show_line(line)
        await talk.write(line)
        for reply in await reply_to(talk, line):
            show_reply(reply)
            if (found := _REFERENCE.search(reply)) is not None:
                reference = reference or found.group()
    return reference


async def reply_to(talk: Talk, line: str) -> list[str]:
    """What comes back; raises `Unreachable` where nothing does."""
    replies = await talk.replies(_REPLY_WITHIN)
    if not replies:
        raise Unreachable(f"nothing came back within {_REPLY_WITHIN:.0f} seconds of {line!r}")
    return replies
