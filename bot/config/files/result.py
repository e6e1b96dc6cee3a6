"""`results/<slug>.yaml`: what becomes of what people proposed."""

from pydantic import Field

from bot.config.kinds import Moment, PublicUrl, Reference, Slug, Written
from bot.config.texts import Long, Short, Title, no_text


class MilestonePart(Written):
    """A dated line of its story."""

    date: Moment = Field(examples=["2026-10-05"])
    title: Title
    description: Short = Field(default_factory=no_text)


class ResultFile(Written):
    """Something that the town carries out."""

    title: Title
    description: Long
    status: Title = Field(description="In a word or two.", examples=[{"ca": "En obres"}])
    progress: int = Field(ge=0, le=100, description="Out of 100.", examples=[60])
    starts_at: Moment | None = Field(default=None, examples=["2026-09-01"])
    ends_at: Moment | None = Field(default=None, examples=["2027-03-31"])
    timeline: list[MilestonePart] = Field(default_factory=list, max_length=100, description="The oldest first.")
    proposals: list[Reference] = Field(
        default_factory=list,
        max_length=200,
        description="The proposals that it carries out.",
        examples=[["VIL-PROP-2026-11-0042"]],
    )
    process: Slug | None = Field(default=None, description="The one it came from.", examples=["cami-del-riu"])
    official_url: PublicUrl = Field(examples=["https://participa.example.org/retorn/cami-del-riu"])
