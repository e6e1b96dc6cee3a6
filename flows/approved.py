"""What may be said to who has been silent for so long that a provider takes approved words only.

The town has each of these approved once, in each of its languages; here are the words, and what fills them. In one of
them something to write brings the whole of it, so that who answers loses nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from flows.text import catalogue


class Template(StrEnum):
    """A template's name in `channels.yaml`."""

    NEWS = "news"
    """In place of any other that the town has not had approved."""
    ANSWER = "answer"
    WITHDRAWAL = "withdrawal"
    RESULT = "result"
    COMMENT = "comment"
    REMINDER = "reminder"
    DECISION = "decision"
    FILE = "file"
    PERSON = "person"


FIELDS: Mapping[Template, tuple[str, ...]] = {
    Template.NEWS: ("town",),
    Template.ANSWER: ("town", "title", "reference"),
    Template.WITHDRAWAL: ("town", "title", "reference"),
    Template.RESULT: ("town", "title"),
    Template.COMMENT: ("town", "title", "reference"),
    Template.REMINDER: ("town", "title", "word"),
    Template.DECISION: ("town", "title", "reference"),
    Template.FILE: ("town", "reference"),
    Template.PERSON: ("town", "code", "words"),
}
"""What fills {{1}}, {{2}} …: the town comes first, since it alone fills the general one."""

SAMPLES: Mapping[str, str] = {
    "town": "Vilanova del Riu",
    "title": "Més ombra a la plaça",
    "reference": "VIL-PROP-2026-11-0042",
    "word": "PROPOSA",
    "code": "VIL-TIC-7K2M",
    "words": "Bon dia! Ho mirem aquesta setmana.",
}


@dataclass(frozen=True, slots=True)
class Approved:
    """A template and what fills it."""

    template: Template
    values: tuple[str, ...]

    def __post_init__(self) -> None:
        if len(self.values) != len(FIELDS[self.template]):
            raise ValueError(f"{self.template} is filled by {FIELDS[self.template]}")


def words_of(template: Template, language: str, values: Mapping[str, str]) -> str:
    """A template's words in a language. With "{{1}}" and so on as values, the text that is to be approved."""
    our = catalogue(language)
    return f"{_said(template, language, values)} {our.translate('To get no more messages, write STOP.', {})}"


def to_approve(template: Template, language: str) -> str:
    """The text with numbered variables, as Twilio's console takes it."""
    numbers = {field: f"{{{{{number}}}}}" for number, field in enumerate(FIELDS[template], 1)}
    return words_of(template, language, numbers)


def _said(template: Template, language: str, values: Mapping[str, str]) -> str:
    t = catalogue(language).translate
    match template:
        case Template.NEWS:
            return t("Hello! {town} has news for you. To go on, write MENU.", values)
        case Template.ANSWER:
            return t(
                "Hello! {town} has answered the proposal “{title}”. To read the answer, write {reference}.", values
            )
        case Template.WITHDRAWAL:
            return t(
                "Hello! The proposal “{title}” ({reference}), which you follow in {town}, was withdrawn by its author.",
                values,
            )
        case Template.RESULT:
            return t("Hello! {town} tells how “{title}” is going. To see it, write RESULTS.", values)
        case Template.COMMENT:
            return t(
                "Hello! In {town} there is a new comment on “{title}”. To read it and answer, write {reference}.",
                values,
            )
        case Template.REMINDER:
            return t("Hello! You asked {town} to remind you of “{title}”. Now you can take part: write {word}.", values)
        case Template.DECISION:
            return t(
                "Hello! {town} has taken a decision about “{title}”, which you published. To read it and see what you "
                "can do, write {reference}.",
                values,
            )
        case Template.FILE:
            return t(
                "Hello! In {town} a file that you attached to {reference} could not be used. What you wrote is kept "
                "as it is.",
                values,
            )
        case Template.PERSON:
            return t(
                "Hello! {town} writes to you about your message {code}: “{words}” You can answer right here.", values
            )
