"""May we write to somebody with news? Asked apart from all else, in words that say what for."""

from flows.participation import consent
from flows.step import Ask, Choice, Goto, Move, Say
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


def keep(turn: Turn, question: str) -> Move:
    """After a flow's step `allow` has asked: on to its step `add` with a yes; a no changes nothing."""
    if turn.answers.pop("allow", "") != "yes":
        return Say(turn.t("All right: nothing has changed."), then="shown")
    consent.choose_updates(turn, True, question)
    return Goto("add")
