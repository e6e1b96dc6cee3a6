"""What a town's files answer to proposals."""

from collections.abc import Iterator
from typing import NamedTuple

from bot.config.build.pen import Pen
from bot.config.reading import Files
from bot.config.spot import Spot
from flows.participation.words import Words


class TownAnswer(NamedTuple):
    """One answer, and where it is written."""

    reference: str
    state: str
    words: Words
    spot: Spot


def answers(pen: Pen, files: Files) -> Iterator[TownAnswer]:
    """All of them, file by file."""
    for read in files.answers:
        if read.model is not None:
            for part, spot in zip(read.model.answers, read.spot["answers"].items, strict=True):
                yield TownAnswer(part.proposal, part.state, pen.words(part.text), spot)
