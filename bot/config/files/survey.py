"""`surveys/<slug>.yaml`: a form."""

from pydantic import ConfigDict, Field

from bot.config.files.process import LabelPart
from bot.config.kinds import Slug, Written
from bot.config.texts import Short, Title, no_text


class QuestionPart(Written):
    """One choice of several (`options`), or short words (`max_characters`)."""

    model_config = ConfigDict(
        json_schema_extra={"not": {"required": ["options", "max_characters"]}},
    )

    slug: Slug = Field(examples=["how-often"])
    text: Short
    options: list[LabelPart] = Field(default_factory=list, max_length=50)
    max_characters: int | None = Field(default=None, ge=1, le=1000, examples=[200])
    mandatory: bool = True


class SurveyFile(Written):
    """A form that a phase can offer."""

    title: Title
    introduction: Short = Field(default_factory=no_text)
    questions: list[QuestionPart] = Field(min_length=1, max_length=100)
