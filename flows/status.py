"""A reference was written on its own: how does that proposal stand? About the reference."""

from flows.participation.follows import shown_proposal
from flows.step import Goto, Move
from flows.turn import Turn


def start(turn: Turn) -> Move:
    """The proposal's card."""
    return Goto(f"read.proposal:{shown_proposal(turn, turn.about).reference}")
