"""The open question: its number, its choices as they are shown, page by page."""

from collections.abc import Sequence
from typing import NamedTuple

from bot import pages
from bot.manner import Manner
from bot.session import Asked, Frame, Offered, Prompt, Session
from flows.step import DONE, Ask, File
from flows.turn import Turn

PICKED = ".picks"
"""Behind the key of a question in its frame's answers: what was pressed of it so far."""
_OFF = "-"
"""At the end of the payload of what is picked: pressed, it is taken back, and pressed twice it is taken back once."""


class Shown(NamedTuple):
    """One choice as it is to be drawn; number 0 is not a choice but the way to the next page."""

    number: int
    label: str
    payload: str


class Said(NamedTuple):
    """What the citizen gets for one turn. `replaces`: the same question again, better edited in place.

    `hint` is how to answer where there are no buttons.
    """

    text: str
    title: str = ""
    choices: tuple[Shown, ...] = ()
    replaces: bool = False
    hint: str = ""
    files: tuple[File, ...] = ()


class Pressed(NamedTuple):
    """A payload read: the place of the choice, or the page asked for. `is_off`: the choice is taken back."""

    choice: int | None
    page: int = 0
    is_off: bool = False


def open_question(session: Session, ask: Ask, turn: Turn, several: list[Asked], picked: Sequence[str] = ()) -> Prompt:
    """Make this the question that waits, or several. Asked again unchanged it keeps its number, and so its buttons.

    Numbers rise with the clock, over sessions too: a button can never meet another question's number.
    """
    offered = [] if several else offered_by(ask)
    if session.prompt is None or (session.prompt.choices, session.prompt.several) != (offered, several):
        session.last_prompt = max(session.last_prompt + 1, int(turn.now.timestamp() * 1000))
        session.prompt = Prompt(session.last_prompt, offered, several=several)
    if ask.picks and not several:
        values = [choice.value for choice in ask.choices]
        session.prompt.picks = sum(1 for value in values if value not in ("", DONE))
        session.prompt.picked = [values.index(value) for value in picked]
        session.prompt.in_order = ask.picks.in_order
    return session.prompt


def picked(frame: Frame, ask: Ask) -> list[str]:
    """The values of the choices that were pressed so far, of those that are still offered, in order."""
    kept = frame.answers.get(frame.key + PICKED, "").split() if ask.picks else []
    return [value for value in kept if is_offered(value, ask)]


def offered_by(ask: Ask) -> list[Offered]:
    """Its choices, to be kept as they are shown."""
    return [Offered(choice.value, choice.label, tuple(choice.also)) for choice in ask.choices]


def shown(prompt: Prompt, turn: Turn, manner: Manner) -> tuple[Shown, ...]:
    """The choices of the page in view, numbered over all pages, and the way to what is left."""
    number, labels = f"{prompt.number:x}", [choice.label for choice in prompt.choices]
    spans = pages.spans(labels, turn.page_size, manner.room)
    page = spans[prompt.page % len(spans)]
    in_view = tuple(
        [Shown(index + 1, _mark(prompt, index) + labels[index], payload_of(prompt, index)) for index in page]
    )
    if len(spans) == 1 and not prompt.rest:
        return in_view
    more = turn.t("M: more") if manner.is_brief else turn.t("More (write M)")
    return (*in_view, Shown(0, more, f"{number}.m{prompt.page + 1}"))


def hint(session: Session, ask: Ask, turn: Turn, manner: Manner) -> str:
    """How to answer by number: said until the person has done so once, and again after a mistake; of several always."""
    if ask.picks:
        numbers = ask.picks.example(sum(1 for choice in ask.choices if choice.value))
        if manner.is_brief:
            return turn.t("Write for example: {example}", example=numbers)
        return turn.t("Write the numbers of your choices, such as: {example}", example=numbers)
    if not ask.choices or manner.is_brief or (session.has_numbered and not session.wrong):
        return ""
    if ask.check is not None:
        return turn.t("Write your answer, or the number of your choice.")
    return turn.t("Write the number of your choice.")


def turn_page(prompt: Prompt, page: int, turn: Turn, manner: Manner) -> None:
    """Bring a page into view; after the last comes the first."""
    prompt.page = page % len(pages.spans([choice.label for choice in prompt.choices], turn.page_size, manner.room))


def read_press(payload: str, prompt: Prompt | None) -> Pressed | None:
    """What a pressed payload means to the open question; None where it belongs to another."""
    number, _, index = payload.partition(".")
    if prompt is None or number != f"{prompt.number:x}":
        return None
    place = index.removesuffix(_OFF)
    if _is_number(place) and int(place) < len(prompt.choices):
        return Pressed(int(place), is_off=place != index)
    return Pressed(None, int(index[1:])) if index[:1] == "m" and _is_number(index[1:]) else None


def payload_of(prompt: Prompt, index: int) -> str:
    """What a press of this choice brings back."""
    return f"{prompt.number:x}.{index}{_OFF if index in prompt.picked else ''}"


def _mark(prompt: Prompt, index: int) -> str:
    """In front of what is picked already; in an order, its place."""
    if index not in prompt.picked:
        return ""
    return f"{prompt.picked.index(index) + 1} ✓ " if prompt.in_order else "✓ "


def is_offered(value: str, ask: Ask) -> bool:
    """A choice shown earlier is still among those that would be shown now."""
    return any(value == choice.value for choice in ask.choices)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 5
