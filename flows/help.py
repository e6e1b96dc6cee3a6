"""What can be written at any moment, and how to reach a person of the town."""

from flows.step import RESUME, Goto, Move, Say
from flows.turn import Turn


def start(turn: Turn) -> Move:
    """The town's own help, its support card, and the words that always work."""
    support = turn.town.support
    card = turn.t(
        "People of {town}: {phone}, {email}", town=turn.words(turn.town.name), phone=support.phone, email=support.email
    )
    words = turn.t("You can always write: MENU, BACK, EDIT, CANCEL, LANGUAGE, HELP or STOP.")
    return Say("\n\n".join(part for part in (turn.words(turn.town.help), card, words) if part), then="resume")


def resume(turn: Turn) -> Move:
    """Back to the question that was open."""
    return Goto(RESUME)
