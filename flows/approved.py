"""What may be said to who has been silent for so long that a provider takes approved words only.

The town has each of these approved once, in each of its languages; here are the words, and what fills them. In one of
them something to write brings the whole of it, so that who answers loses nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from flows.text import Message, catalogue, message


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
    DIGEST = "digest"
    VERDICT = "verdict"


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
    Template.DIGEST: ("town", "word"),
    Template.VERDICT: ("town", "title"),
}
"""What fills {{1}}, {{2}} …: the town comes first, since it alone fills the general one."""

_SAID: Mapping[Template, Message] = {
    Template.NEWS: message("Hello! {town} has news for you. To go on, write MENU."),
    Template.ANSWER: message(
        "Hello! {town} has answered the proposal “{title}”. To read the answer, write {reference}."
    ),
    Template.WITHDRAWAL: message(
        "Hello! The proposal “{title}” ({reference}), which you follow in {town}, was withdrawn by its author."
    ),
    Template.RESULT: message("Hello! {town} tells how “{title}” is going. To see it, write RESULTS."),
    Template.COMMENT: message(
        "Hello! In {town} there is a new comment on “{title}”. To read it and answer, write {reference}."
    ),
    Template.REMINDER: message(
        "Hello! You asked {town} to remind you of “{title}”. Now you can take part: write {word}."
    ),
    Template.DECISION: message(
        "Hello! {town} has taken a decision about “{title}”, which you published. To read it and see what you "
        "can do, write {reference}."
    ),
    Template.FILE: message(
        "Hello! In {town} a file that you attached to {reference} could not be used. What you wrote is kept as it is."
    ),
    Template.PERSON: message(
        "Hello! {town} writes to you about your message {code}: “{words}” You can answer right here."
    ),
    Template.DIGEST: message("Hello! In {town} there is news of what you follow. To read it, write {word}."),
    Template.VERDICT: message(
        "Hello! {town} told you what becomes of “{title}”. Is it as it says? Answer YES, NO or DON'T KNOW."
    ),
}

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
    said, way_out = (
        our.translate(_SAID[template].one, values),
        our.translate("To get no more messages, write STOP.", {}),
    )
    return f"{said} {way_out}"


def to_approve(template: Template, language: str) -> str:
    """The text with numbered variables, as Twilio's console takes it."""
    numbers = {field: f"{{{{{number}}}}}" for number, field in enumerate(FIELDS[template], 1)}
    return words_of(template, language, numbers)
