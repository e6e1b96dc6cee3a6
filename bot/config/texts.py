"""One text in several languages as a file writes it, and in plain language beside that."""

from typing import Annotated, Generic, TypeAlias, TypeVar

from pydantic import AfterValidator, Field, WithJsonSchema
from typing_extensions import TypedDict

from bot.config.kinds import LANGUAGES, filled

EASY = "easy"
Text = TypeVar("Text")


class Spoken(TypedDict, Generic[Text], total=False):
    """One text per language."""

    ca: Text
    es: Text
    en: Text


class Texts(Spoken[Text], Generic[Text], total=False):
    """One text per language; under `easy` the same in plain language, where the town wrote that too."""

    easy: Spoken[Text]


class Translated:
    """Marks a field that holds `Texts`."""


TRANSLATED = Translated()


def no_text() -> Texts[str]:
    """Nothing, in any language."""
    return {}


def _schema(length: int) -> WithJsonSchema:
    text = {"type": "string", "minLength": 1, "maxLength": length}
    spoken: dict[str, object] = dict.fromkeys(LANGUAGES, text)
    easy = {"type": "object", "additionalProperties": False, "properties": spoken}
    properties = {**spoken, EASY: {**easy, "description": "The same in plain language."}}
    return WithJsonSchema(
        {"type": "object", "additionalProperties": False, "minProperties": 1, "properties": properties}
    )


Title: TypeAlias = Annotated[
    Texts[Annotated[str, Field(max_length=150), AfterValidator(filled)]],
    Field(min_length=1),
    _schema(150),
    TRANSLATED,
]
Notice: TypeAlias = Annotated[
    Texts[Annotated[str, Field(max_length=300), AfterValidator(filled)]],
    Field(min_length=1),
    _schema(300),
    TRANSLATED,
]
Short: TypeAlias = Annotated[
    Texts[Annotated[str, Field(max_length=600), AfterValidator(filled)]],
    Field(min_length=1),
    _schema(600),
    TRANSLATED,
]
Long: TypeAlias = Annotated[
    Texts[Annotated[str, Field(max_length=6000), AfterValidator(filled)]],
    Field(min_length=1),
    _schema(6000),
    TRANSLATED,
]
