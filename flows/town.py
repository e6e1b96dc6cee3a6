"""On an account that several towns share: which town do you want to talk to? And, later, another one."""

from flows.card import label
from flows.participation.links import split
from flows.participation.platform import SharedTown
from flows.step import Ask, Choice, Goto, Move, Say
from flows.turn import Turn


def start(turn: Turn) -> Move:
    """A deep link's code names the town; else it is chosen."""
    if not turn.about:
        return Goto("choose")
    code, _ = split(turn.about)
    if any(town.code == code for town in _towns(turn)):
        return Goto("named")
    return Say(turn.t("I do not know that code. It may be old or badly copied."), then="choose")


def choose(turn: Turn) -> Move:
    """All towns, to be chosen by number, name or keyword."""
    choices = [
        Choice(town.id, label(turn.words(town.name)), (town.keyword, town.id, *town.name.values()))
        for town in _towns(turn)
    ]
    if not choices:
        return Goto("empty")
    text = turn.t("Which town do you want to talk to? Write its number or its name.")
    return Ask(text, choices=choices, then="chosen")


def named(turn: Turn) -> Move:
    """The town of the code."""
    code, _ = split(turn.about)
    return _move(turn, next((town for town in _towns(turn) if town.code == code), None))


def chosen(turn: Turn) -> Move:
    """The town of the list."""
    chosen_id = turn.answers.pop("choose", "")
    return _move(turn, next((town for town in _towns(turn) if town.id == chosen_id), None))


def empty(turn: Turn) -> Move:
    """No town shares this account yet."""
    return Ask(turn.t("No town can be reached here yet. Please try again another day."), check=_stay, then="choose")


def change(turn: Turn) -> Move:
    """Leave this town's conversation for the list. What was written here stays here."""
    if turn.platform is None or turn.platform.id == turn.town.id:
        return Goto("menu.start")
    turn.moves_to = turn.platform.id
    return Say(turn.t("You leave the conversation with {town}.", town=turn.words(turn.town.name)), then="choose")


def _move(turn: Turn, town: SharedTown | None) -> Move:
    if town is None:
        return Goto("choose")
    turn.moves_to = town.id
    return Say(turn.t("You are talking to {town} now.", town=turn.words(town.name)), then="choose")


def _towns(turn: Turn) -> list[SharedTown]:
    towns = turn.platform.towns if turn.platform is not None else ()
    return sorted(towns, key=lambda town: turn.words(town.name).casefold())


def _stay(turn: Turn, text: str) -> str:
    return text
