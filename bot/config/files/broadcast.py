"""`broadcasts/*.yaml`: what the town tells many at once."""

from typing import Annotated, Literal

from pydantic import Field

from bot.config.files.survey import PicturePart
from bot.config.kinds import Hour, Language, Line, Reference, Slug, Written
from bot.config.texts import Long, Title, no_text

Channel = Literal["telegram", "whatsapp", "sms", "email"]


class OpensPart(Written):
    """The one thing it leads to."""

    survey: Slug | None = Field(default=None, examples=["placa-del-mercat"])
    process: Slug | None = Field(default=None, examples=["placa-del-mercat"])
    proposal: Reference | None = Field(default=None, examples=["VIL-PROP-2026-11-0042"])
    meeting: Slug | None = Field(default=None, examples=["mercat"])


class AudiencePart(Written):
    """Who, of those who asked for the topic. All that is written must hold; nothing written is everybody."""

    follows: Line | None = Field(default=None, examples=["process:placa-del-mercat"])
    took_part: Slug | None = Field(default=None, description="In a process.", examples=["placa-del-mercat"])
    answered: Slug | None = Field(default=None, description="A survey.", examples=["placa-del-mercat"])
    language: Language | None = None
    channel: Channel | None = Field(default=None, description="The one on which it would reach them.")
    area: Slug | None = Field(default=None, description="Of `areas` in tenant.yaml.", examples=["barri-vell"])
    listed: Slug | None = Field(default=None, description="In a list that was imported.", examples=["veins"])
    all: list["AudiencePart"] = Field(default_factory=lambda: [], max_length=20)
    any: list["AudiencePart"] = Field(default_factory=lambda: [], max_length=20)
    not_: "AudiencePart | None" = Field(default=None, alias="not")


class SchedulePart(Written):
    """When, in the town's time: one of `at`, `cron` and `phase`."""

    at: Hour | None = Field(default=None, examples=["2026-12-01T10:00"])
    cron: Line | None = Field(
        default=None, description="Minute, hour, day, month, weekday by name.", examples=["0 10 1 * *"]
    )
    phase: Line | None = Field(default=None, description="`process/phase`.", examples=["placa-del-mercat/propostes"])
    on: Literal["opens", "closes"] = "opens"


class VariantPart(Written):
    """Other words for one channel."""

    text: Long


class VariantsPart(Written):
    """Other words by channel."""

    telegram: VariantPart | None = None
    whatsapp: VariantPart | None = None
    sms: VariantPart | None = None
    email: VariantPart | None = None


class TemplatePart(Written):
    """What says it on WhatsApp after 24 hours of silence: one of `whatsapp.templates` in channels.yaml."""

    name: Line = Field(examples=["survey"])
    values: list[Line] = Field(
        default_factory=list, max_length=10, description="What fills {{1}}, {{2}} …", examples=[["{town}", "{title}"]]
    )


class BroadcastFile(Written):
    """What the town tells many at once.

    Its texts may hold {town}, {phone}, {email}, {official_url}, {name}, {title} and {ends}.
    """

    topic: Slug = Field(description="Of `topics` in tenant.yaml: who asked for it hears it.", examples=["surveys"])
    title: Title = Field(default_factory=no_text, description="The subject of a mail.")
    text: Long
    variants: VariantsPart = VariantsPart()
    file: PicturePart | None = Field(default=None, description="A picture or a PDF of at most 200 kB.")
    opens: OpensPart | None = Field(default=None, examples=[{"survey": "placa-del-mercat"}])
    template: TemplatePart | None = None
    audience: AudiencePart = AudiencePart()
    schedule: SchedulePart | None = Field(default=None, description="Without it, `participabot broadcast start`.")
    late: Literal["run", "missed"] = Field(
        default="run", description="What becomes of a run whose time passed while nothing was served."
    )
    expires_hours: Annotated[int, Field(ge=1, le=720)] = Field(
        default=72, description="What has not left by then is not sent.", examples=[72]
    )
    urgent: bool = Field(
        default=False, description="Leaves in quiet hours too, and by the next channel if one is down."
    )
