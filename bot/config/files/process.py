"""`processes/<slug>.yaml`: a participatory process, its phases and what each allows."""

from typing import Literal

from pydantic import Field

from bot.config.files.tenant import Age
from bot.config.kinds import Long, Moment, Notice, PublicUrl, Short, Slug, Title, Written


class LabelPart(Written):
    """A thing to choose: its short name, and its name in each language."""

    slug: Slug = Field(examples=["green"])
    name: Title = Field(examples=[{"ca": "Espais verds"}])


class PhasePart(Written):
    """A dated part of a process; a day counts whole, in the town's time zone."""

    slug: Slug = Field(examples=["ideas"])
    title: Title
    description: Short = Field(default_factory=dict)
    starts_at: Moment | None = Field(default=None, examples=["2026-11-02"])
    ends_at: Moment | None = Field(default=None, examples=["2026-12-14"])
    allows: list[Literal["propose", "support", "answer", "comment"]] = Field(
        default_factory=list, max_length=4, examples=[["propose"]]
    )
    surveys: list[Slug] = Field(default_factory=list, max_length=50, examples=[["mercat"]])


class ProposalsPart(Written):
    """How proposals are written here."""

    length: int = Field(default=500, ge=15, le=3500, description="Of a body, in characters.", examples=[500])
    limit: int = Field(default=0, ge=0, le=1000, description="Per person; 0 is none.", examples=[5])
    template: Short = Field(default_factory=dict)
    categories: list[LabelPart] = Field(default_factory=list, max_length=100)
    asks_place: bool = False


class OutcomePart(Written):
    """What came of it, once the town has answered."""

    summary: Long
    published_at: Moment = Field(examples=["2026-10-01"])
    official_url: PublicUrl = Field(examples=["https://participa.example.org/mercat/retorn"])


class ProcessFile(Written):
    """A participatory process."""

    title: Title
    subtitle: Title = Field(default_factory=dict)
    description: Long
    official_url: PublicUrl = Field(examples=["https://participa.example.org/mercat"])
    min_age: Age = Field(default=16, examples=[16])
    min_age_reason: Notice = Field(
        default_factory=dict,
        description="Why people of 14 and 15 may take part.",
        examples=[{"ca": "És per a joves: són qui ho farà servir."}],
    )
    phases: list[PhasePart] = Field(min_length=1, max_length=50)
    proposals: ProposalsPart = ProposalsPart()
    outcome: OutcomePart | None = None
