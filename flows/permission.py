"""May we write to somebody with news? Asked apart from all else, in words that say what for."""

from flows.step import Ask, Choice
from flows.turn import Turn


def ask(turn: Turn, question: str, then: str) -> Ask:
    """The question; its answer is "yes" or "no"."""
    return Ask(
        question,
        choices=(
            Choice("yes", turn.t("Yes, tell me"), ("sí", "si", "yes")),
            Choice("no", turn.t("No, thank you"), ("no",)),
        ),
        then=then,
    )
