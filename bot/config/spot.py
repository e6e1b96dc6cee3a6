"""A way to look at a file that may be half wrong: every rule speaks, whatever else is broken."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.config.building import Path
from bot.config.document import Document
from bot.config.finding import Finding, Level


@dataclass(frozen=True, slots=True)
class Spot:
    """A value of a document, there or not, of the right kind or not."""

    document: Document
    path: Path = ()

    def __getitem__(self, key: str | int) -> "Spot":
        return Spot(self.document, (*self.path, key))

    @property
    def value(self) -> object:
        """What stands here; None where nothing does."""
        value: object = self.document.data
        for part in self.path:
            if isinstance(value, dict) and isinstance(part, str):
                value = value.get(part)
            elif isinstance(value, list) and isinstance(part, int) and part < len(value):
                value = value[part]
            else:
                return None
        return value

    @property
    def text(self) -> str | None:
        """The value, if it is text."""
        value = self.value
        return value if isinstance(value, str) else None

    @property
    def items(self) -> "Iterator[Spot]":
        """The items, if it is a list."""
        value = self.value
        yield from (self[index] for index in range(len(value) if isinstance(value, list) else 0))

    @property
    def entries(self) -> "Iterator[tuple[str, Spot]]":
        """The keys and values, if it is a mapping."""
        value = self.value
        yield from ((key, self[key]) for key in (value if isinstance(value, dict) else ()))

    def error(self, code: str, message: str, hint: str = "", *, words: str = "") -> Finding:
        """What is wrong with this value, at `words` within it if they are given."""
        return self._finding(Level.ERROR, code, message, hint, words)

    def warning(self, code: str, message: str, hint: str = "", *, words: str = "") -> Finding:
        """What a person should look at in this value."""
        return self._finding(Level.WARNING, code, message, hint, words)

    def _finding(self, level: Level, code: str, message: str, hint: str, words: str) -> Finding:
        place = self.document.find(words, self.path) if words else self.document.value(self.path)
        return Finding(self.document.path, place.line, place.column, level, code, message, hint)
