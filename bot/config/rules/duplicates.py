"""Things that may stand only once in a list."""

from collections.abc import Iterator

from bot.config.finding import Finding
from bot.config.spot import Spot


def repeated_slugs(things: Spot) -> Iterator[Finding]:
    """Items whose `slug` an earlier one has."""
    yield from _repeated(thing["slug"] for thing in things.items)


def duplicates(words: Spot) -> Iterator[Finding]:
    """Words that stand in a list twice."""
    yield from _repeated(words.items)


def _repeated(spots: Iterator[Spot]) -> Iterator[Finding]:
    seen: set[str] = set()
    for spot in spots:
        word = spot.text
        if word is not None and word in seen:
            yield spot.error("duplicate", f"`{word[:60]}` a second time", "each once: rename or delete one")
        seen.add(word or "")
