"""`processes/<slug>.yaml`: a participatory process, its phases and what each allows."""

from typing import Literal

from pydantic import Field

from bot.config.files.tenant import Age
from bot.config.kinds import Minutes, Moment, PublicUrl, Slug, Written
from bot.config.texts import Long, Notice, Short, Title, no_text

ADULT = 16
"""Whoever is younger needs a reason."""


class LabelPart(Written):
    """A thing to choose: its short name, and its name in each language."""

    slug: Slug = Field(examples=["green"])
    name: Title = Field(examples=[{"ca": "Espais verds"}])


class PhasePart(Written):
    """A dated part of a process; a day counts whole, in the town's time zone."""

    slug: Slug = Field(examples=["ideas"])
    title: Title
    description: Short = Field(default_factory=no_text)
    starts_at: Moment | None = Field(default=None, examples=["2026-11-02"])
    ends_at: Moment | None = Field(default=None, examples=["2026-12-14"])
    allows: list[Literal["propose", "support", "answer", "comment"]] = Field(
        default_factory=list, max_length=4, examples=[["propose"]]
    )
    surveys: list[Slug] = Field(default_factory=list, max_length=50, examples=[["mercat"]])
    hides_supports: bool = Field(default=False, description="No count of supports is shown while it runs.")


class ProposalsPart(Written):
    """How proposals are written here."""

    length: int = Field(default=500, ge=15, le=3500, description="Of a body, in characters.", examples=[500])
    limit: int = Field(default=0, ge=0, le=1000, description="Per person; 0 is none.", examples=[5])
    template: Short = Field(default_factory=no_text)
    categories: list[LabelPart] = Field(default_factory=list, max_length=100)
    asks_place: bool = False
    edit_minutes: Minutes = Field(
        default=5,
        description="How long its author may edit it; `always`: until the town answers.",
        examples=[5],
    )
    attachments: int = Field(default=0, ge=0, le=5, description="Photos or documents of one proposal.", examples=[2])
    reviewed_first: bool = Field(default=False, description="Published once the town's people have read it.")


class SupportsPart(Written):
    """How proposals are supported here; 0 is none."""

    limit: int = Field(default=0, ge=0, le=1000, description="Per person.", examples=[5])
    minimum: int = Field(
        default=0, ge=0, le=1000, description="Per person: fewer than these do not count.", examples=[2]
    )
    threshold: int = Field(default=0, ge=0, le=10_000_000, description="Per proposal.", examples=[100])
    beyond_threshold: bool = Field(default=False, description="A proposal that has reached it can go on.")
    hidden: bool = Field(default=False, description="Counts are never shown.")


class CommentsPart(Written):
    """How people comment on proposals here."""

    length: int = Field(default=1000, ge=15, le=3500, description="In characters.", examples=[1000])
    sides: bool = Field(default=True, description="A comment may be for or against.")
    reviewed_first: bool = Field(default=False, description="Published once the town's people have read it.")


class OutcomePart(Written):
    """What came of it, once the town has answered."""

    summary: Long
    published_at: Moment = Field(examples=["2026-10-01"])
    official_url: PublicUrl = Field(examples=["https://participa.example.org/mercat/retorn"])


class ProcessFile(Written):
    """A participatory process."""

    title: Title
    subtitle: Title = Field(default_factory=no_text)
    description: Long
    official_url: PublicUrl = Field(examples=["https://participa.example.org/mercat"])
    min_age: Age = Field(default=ADULT, examples=[ADULT])
    min_age_reason: Notice = Field(
        default_factory=no_text,
        description="Why people of 14 and 15 may take part.",
        examples=[{"ca": "És per a joves: són qui ho farà servir."}],
    )
    phases: list[PhasePart] = Field(min_length=1, max_length=50)
    proposals: ProposalsPart = ProposalsPart()
    supports: SupportsPart = SupportsPart()
    comments: CommentsPart = CommentsPart()
    outcome: OutcomePart | None = None
