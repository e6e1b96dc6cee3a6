"""The privacy notice and the terms of use, whole, in the chat."""

from flows.step import RESUME, Ask, Choice, Goto, Move, Say
from flows.turn import Turn


def start(turn: Turn) -> Move:
    """Which of the two. The platform has neither."""
    if not turn.town.privacy.text:
        return Goto(RESUME)
    return Ask(
        turn.words(turn.town.privacy_short),
        title=turn.t("Privacy and terms of use"),
        choices=(
            Choice("privacy", turn.t("Read the privacy notice here"), ("privacitat", "privacidad", "privacy")),
            Choice("terms", turn.t("Read the terms here"), ("termes", "condicions", "condiciones", "terms")),
            Choice("resume", turn.t("Go on"), ("no",)),
        ),
        then="chosen",
    )


def chosen(turn: Turn) -> Move:
    """On to it."""
    return Goto(turn.answers["start"])


def privacy(turn: Turn) -> Move:
    """The whole notice."""
    return Say(turn.words(turn.town.privacy.text), then="resume")


def terms(turn: Turn) -> Move:
    """The whole terms."""
    return Say(turn.words(turn.town.terms.text), then="resume")


def resume(turn: Turn) -> Move:
    """Back to the question that was open."""
    return Goto(RESUME)
