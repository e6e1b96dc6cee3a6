"""`tenant.yaml` and `platform.yaml`: who the town is, and who stands behind it."""

from typing import Annotated, Literal, TypeAlias
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field

from bot.config.kinds import (
    Clock,
    Day,
    Email,
    Keyword,
    Language,
    Line,
    Notice,
    Phone,
    Prefix,
    PublicUrl,
    Title,
    Written,
    wrong,
)

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
    """When no news is sent."""

    from_: Clock = Field(alias="from", examples=["21:00"])
    to: Clock = Field(examples=["9:00"])


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


class PlatformFile(Written):
    """The platform that small towns share: `platform.yaml`."""

    name: Title = Field(examples=[{"ca": "Participabot"}])
    languages: Languages = Field(examples=[["ca", "es", "en"]], description="The default first.")
    time_zone: TimeZone = Field(default="Europe/Madrid", examples=["Europe/Madrid"])
    official_url: PublicUrl = Field(examples=["https://participa.example.org"])
    strict_languages: bool = Field(default=False, description="A text missing in any language is an error.")
    support: SupportPart
