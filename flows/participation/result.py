"""What becomes of proposals that were accepted, as its file says."""

from dataclasses import dataclass
from datetime import datetime

from flows.participation.words import Words


@dataclass(frozen=True, slots=True)
class Milestone:
    """One dated line of a result's story."""

    at: datetime
    title: Words
    description: Words


@dataclass(frozen=True, slots=True)
class Result:
    """Something the town carries out. After Decidim's accountability: a status in words and a progress of 0–100."""

    slug: str
    code: str
    """Public, in deep links."""
    process: str
    """The slug of the process it came from, or empty."""
    title: Words
    description: Words
    status: Words
    progress: int
    starts_at: datetime | None
    ends_at: datetime | None
    timeline: tuple[Milestone, ...]
    """In order of time."""
    proposals: tuple[str, ...]
    """The references of the proposals that it carries out."""
    official_url: str

    @property
    def is_done(self) -> bool:
        """The town says that it is finished."""
        return self.progress == 100
