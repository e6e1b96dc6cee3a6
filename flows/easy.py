"""Plain language: chosen once, changed at any moment, without losing the place."""

from flows.participation import people
from flows.step import RESUME, Ask, Choice, Goto, Move, Say
from flows.turn import Turn


def start(turn: Turn) -> Move:
    """Yes or no; a town that has written nothing in plain language says so."""
    if not turn.town.has_easy:
        return Say(turn.t("This town has no texts in plain language yet."), then="resume")
    return Ask(
        turn.t("Shall I show the town's texts in plain language, where it has them? They are short and simple."),
        choices=(
            Choice("yes", turn.t("Yes, plain language"), ("sí", "si", "yes")),
            Choice("no", turn.t("No, the usual texts"), ("no",)),
        ),
        then="chosen",
    )


def chosen(turn: Turn) -> Move:
    """From here on."""
    people.choose_easy(turn, turn.answers["start"] == "yes")
    if turn.is_easy:
        said = turn.t("Done: plain language. To go back to the usual texts, write EASY.")
    else:
        said = turn.t("Done: the usual texts. For plain language, write EASY.")
    return Say(said, then="resume")


def resume(turn: Turn) -> Move:
    """Back to the question that was open."""
    return Goto(RESUME)
