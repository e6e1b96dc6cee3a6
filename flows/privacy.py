"""The privacy notice and the terms of use, whole, in the chat; and what a person can do about their data."""

from flows.step import RESUME, Ask, Choice, Goto, Move, Say
from flows.turn import Turn

_PRIVACY = ("privacitat", "privacidad", "privacy")
_TERMS = ("termes", "condicions", "condiciones", "terms")
_DATA = ("les meves dades", "mis datos", "my data")
_FORGET = ("oblida'm", "olvídame", "forget me")


def start(turn: Turn) -> Move:
    """Which of them. The platform has none."""
    if not turn.town.privacy.text:
        return Goto(RESUME)
    return Ask(
        turn.words(turn.town.privacy_short),
        title=turn.t("Privacy and terms of use"),
        choices=(
            Choice("privacy", turn.t("Read the privacy notice here"), _PRIVACY, brief=turn.t("Privacy")),
            Choice("terms", turn.t("Read the terms here"), _TERMS, brief=turn.t("Terms")),
            Choice("data", turn.t("Send me my data"), _DATA, brief=turn.t("My data")),
            Choice("forget", turn.t("Forget me"), _FORGET, brief=turn.t("Erase my data")),
            Choice("resume", turn.t("Go on"), ("no",)),
        ),
        then="chosen",
        passes_on=True,
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


def data(turn: Turn) -> Move:
    """All that is kept of the person."""
    return Goto("my_data.start")


def forget(turn: Turn) -> Move:
    """To be forgotten."""
    return Goto("forget.start")


def resume(turn: Turn) -> Move:
    """Back to the question that was open."""
    return Goto(RESUME)
