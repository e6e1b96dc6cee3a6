"""A meeting as its file says."""

from dataclasses import dataclass
from datetime import datetime

from flows.participation.words import Words


@dataclass(frozen=True, slots=True)
class Meeting:
    """In person where it has a place, online where it has an address, hybrid where it has both."""

    slug: str
    code: str
    """Public, in deep links."""
    process: str
    """The slug of the process it belongs to, or empty."""
    title: Words
    description: Words
    place: Words
    online_url: str
    starts_at: datetime
    ends_at: datetime
    official_url: str
