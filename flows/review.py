"""See what was answered so far and change any of it."""

from flows import own_proposal
from flows.step import RESUME, Ask, Choice, Goto, Move, Say
from flows.text import cut
from flows.turn import Turn

_SHOWN_LENGTH = 60


def start(turn: Turn) -> Move:
    """The answers so far, each with its number; with none, what the person has published."""
    answers = [answered for answered in turn.trail if answered.label]
    if not answers and own_proposal.has_any(turn):
        return Goto("edit.start")
    if not answers:
        return Say(turn.t("There is nothing to change yet."), then="resume")
    return Ask(
        turn.t("Which one do you want to change?"),
        title=turn.t("What you have answered"),
        brief=turn.t("What do you want to change?"),
        choices=(
            *(Choice(each.key, f"{each.label}: {cut(each.shown or '-', _SHOWN_LENGTH)}") for each in answers),
            Choice("", turn.t("None, go on"), also=("no",)),
        ),
        then="chosen",
    )


def chosen(turn: Turn) -> Move:
    """Back to that question; what comes after is asked again only where it is new."""
    key = turn.answers["start"]
    return Goto(f"{RESUME}:{key}" if key else RESUME)


def resume(turn: Turn) -> Move:
    """Back to where it was."""
    return Goto(RESUME)
