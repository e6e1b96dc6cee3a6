"""Deep-link codes: `<town>`, `<town>-<space or survey>`, `<town>-p<proposal>` or `<town>-c<comment>`."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from flows.participation.debates import visible_debates
from flows.participation.meetings import visible_meetings
from flows.participation.results import visible_results
from flows.participation.spaces import visible_processes
from flows.participation.tenant import Town
from storage.comments import comment_of_code
from storage.database import Db
from storage.proposals import proposal_of_code

_CODE = re.compile(r"[a-z0-9-]{1,64}")


class Kind(StrEnum):
    """What a code leads to."""

    TOWN = "town"
    PROCESS = "process"
    ASSEMBLY = "assembly"
    SURVEY = "survey"
    PROPOSAL = "proposal"
    COMMENT = "comment"
    DEBATE = "debate"
    MEETING = "meeting"
    RESULT = "result"
    TOPIC = "topic"


@dataclass(frozen=True, slots=True)
class Subject:
    """What a code leads to: a slug, or the reference of a proposal or comment; nothing for the town itself."""

    kind: Kind
    name: str = ""


def split(code: str) -> tuple[str, str]:
    """The town's part of a code and the rest; both empty for what cannot be a code."""
    code = code.lower()
    if not _CODE.fullmatch(code):
        return "", ""
    town, _, rest = code.partition("-")
    return town, rest


def subject_of(db: Db, town: Town, code: str) -> Subject | None:
    """What the code leads to in this town, with or without the town's part; None for any other, wherever it exists."""
    first, rest = split(code)
    if first != town.code:
        rest = f"{first}-{rest}" if rest else first
    elif not rest:
        return Subject(Kind.TOWN)
    for kind, things in _shown(db, town):
        for thing in things:
            if thing.code == rest:
                return Subject(kind, thing.slug)
    return _published(db, rest)


def link_code(town: Town, rest: str = "") -> str:
    """The code to share: of the town, or of something in it."""
    return f"{town.code}-{rest}" if rest else town.code


class _Coded(Protocol):
    @property
    def slug(self) -> str: ...

    @property
    def code(self) -> str: ...


def _shown(db: Db, town: Town) -> Iterator[tuple[Kind, Sequence[_Coded]]]:
    yield Kind.PROCESS, visible_processes(db, town)
    yield Kind.ASSEMBLY, town.assemblies
    yield Kind.SURVEY, town.surveys
    yield Kind.DEBATE, visible_debates(db, town)
    yield Kind.MEETING, visible_meetings(db, town)
    yield Kind.RESULT, visible_results(db, town)
    yield Kind.TOPIC, town.topics


def _published(db: Db, rest: str) -> Subject | None:
    if rest.startswith("p") and (proposal := proposal_of_code(db, rest[1:])) is not None:
        return Subject(Kind.PROPOSAL, proposal.reference)
    if rest.startswith("c") and (comment := comment_of_code(db, rest[1:])) is not None:
        return Subject(Kind.COMMENT, comment.reference)
    return None
