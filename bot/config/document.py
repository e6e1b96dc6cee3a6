"""A YAML file read once: plain values, and where each of them stands.

Anchors and aliases work; tags, merge keys and several documents in a file do not. Words stay words (`no`, `12:30`,
`2026-11-25`).
"""

from dataclasses import dataclass
from functools import lru_cache

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from bot.config.building import UNWANTED, Building, Path, Refused, place_of, unwanted
from bot.config.finding import START, Finding, Place, error

_BYTES = 256_000


@dataclass(frozen=True, slots=True)
class Document:
    """`data` is None where the file could not be read as one mapping; `findings` then say why."""

    path: str
    lines: tuple[str, ...]
    data: dict[str, object] | None
    keys: dict[Path, Place]
    values: dict[Path, Place]
    findings: tuple[Finding, ...]

    def key(self, path: Path) -> Place:
        """Where the key of a value stands; of an item of a list, or the whole file, where it begins."""
        while path:
            if path in self.keys:
                return self.keys[path]
            if path in self.values:
                return self.values[path]
            path = path[:-1]
        return self.values.get((), START)

    def value(self, path: Path) -> Place:
        """Where a value begins, else where what should hold it stands."""
        return self.values.get(path) or self.key(path)

    def find(self, words: str, path: Path) -> Place:
        """Where these words stand within a value, else where it begins."""
        start = self.value(path)
        for number, line in enumerate(self.lines[start.line - 1 :], start.line):
            column = line.find(words, start.column - 1 if number == start.line else 0)
            if column >= 0:
                return Place(number, column + 1)
        return start


@lru_cache(maxsize=256)
def read_document(path: str, content: bytes) -> Document:
    """Read a file; whoever gets the document must not change it, since the next caller gets the same one."""
    if len(content) > _BYTES:
        return _unread(path, error(path, START, "too_large", f"is larger than {_BYTES // 1000} kB"))
    text = read_text(path, content)
    if isinstance(text, Finding):
        return _unread(path, text)
    building = Building(path)
    lines = tuple(text.splitlines())
    try:
        data = building.build(YAML(typ="safe", pure=True).parse(text))
    except Refused as refused:
        building.findings.append(refused.finding)
    except MarkedYAMLError as failure:
        building.findings.append(_syntax(path, failure))
    except (YAMLError, ValueError, OverflowError, IndexError, AttributeError):
        # The parser lets a few of Python's own errors through, e.g. for "\UFFFFFFFF" or a broken directive.
        last = max(building.keys.values(), default=START)
        building.findings.append(error(path, last, "syntax", "is not YAML here", "look for an odd escape or directive"))
    else:
        if isinstance(data, dict):
            return Document(path, lines, data, building.keys, building.values, tuple(building.findings))
        hint = "write it as `key: value` lines"
        found = error(path, START, "empty", "is empty" if data is None else "does not hold keys and values", hint)
        building.findings.append(found)
    return Document(path, lines, None, building.keys, building.values, tuple(building.findings))


def read_text(path: str, content: bytes) -> str | Finding:
    """The words of a file, or why they cannot be read."""
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as failure:
        line = content.count(b"\n", 0, failure.start) + 1
        return error(path, Place(line, 1), "encoding", "is not UTF-8 here", "save the file as UTF-8")
    if found := UNWANTED.search(text):
        line = text.count("\n", 0, found.start()) + 1
        column = found.start() - text.rfind("\n", 0, found.start())
        return unwanted(path, Place(line, column), found.group())
    return text


def _syntax(path: str, failure: MarkedYAMLError) -> Finding:
    if "quoted scalar" in str(failure.context) and "end of stream" in str(failure.problem):
        return error(
            path, place_of(failure.context_mark), "syntax", "a quote that is never closed", "close it, or none"
        )
    place = place_of(failure.problem_mark or failure.context_mark)
    return error(path, place, "syntax", f"is not YAML here: {failure.problem or failure.context}")


def _unread(path: str, finding: Finding) -> Document:
    return Document(path, (), None, {}, {}, (finding,))
