"""How a conversation is held on one channel, as far as the engine needs to know."""

from dataclasses import replace

from msgspec import Struct

from flows.step import DONE, Ask, Choice, Goto, Move, Say


class Manner(Struct, frozen=True):
    """As in `channels.channel.Limits`, where the words are explained."""

    is_brief: bool = False
    room: int = 0
    at_once: int = 1
    carries_files: bool = True
    buttons: bool = True

    def put(self, move: Move) -> Move:
        """A move in the words of this manner: the full ones, or the brief ones where it has any.

        What ends picking by buttons is left out where there are none.
        """
        if isinstance(move, Ask) and move.picks and not self.buttons:
            move = replace(move, choices=[choice for choice in move.choices if choice.value != DONE])
        if not self.is_brief or isinstance(move, Goto):
            return move
        text, title = (move.brief, "") if move.brief else (move.text, move.title)
        if isinstance(move, Say):
            return replace(move, text=text, title=title)
        return replace(move, text=text, title=title, choices=[_brief(choice) for choice in move.choices])

    def passes_over(self, ask: Ask) -> bool:
        """A question that is not asked here unless it is asked for."""
        return (self.is_brief and ask.is_optional) or self.never_asks(ask)

    def never_asks(self, ask: Ask) -> bool:
        """A question that nobody can answer here: with files alone."""
        return ask.takes_files > 0 and ask.check is None and not self.carries_files


def _brief(choice: Choice) -> Choice:
    return Choice(choice.value, choice.brief, (choice.label, *choice.also)) if choice.brief else choice
