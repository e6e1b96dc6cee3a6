"""A survey as its file says: Decidim's question types and display conditions, pinned by the hash of its content."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from flows.participation.process import Place
from flows.participation.words import Words


class Type(StrEnum):
    """Decidim's question types; the last two ask nothing."""

    SHORT_ANSWER = "short_answer"
    LONG_ANSWER = "long_answer"
    SINGLE_OPTION = "single_option"
    MULTIPLE_OPTION = "multiple_option"
    SORTING = "sorting"
    FILES = "files"
    MATRIX_SINGLE = "matrix_single"
    MATRIX_MULTIPLE = "matrix_multiple"
    SEPARATOR = "separator"
    TITLE_AND_DESCRIPTION = "title_and_description"


WRITTEN = frozenset({Type.SHORT_ANSWER, Type.LONG_ANSWER})
MATRICES = frozenset({Type.MATRIX_SINGLE, Type.MATRIX_MULTIPLE})
CHOSEN = frozenset({Type.SINGLE_OPTION, Type.MULTIPLE_OPTION})
SEVERAL = frozenset({Type.MULTIPLE_OPTION, Type.MATRIX_MULTIPLE, Type.SORTING})
"""More than one of the options is an answer."""
SILENT = frozenset({Type.SEPARATOR, Type.TITLE_AND_DESCRIPTION})


class ConditionType(StrEnum):
    """Decidim's condition types."""

    ANSWERED = "answered"
    NOT_ANSWERED = "not_answered"
    EQUAL = "equal"
    NOT_EQUAL = "not_equal"
    MATCH = "match"


class Visibility(StrEnum):
    """When a survey's results are shown to everybody."""

    NEVER = "never"
    CLOSED = "closed"
    LIVE = "live"


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose; with `is_free` the person may add words of their own."""

    slug: str
    name: Words
    is_free: bool = False


@dataclass(frozen=True, slots=True)
class Condition:
    """A test of an earlier question: of an `option` for equal and not_equal, of `pattern` (RE2) for match."""

    question: str
    test: ConditionType
    option: str = ""
    pattern: Words = field(default_factory=dict)
    is_mandatory: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """An image shown with a question. `data` is empty in a revision that is no longer the town's: then `alt` speaks."""

    name: str
    media_type: str
    alt: Words
    hash: str
    data: bytes = field(default=b"", repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Question:
    """One question, or words between questions. 0 is none for `max_choices` and `max_characters`.

    `max_choices` of a matrix is per row. `most_files` is for `Type.FILES`.
    """

    slug: str
    text: Words
    type: Type
    options: tuple[Option, ...] = ()
    rows: tuple[Place, ...] = ()
    is_mandatory: bool = True
    max_choices: int = 0
    max_characters: int = 0
    most_files: int = 1
    conditions: tuple[Condition, ...] = ()
    help: Words = field(default_factory=dict)
    picture: Picture | None = None
    items: tuple["Item", ...] = field(init=False, repr=False, compare=False)
    """What is asked of it, one after the other."""
    has_free: bool = field(init=False, repr=False, compare=False)
    """Any of its options takes words of one's own."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "has_free", any(option.is_free for option in self.options))
        rows = self.rows if self.type in MATRICES else () if self.type in SILENT else (None,)
        object.__setattr__(self, "items", tuple(Item(self, row) for row in rows))

    def option(self, slug: str) -> Option | None:
        """The option with this slug."""
        return next((option for option in self.options if option.slug == slug), None)


@dataclass(frozen=True, slots=True)
class Item:
    """What is asked at once: a question, or one row of a matrix. Its answer is kept under `key`."""

    question: Question
    row: Place | None = None
    key: str = field(init=False, compare=False)
    """ "slug", or "slug.row"."""

    def __post_init__(self) -> None:
        slug = self.question.slug
        object.__setattr__(self, "key", f"{slug}.{self.row.slug}" if self.row else slug)


@dataclass(frozen=True, slots=True)
class Moved:
    """How a draft of an earlier revision goes on in this one: old → new question, and old → new option of a new one.

    What is not named keeps its slug. `revision` is the earlier hash, or how it begins.
    """

    revision: str
    questions: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Survey:
    """A form. `hash` is the SHA-256 (hex) of what it asks: the revision a response keeps.

    It is open where a phase offers it and `starts_at` ≤ now < `ends_at`; None is an open side. `terms` are its own,
    asked before the first question. `is_open_to_guests`: who has not accepted the town's terms of use may answer.
    """

    slug: str
    code: str
    hash: str
    title: Words
    introduction: Words
    questions: tuple[Question, ...]
    keyword: str = ""
    """The word that begins it."""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    terms: Words = field(default_factory=dict)
    is_anonymous: bool = False
    is_editable: bool = False
    is_open_to_guests: bool = False
    results: Visibility = Visibility.NEVER
    moved: tuple[Moved, ...] = ()
    content: Mapping[str, object] = field(default_factory=dict)
    """As published: what `hash` is of."""
    has_conditions: bool = field(init=False, repr=False, compare=False)
    """Not everybody is asked everything."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "has_conditions", any(question.conditions for question in self.questions))

    def __hash__(self) -> int:
        return hash(self.hash)

    def question(self, slug: str) -> Question | None:
        """The question with this slug."""
        return next((question for question in self.questions if question.slug == slug), None)

    def is_open_at(self, now: datetime) -> bool:
        """Its own dates allow answering."""
        return (self.starts_at is None or self.starts_at <= now) and not self.has_closed(now)

    def has_closed(self, now: datetime) -> bool:
        """Its own last day is over."""
        return self.ends_at is not None and self.ends_at <= now
