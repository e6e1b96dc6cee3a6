"""Change the language, or to plain language, at any moment, without losing the place."""

from flows import card
from flows.participation import people
from flows.step import RESUME, Ask, Choice, Goto, Move, Say
from flows.turn import Turn

_EASY = "easy"


def start(turn: Turn) -> Move:
    """The town's languages, each under its own name."""
    choices = [card.language_choice(language) for language in turn.town.languages]
    if turn.town.has_easy:
        choices.append(Choice(_EASY, turn.t("Plain language"), ("fàcil", "fácil", "easy")))
    return Ask(turn.t("In which language shall I write to you?"), choices=choices, then="chosen")


def chosen(turn: Turn) -> Move:
    """From here on in that language. Who chooses one for the first time hears who we are."""
    if turn.answers["start"] == _EASY:
        return Goto("easy.start")
    return _from_now_on(turn, turn.answers["start"])


def named(turn: Turn) -> Move:
    """In the language whose name was written, the argument."""
    return _from_now_on(turn, turn.argument)


def resume(turn: Turn) -> Move:
    """Back to the question that was open."""
    return Goto(RESUME)


def _from_now_on(turn: Turn, language: str) -> Say:
    is_first = not turn.participant.language and bool(turn.town.privacy.text)
    people.choose_language(turn, language)
    said = turn.t("From now on I write to you in English.")
    if not is_first:
        return Say(said, then="resume")
    brief = f"{said}\n\n{card.greeting(turn)}"
    return Say(f"{said}\n\n{card.introduction(turn)}", brief=brief, then="resume", opens=True)
