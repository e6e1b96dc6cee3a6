"""One thing that is wrong in a tenant's files, where it stands, and what to do about it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """An error keeps the tenant from being applied; a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A line and a column, both from 1, as editors count."""

    line: int
    column: int


START = Place(1, 1)


@dataclass(frozen=True, slots=True)
class Finding:
    """`path` is relative to the tenant's folder. A finding never carries a value that could be a secret."""

    path: str
    line: int
    column: int
    level: Level
    code: str
    message: str
    hint: str = ""

    def __str__(self) -> str:
        level = "" if self.level is Level.ERROR else "warning: "
        hint = f" ({self.hint})" if self.hint else ""
        return f"{self.path}:{self.line}:{self.column}: {level}{self.message}{hint}"


def error(path: str, place: Place, code: str, message: str, hint: str = "") -> Finding:
    """A finding that keeps the tenant from being applied."""
    return Finding(path, place.line, place.column, Level.ERROR, code, message, hint)


def warning(path: str, place: Place, code: str, message: str, hint: str = "") -> Finding:
    """A finding that a person should look at."""
    return Finding(path, place.line, place.column, Level.WARNING, code, message, hint)


def errors_in(findings: Iterable[Finding]) -> list[Finding]:
    """Only the errors."""
    return [finding for finding in findings if finding.level is Level.ERROR]


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """By file, line and column, each once."""
    return tuple(sorted(dict.fromkeys(findings), key=lambda one: (one.path, one.line, one.column, one.code)))
