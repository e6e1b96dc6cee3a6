"""`surveys/<slug>.yaml`: a form."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from bot.config.files.process import LabelPart
from bot.config.kinds import Keyword, Line, Moment, Slug, Written
from bot.config.texts import Long, Notice, Short, Title, no_text
from flows.participation.answers import LONGEST

PICTURES = ("image/png", "image/jpeg", "image/webp")
TYPES = Literal[
    "short_answer",
    "long_answer",
    "single_option",
    "multiple_option",
    "sorting",
    "files",
    "matrix_single",
    "matrix_multiple",
    "separator",
    "title_and_description",
]


class OptionPart(Written):
    """One thing to choose."""

    slug: Slug = Field(examples=["bus"])
    name: Title = Field(examples=[{"ca": "L'autobús"}])
    free_text: bool = Field(default=False, description="Who chooses it may add words of their own.")


class ConditionPart(Written):
    """A test of an earlier question. If any condition is mandatory, all mandatory ones must hold; else one suffices."""

    question: Slug = Field(examples=["transport"])
    test: Literal["answered", "not_answered", "equal", "not_equal", "match"] = Field(examples=["equal"])
    option: Slug | None = Field(default=None, description="For equal and not_equal.", examples=["bus"])
    pattern: Notice = Field(
        default_factory=no_text,
        description="For match: a regular expression (RE2), found in any language whatever the case.",
        examples=[{"ca": "bici|patinet"}],
    )
    mandatory: bool = False


class PicturePart(Written):
    """An image shown with the question: a file of at most 200 kB in the tenant's folder."""

    file: Line = Field(examples=["surveys/pictures/carrer.png"])
    alt: Notice = Field(examples=[{"ca": "El carrer Major amb arbres a banda i banda."}])


class QuestionPart(Written):
    """A question; without `type` it is single_option where there are options, else short_answer."""

    slug: Slug = Field(examples=["how-often"])
    type: TYPES | None = Field(default=None, examples=["single_option"])
    text: Short = Field(default_factory=no_text)
    help: Notice = Field(default_factory=no_text)
    picture: PicturePart | None = None
    options: list[OptionPart] = Field(default_factory=list, max_length=50)
    rows: list[LabelPart] = Field(default_factory=list, max_length=30, description="Of a matrix.")
    mandatory: bool | None = Field(default=None, description="Unless said otherwise true; of files false.")
    max_choices: int | None = Field(default=None, ge=1, le=50, examples=[3])
    max_characters: int | None = Field(default=None, ge=1, le=LONGEST, examples=[200])
    max_files: int | None = Field(default=None, ge=1, le=5, examples=[2])
    show_if: list[ConditionPart] = Field(default_factory=list, max_length=20)


class MovedPart(Written):
    """How answers given to an earlier revision count and go on in this one; what is not named keeps its slug."""

    revision: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{8,64}$")] = Field(examples=["1a2b3c4d"])
    questions: dict[Slug, Slug] = Field(default_factory=dict, description="Earlier slug: slug now.")
    options: dict[Slug, dict[Slug, Slug]] = Field(
        default_factory=dict, description="Of a question as it is now: earlier option: option now."
    )


class SurveyFile(Written):
    """A form that a phase can offer."""

    title: Title
    introduction: Short = Field(default_factory=no_text)
    keyword: Keyword | None = Field(default=None, description="Who writes this word begins it.", examples=["bici"])
    starts_at: Moment | None = Field(default=None, examples=["2026-11-02"])
    ends_at: Moment | None = Field(default=None, description="A day counts whole.", examples=["2026-12-14"])
    terms: Long = Field(default_factory=no_text, description="Its own, to be accepted before the first question.")
    anonymous: bool = Field(default=False, description="Who answered is kept, but not what they answered.")
    editable: bool = Field(default=False, description="Answers can be changed until it closes.")
    unregistered: bool = Field(default=False, description="Open to who has not accepted the town's terms of use.")
    results: Literal["never", "closed", "live"] = Field(
        default="never", description="When everybody sees its results: once it has closed, or while it is open."
    )
    moved: list[MovedPart] = Field(default_factory=list, max_length=20)
    questions: list[QuestionPart] = Field(min_length=1, max_length=100)
