"""`debates/<slug>.yaml`: a question that people answer with comments."""

from pydantic import Field

from bot.config.files.tenant import Age
from bot.config.kinds import Moment, PublicUrl, Slug, Written
from bot.config.texts import Long, Short, Title, no_text


class ConclusionsPart(Written):
    """What the town takes from it; with them the debate is closed."""

    text: Long
    published_at: Moment = Field(examples=["2027-01-15"])


class DebateFile(Written):
    """A debate, open between its dates."""

    title: Title
    description: Long
    instructions: Short = Field(default_factory=no_text, description="How to take part in it.")
    process: Slug | None = Field(default=None, description="The one it belongs to.", examples=["placa-del-mercat"])
    sides: bool = Field(default=True, description="A comment may be for or against.")
    starts_at: Moment | None = Field(default=None, examples=["2026-11-16"])
    ends_at: Moment | None = Field(default=None, examples=["2026-12-13"])
    conclusions: ConclusionsPart | None = None
    min_age: Age | None = Field(default=None, description="Its process's, else 16.", examples=[16])
    official_url: PublicUrl = Field(examples=["https://participa.example.org/debats/mercat"])
