"""`meetings/<slug>.yaml`: a meeting in person, online or both."""

from pydantic import ConfigDict, Field

from bot.config.kinds import Hour, PublicUrl, Slug, Written
from bot.config.texts import Long, Short, Title, no_text


class MeetingFile(Written):
    """Where and when people meet: a `place`, an `online_url`, or both."""

    model_config = ConfigDict(json_schema_extra={"anyOf": [{"required": ["place"]}, {"required": ["online_url"]}]})

    title: Title
    description: Long
    process: Slug | None = Field(default=None, description="The one it belongs to.", examples=["placa-del-mercat"])
    place: Short = Field(default_factory=no_text, examples=[{"ca": "Sala de plens, plaça Major, 1"}])
    online_url: PublicUrl | None = Field(default=None, examples=["https://meet.example.org/mercat"])
    starts_at: Hour = Field(examples=["2026-12-03T19:00"])
    ends_at: Hour = Field(examples=["2026-12-03T20:30"])
    official_url: PublicUrl = Field(examples=["https://participa.example.org/trobades/mercat"])
