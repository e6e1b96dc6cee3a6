"""A debate as its file says."""

from dataclasses import dataclass
from datetime import datetime

from flows.participation.words import Words


@dataclass(frozen=True, slots=True)
class Debate:
    """A question that people answer with comments, with a side where `has_sides`. Open from `starts_at` to `ends_at`
    (None is an open side), and closed once the town has written its conclusions."""

    slug: str
    code: str
    """Public, in deep links."""
    process: str
    """The slug of the process it belongs to, or empty."""
    title: Words
    description: Words
    instructions: Words
    has_sides: bool
    starts_at: datetime | None
    ends_at: datetime | None
    conclusions: Words
    closed_at: datetime | None
    min_age: int
    official_url: str
