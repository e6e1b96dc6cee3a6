"""Change the language, at any moment, without losing the place."""

from flows import card
from flows.participation import people
from flows.step import RESUME, Ask, Goto, Move, Say
from flows.turn import Turn


def start(turn: Turn) -> Move:
    """The town's languages, each under its own name."""
    choices = [card.language_choice(language) for language in turn.town.languages]
    return Ask(turn.t("In which language shall I write to you?"), choices=choices, then="chosen")


def chosen(turn: Turn) -> Move:
    """From here on in that language."""
    people.choose_language(turn, turn.answers["start"])
    return Say(turn.t("From now on I write to you in English."), then="resume")


def resume(turn: Turn) -> Move:
    """Back to the question that was open."""
    return Goto(RESUME)
