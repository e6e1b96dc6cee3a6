"""Plain values built from a YAML parser's events, within caps: a bomb or a tangle is refused before it is built."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from ruamel.yaml.error import StreamMark
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from bot.config.finding import START, Finding, Place, error

Path: TypeAlias = tuple[str | int, ...]

_NODES = 10_000
_DEPTH = 20
_TAG, _NO_TAG = "a tag (!…)", "tags are not used: delete it"
_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEAN = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_WHOLE = re.compile(r"[-+]?[0-9]{1,15}")
_DECIMAL = re.compile(r"[-+]?[0-9]{1,15}\.[0-9]{1,15}")
UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\ud800-\udfff\ufffe\uffff]")
"""Characters that no text of a town needs and that a store, a screen or a line count stumbles over."""


class Refused(Exception):
    """The file is not read any further."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(str(finding))
        self.finding = finding


def place_of(mark: object) -> Place:
    """The parser's mark as editors count."""
    return Place(mark.line + 1, mark.column + 1) if isinstance(mark, StreamMark) else START


def unwanted(path: str, place: Place, character: str) -> Finding:
    """A character of `UNWANTED` was found."""
    return error(path, place, "character", f"an invisible character (U+{ord(character):04X})", "delete it")


@dataclass(slots=True)
class Building:
    """Values built from events, within the caps."""

    path: str
    keys: dict[Path, Place] = field(default_factory=dict)
    values: dict[Path, Place] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    anchors: dict[str, tuple[object, int]] = field(default_factory=dict)
    nodes: int = 0

    def build(self, events: Iterator[Event]) -> object:
        data: object = None
        documents = 0
        for event in events:
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._refuse(event, "documents", "a second document begins here", "delete the line ---")
            elif isinstance(event, NodeEvent):
                data = self._node(event, events, ())
        return data

    def _node(self, event: Event, events: Iterator[Event], path: Path) -> object:
        self.values[path] = place_of(event.start_mark)
        if isinstance(event, AliasEvent):
            return self._aliased(event)
        self._count(event, 1)
        before = self.nodes
        if len(path) > _DEPTH:
            self._refuse(event, "depth", f"is nested more than {_DEPTH} deep")
        if getattr(event, "tag", None) is not None:
            self.findings.append(error(self.path, self.values[path], "tag", _TAG, _NO_TAG))
        value: object
        if isinstance(event, ScalarEvent):
            value = self._scalar(event, path)
        elif isinstance(event, SequenceStartEvent):
            value = self._sequence(events, path)
        else:
            value = self._mapping(events, path)
        if isinstance(event, NodeEvent) and event.anchor is not None:
            self.anchors[str(event.anchor)] = (value, self.nodes - before + 1)
        return value

    def _aliased(self, event: AliasEvent) -> object:
        if str(event.anchor) not in self.anchors:
            self._refuse(event, "alias", f"`*{event.anchor}` names nothing before it", "define it first")
        value, nodes = self.anchors[str(event.anchor)]
        self._count(event, nodes)
        return value

    def _count(self, event: Event, nodes: int) -> None:
        self.nodes += nodes
        if self.nodes > _NODES:
            self._refuse(event, "too_many", f"more than {_NODES} values, aliases counted", "repeat less")

    def _scalar(self, event: ScalarEvent, path: Path) -> object:
        text: str = event.value
        if found := UNWANTED.search(text):
            self.findings.append(unwanted(self.path, self.values[path], found.group()))
            text = UNWANTED.sub("?", text)
        if event.style is not None and event.style != "":
            return text
        if text == "" and path in self.keys:
            self.values[path] = self.keys[path]
        if text in _NULL:
            return None
        if text in _BOOLEAN:
            return _BOOLEAN[text]
        if _WHOLE.fullmatch(text):
            return int(text)
        return float(text) if _DECIMAL.fullmatch(text) else text

    def _sequence(self, events: Iterator[Event], path: Path) -> list[object]:
        items: list[object] = []
        for event in events:
            if isinstance(event, SequenceEndEvent):
                break
            items.append(self._node(event, events, (*path, len(items))))
        return items

    def _mapping(self, events: Iterator[Event], path: Path) -> dict[str, object]:
        mapping: dict[str, object] = {}
        for event in events:
            if isinstance(event, MappingEndEvent):
                break
            if not isinstance(event, ScalarEvent):
                self._refuse(event, "key", "a key that is not a word", "write `key: value`")
                break
            self._count(event, 1)
            key, place = str(event.value), place_of(event.start_mark)
            if getattr(event, "tag", None) is not None:
                self.findings.append(error(self.path, place, "tag", _TAG, _NO_TAG))
            if UNWANTED.search(key):
                self._refuse(event, "character", "an invisible character in a key", "delete it")
            if key in mapping:
                first = self.keys[*path, key].line
                message = f"`{key}` a second time; it is already on line {first}"
                self.findings.append(error(self.path, place, "duplicate_key", message, "keep one of them"))
                self._node(next(events), events, (*path, f"{key} (again)"))
            else:
                self.keys[*path, key] = place
                mapping[key] = self._node(next(events), events, (*path, key))
        return mapping

    def _refuse(self, event: Event, code: str, message: str, hint: str = "") -> None:
        raise Refused(error(self.path, place_of(event.start_mark), code, message, hint))
