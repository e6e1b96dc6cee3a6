"""Withdraw a proposal of one's own, with a yes. About its reference, or about none yet."""

from flows import own_proposal
from flows.participation import authorship
from flows.participation.refusal import Refused
from flows.step import Ask, Choice, Goto, Move, Say
from flows.turn import Turn


def start(turn: Turn) -> Move:
    """What it means, before it is done."""
    if not turn.about:
        return Goto("which")
    try:
        proposal = authorship.check_may_withdraw(turn, turn.about)
    except Refused as refused:
        return own_proposal.refused(turn, refused)
    return Ask(
        turn.t("Do you want to withdraw “{title}”? Nobody will see it any more.", title=proposal.title)
        + " "
        + turn.t("Whoever follows it will be told, and it cannot be undone."),
        choices=(
            Choice("keep", turn.t("No, leave it"), ("no",)),
            Choice("withdraw", turn.t("Yes, withdraw it"), ("sí", "si", "yes")),
        ),
        then="decided",
    )


def which(turn: Turn) -> Move:
    """Which of one's own."""
    question = turn.t("Which of your proposals do you want to withdraw?")
    none = turn.t("You have no proposal here to withdraw.")
    return own_proposal.which(turn, question, none, "withdraw.start")


def chosen(turn: Turn) -> Move:
    """On with the one chosen."""
    return own_proposal.chosen(turn, "withdraw.start")


def decided(turn: Turn) -> Move:
    """Withdraw it, or back to the card."""
    if turn.answers.pop("start", "keep") == "keep":
        return Goto("shown")
    try:
        authorship.withdraw(turn, turn.about)
    except Refused as refused:
        return own_proposal.refused(turn, refused)
    return Say(turn.t("Done: your proposal {reference} is withdrawn.", reference=turn.about), then="leave")


def shown(turn: Turn) -> Move:
    """Back to the proposal."""
    return Goto(f"read.short:{turn.about}")


def leave(turn: Turn) -> Move:
    """Nothing left of it to show."""
    return Goto("menu.start")
