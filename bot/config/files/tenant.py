"""`tenant.yaml` and `platform.yaml`: who the town is, and who stands behind it."""

from datetime import time
from typing import Annotated, Literal, TypeAlias
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, JsonValue

from bot.config.kinds import (
    Clock,
    Day,
    Email,
    Keyword,
    Language,
    Line,
    Phone,
    Prefix,
    PublicUrl,
    Slug,
    Written,
    days,
    wrong,
)
from bot.config.texts import Notice, Title, no_text

Weekday: TypeAlias = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
YOUNGEST = 14


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ValueError, OSError, KeyError):
        raise wrong("time_zone", "is not a time zone", "for example `Europe/Madrid`") from None
    return value


def _old_enough(value: int) -> int:
    if value < YOUNGEST:
        raise wrong("age", f"is under {YOUNGEST}", f"nobody under {YOUNGEST} may take part on the platform")
    return value


def _languages(value: list[Language]) -> list[Language]:
    if len(set(value)) < len(value):
        raise wrong("duplicate", "names a language twice", "each once, the default first")
    return value


def _bounds(least: int, most: int) -> dict[str, JsonValue]:
    return {"minimum": least, "maximum": most}


TimeZone: TypeAlias = Annotated[str, AfterValidator(_zone)]
Age: TypeAlias = Annotated[int, Field(le=99, json_schema_extra={"minimum": YOUNGEST}), AfterValidator(_old_enough)]
Languages: TypeAlias = Annotated[list[Language], Field(min_length=1), AfterValidator(_languages)]


class GrantPart(Written):
    """The decree that grants the town the platform."""

    reference: Line = Field(examples=["Decree 2026/1234"])
    date: Day = Field(examples=["2026-03-02"])


class AdministratorPart(Written):
    """The first person in charge; a technical profile, not an elected one."""

    name: Line = Field(examples=["Mireia Soler"])
    profile: Literal["technical", "elected", "other"]
    email: Email = Field(examples=["participacio@example.org"])


class SupportPart(Written):
    """Where citizens find people, and when."""

    phone: Phone = Field(examples=["+34 600 000 001"])
    email: Email = Field(examples=["participacio@example.org"])
    weekdays: list[Weekday] = Field(min_length=1, max_length=7, examples=[["mon", "tue", "wed", "thu", "fri"]])
    opens: Clock = Field(examples=["9:00"])
    closes: Clock = Field(examples=["12:00"])
    holidays: list[Day] = Field(default_factory=list, max_length=100, examples=[["2026-12-25"]])


class BrandingPart(Written):
    """What the town adds to the platform's name and logo, which are fixed."""

    shield: Line = Field(examples=["shield.svg"])


class TermsPart(Written):
    """The version of the town's terms of use (`terms/<language>.md`): a new one is asked for again."""

    version: Annotated[str, Field(min_length=1, max_length=40)] = Field(examples=["2026-1"])


class PrivacyPart(Written):
    """The version of the privacy notice (`privacy/<language>.md`) and its first layer, in short."""

    version: Annotated[str, Field(min_length=1, max_length=40)] = Field(examples=["2026-1"])
    short: Notice


class QuietHoursPart(Written):
    """When no news is sent: it waits until they end. Where there are any, holidays are quiet all day."""

    from_: Clock = Field(alias="from", examples=["21:00"])
    to: Clock = Field(examples=["9:00"])


class DigestsPart(Written):
    """When news that waits is told together, to who wants it daily or weekly."""

    at: Clock = Field(default=time(18), examples=["18:00"])
    weekday: Weekday = Field(default="fri", description="Of the weekly one.", examples=["fri"])


class TopicPart(Written):
    """One thing people can ask to hear of; broadcasts are of one."""

    slug: Slug = Field(examples=["surveys"])
    name: Title = Field(examples=[{"ca": "Enquestes noves"}])
    description: Notice = Field(default_factory=no_text)
    keyword: Keyword | None = Field(
        default=None, description="Who writes STOP and this word hears no more of it.", examples=["enquestes"]
    )
    most: int | None = Field(default=None, ge=1, le=100, description="Messages to one person in `days`.", examples=[2])
    days: int = Field(default=7, ge=1, le=365, examples=[7])


class AreaPart(Written):
    """A part of the town that people can ask to hear of."""

    slug: Slug = Field(examples=["barri-vell"])
    name: Title = Field(examples=[{"ca": "Barri Vell"}])


class ModerationPart(Written):
    """What hides a contribution without a person, until a person decides."""

    reports_to_hide: Annotated[int, Field(ge=1, le=100)] = Field(
        default=3, description="So many people report it, and it is hidden.", examples=[3]
    )


class RetentionPart(Written):
    """For how many days what is kept; then the nightly purge destroys it."""

    bodies_days: Annotated[int, days(1, 30, "they are raw and unread: a week is enough to look at them")] = Field(
        default=7, description="What providers sent and could not be read.", json_schema_extra=_bounds(1, 30)
    )
    messages_days: Annotated[int, days(1, 365, "30 answer nearly every complaint")] = Field(
        default=30, description="What was sent, from the day it left.", json_schema_extra=_bounds(1, 365)
    )
    drafts_days: Annotated[int, days(30, 730, "people come back to a draft; after two years they do not")] = Field(
        default=365, description="A conversation, from the person's last word.", json_schema_extra=_bounds(30, 730)
    )
    tickets_days: Annotated[int, days(30, 1825, "from the day it is closed; five years at most")] = Field(
        default=730, description="A conversation with your people.", json_schema_extra=_bounds(30, 1825)
    )
    blocked_days: Annotated[int, days(1, 1095, "after three years no claim can be made any more")] = Field(
        default=1095,
        description="What is kept, sealed, of who asked to be forgotten.",
        json_schema_extra=_bounds(1, 1095),
    )


class TenantFile(Written):
    """A town: `tenant.yaml`."""

    name: Title = Field(examples=[{"ca": "Vilanova del Riu"}])
    languages: Languages = Field(examples=[["ca", "es", "en"]], description="The default first.")
    time_zone: TimeZone = Field(default="Europe/Madrid", examples=["Europe/Madrid"])
    prefix: Prefix = Field(
        examples=["VIL"], description="Of the references of proposals, such as VIL-PROP-2026-11-0042."
    )
    keyword: Keyword = Field(examples=["vilanova"], description="What citizens write to choose the town.")
    official_url: PublicUrl = Field(examples=["https://participa.example.org"])
    population: int = Field(ge=1, le=100_000_000, examples=[4200])
    minimum_age: Age = Field(default=YOUNGEST, examples=[14])
    strict_languages: bool = Field(default=False, description="A text missing in any language is an error.")
    first_process_supervised: bool = Field(
        default=False, description="The town's first process waits for `participabot approve`."
    )
    grant: GrantPart = Field(examples=[{"reference": "Decree 2026/1234", "date": "2026-03-02"}])
    administrator: AdministratorPart
    support: SupportPart
    branding: BrandingPart = Field(examples=[{"shield": "shield.svg"}])
    terms: TermsPart = Field(examples=[{"version": "2026-1"}])
    privacy: PrivacyPart
    quiet_hours: QuietHoursPart | None = Field(default=None, examples=[{"from": "21:00", "to": "9:00"}])
    digests: DigestsPart = DigestsPart()
    verdict_weeks: int = Field(
        default=4,
        ge=0,
        le=52,
        description="After an answer, or the end of what came of it, people are asked whether it is so; 0: never.",
        examples=[4],
    )
    team: list[Email | Phone] = Field(
        default_factory=list,
        max_length=30,
        description="Until `participabot approve TOWN`, nobody else is written to unasked.",
        examples=[["participacio@example.org", "+34 600 000 001"]],
    )
    topics: list[TopicPart] = Field(default_factory=list, max_length=8, description="What broadcasts are of.")
    areas: list[AreaPart] = Field(default_factory=list, max_length=30, description="Parts of the town.")
    moderation: ModerationPart = ModerationPart()
    retention: RetentionPart = RetentionPart()


class PlatformFile(Written):
    """The platform that small towns share: `platform.yaml`."""

    name: Title = Field(examples=[{"ca": "Participabot"}])
    languages: Languages = Field(examples=[["ca", "es", "en"]], description="The default first.")
    time_zone: TimeZone = Field(default="Europe/Madrid", examples=["Europe/Madrid"])
    official_url: PublicUrl = Field(examples=["https://participa.example.org"])
    strict_languages: bool = Field(default=False, description="A text missing in any language is an error.")
    support: SupportPart
