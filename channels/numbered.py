"""An outbound as plain text: choices as "1. …" where there are no buttons."""

from collections.abc import Iterable

from channels.message import NO_NUMBER, Choice, Outbound
from channels.text import storable


def numbered(outbound: Outbound) -> str:
    """Title, text, choices by their numbers, and how to answer, in that order, with a blank line between."""
    choices = numbered_choices(outbound.choices)
    blocks = (outbound.title, outbound.text, choices, outbound.words.choose if choices else "")
    return storable("\n\n".join(block for block in blocks if block))


def numbered_choices(choices: Iterable[Choice]) -> str:
    """A line for each choice, numbered as the engine numbered it; number 0 (the way to more of them) shows none."""
    return "\n".join(
        f"{choice.number}. {choice.label}" if choice.number else choice.label
        for choice in choices
        if choice.number != NO_NUMBER
    )
