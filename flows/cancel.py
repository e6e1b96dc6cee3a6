"""Give up what was being written. Nothing is thrown away without a yes."""

from flows.step import RESUME, Ask, Choice, Goto, Move, Say
from flows.turn import Turn


def start(turn: Turn) -> Move:
    """With nothing written there is nothing to confirm."""
    if not any(answered.label for answered in turn.trail):
        return Goto("menu.start", dropped=True)
    return Ask(
        turn.t("Do you want to throw away what you have written? Nothing has been sent."),
        choices=(
            Choice("keep", turn.t("No, go on"), also=("no",), brief=turn.t("No, keep it")),
            Choice("drop", turn.t("Yes, throw it away"), also=("si", "yes"), brief=turn.t("Discard")),
        ),
        then="chosen",
    )


def chosen(turn: Turn) -> Move:
    """Back to the question, or to the menu without the draft."""
    if turn.answers["start"] == "keep":
        return Goto(RESUME)
    return Say(turn.t("Done: nothing was sent and nothing is kept."), then="leave")


def leave(turn: Turn) -> Move:
    """The menu, with the draft gone."""
    return Goto("menu.start", dropped=True)
