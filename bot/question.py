"""The open question: its number, its choices as they are shown, page by page."""

from typing import NamedTuple

from bot.session import Offered, Prompt, Session
from flows.step import Ask, File
from flows.turn import Turn


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
    """A payload read: the place of the choice, or the page asked for."""

    choice: int | None
    page: int = 0


def open_question(session: Session, ask: Ask, turn: Turn) -> None:
    """Make this the question that waits. Asked again unchanged it keeps its number, and so its buttons.

    Numbers rise with the clock, over sessions too: a button can never meet another question's number.
    """
    offered = [Offered(choice.value, choice.label, choice.also) for choice in ask.choices]
    if session.prompt is None or session.prompt.choices != offered:
        session.last_prompt = max(session.last_prompt + 1, int(turn.now.timestamp() * 1000))
        session.prompt = Prompt(session.last_prompt, offered)


def shown(prompt: Prompt, turn: Turn) -> tuple[Shown, ...]:
    """The choices of the page in view, numbered over all pages, and the way to the next page."""
    number = f"{prompt.number:x}"
    every = [Shown(index + 1, choice.label, f"{number}.{index}") for index, choice in enumerate(prompt.choices)]
    if len(every) <= turn.page_size:
        return tuple(every)
    per_page = turn.page_size - 1
    more = Shown(0, turn.t("More (write M)"), f"{number}.m{prompt.page + 1}")
    return (*every[prompt.page * per_page : (prompt.page + 1) * per_page], more)


def hint(session: Session, ask: Ask, turn: Turn) -> str:
    """How to answer by number: said until the person has done so once, and again after a mistake."""
    if not ask.choices or (session.has_numbered and not session.wrong):
        return ""
    if ask.check is not None:
        return turn.t("Write your answer, or the number of your choice.")
    return turn.t("Write the number of your choice.")


def turn_page(prompt: Prompt, page: int, page_size: int) -> None:
    """Bring a page into view; after the last comes the first."""
    pages = -(-len(prompt.choices) // (page_size - 1)) if len(prompt.choices) > page_size else 1
    prompt.page = page % pages


def read_press(payload: str, prompt: Prompt | None) -> Pressed | None:
    """What a pressed payload means to the open question; None where it belongs to another."""
    number, _, index = payload.partition(".")
    if prompt is None or number != f"{prompt.number:x}":
        return None
    if _is_number(index) and int(index) < len(prompt.choices):
        return Pressed(int(index))
    return Pressed(None, int(index[1:])) if index[:1] == "m" and _is_number(index[1:]) else None


def payload_of(prompt: Prompt, index: int) -> str:
    """What a press of this choice brings back."""
    return f"{prompt.number:x}.{index}"


def is_offered(value: str, ask: Ask) -> bool:
    """A choice shown earlier is still among those that would be shown now."""
    return any(value == choice.value for choice in ask.choices)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 5
