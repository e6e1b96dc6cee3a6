"""A survey as its file says, pinned by the hash of its content."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from flows.participation.process import Place
from flows.participation.words import Words


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a survey: one choice of several (`options`), or short words (`max_characters`)."""

    slug: str
    text: Words
    options: tuple[Place, ...] = ()
    max_characters: int = 200
    is_mandatory: bool = True


@dataclass(frozen=True, slots=True)
class Survey:
    """A form. `hash` is the SHA-256 (hex) of its content: the revision a response keeps."""

    slug: str
    code: str
    hash: str
    title: Words
    introduction: Words
    questions: tuple[Question, ...]
    content: Mapping[str, object] = field(default_factory=dict)
    """As published: what `hash` is of."""

    def __hash__(self) -> int:
        return hash(self.hash)
