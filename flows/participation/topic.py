"""A topic as the town's file says: one thing people can ask to hear of."""

from dataclasses import dataclass
from datetime import timedelta

from flows.participation.words import Words


@dataclass(frozen=True, slots=True)
class Topic:
    """What the town tells of unasked, to who has asked for it."""

    slug: str
    code: str
    """Public, in deep links."""
    name: Words
    description: Words
    keyword: str = ""
    """Folded. Who writes it hears of the topic, or no longer: "BAIXA OBRES"."""
    most: int | None = None
    """Messages to one person `within` so long; None is no cap."""
    within: timedelta = timedelta(days=7)
