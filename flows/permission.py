"""May we write to somebody with news? Asked apart from all else, in words that say what for."""

from flows.participation import consent
from flows.step import Ask, Choice, Goto, Move, Say
from flows.turn import Turn


def ask(turn: Turn, question: str, brief: str, then: str) -> Ask:
    """The question; its answer is "yes" or "no"."""
    return Ask(
        question,
        brief=brief,
        choices=(
            Choice("yes", turn.t("Yes, tell me"), ("sí", "si", "yes"), brief=turn.t("Go ahead")),
            Choice("no", turn.t("No, thank you"), ("no",)),
        ),
        then=then,
    )


def with_its_news(turn: Turn) -> str:
    """The brief question, where something is to be followed."""
    return turn.t("May I write to you here with its news?")


def keep(turn: Turn) -> Move:
    """After a flow's step `allow` has asked: on to its step `add` with a yes; a no changes nothing."""
    if turn.answers.pop("allow", "") != "yes":
        return Say(turn.t("All right: nothing has changed."), then="shown")
    consent.choose_updates(turn, True, turn.asked)
    return Goto("add")
