"""How supports are told: on a proposal's card, beside its choices, and after one was given."""

from flows import waiting
from flows.participation.process import Action, Process
from flows.participation.supports import Given, Standing
from flows.step import Choice
from flows.turn import Turn
from storage.proposals import Proposal

_SUPPORT = ("dona suport", "suport", "apoyar", "apoyo", "support")
_TAKE_BACK = ("retira", "retirar", "take back")


def told(turn: Turn, standing: Standing) -> str:
    """How many supports, where that may be seen, and whether one of them is this person's; may be empty."""
    parts = []
    if standing.count is not None:
        parts.append(
            turn.t("Supports: {count} of the {threshold} needed.", count=standing.count, threshold=standing.threshold)
            if standing.threshold
            else turn.t("Supports: {count}.", count=standing.count)
        )
    if standing.is_mine:
        parts.append(turn.t("You support it.") if standing.mine_counts else _not_counted(turn, standing.given))
    return " ".join(parts)


def choices(turn: Turn, proposal: Proposal, standing: Standing | None) -> list[Choice]:
    """Support it, take it back, or why not."""
    if standing is None:
        return []
    reference = proposal.reference
    if standing.is_mine:
        take_back = Choice(f"support.end|{reference}", turn.t("Take my support back"), _TAKE_BACK)
        return [take_back] if standing.can_take_back else []
    if standing.why_not is None:
        return [Choice(f"support.start|{reference}", turn.t("Support it"), _SUPPORT)]
    return [waiting.why_choice(Action.SUPPORT, f"proposal:{reference}", turn.t("Why can I not support it?"))]


def given(turn: Turn, given: Given, process: Process) -> str:
    """What a support has done, but for what the card says too: the minimum reached, and how many are left."""
    parts = []
    if given.minimum and given.count == given.minimum:
        parts.append(turn.t("With this one you reach the minimum: now all your supports count."))
    parts.append(left(turn, given, process))
    return " ".join(part for part in parts if part)


def left(turn: Turn, given: Given, process: Process) -> str:
    """How many supports this person can still give; empty without a limit."""
    if given.left is None:
        return ""
    title = turn.words(process.title)
    if not given.left:
        return turn.t("You have no supports left in “{process}”.", process=title)
    return turn.tn(
        "You have {count} support left in “{process}”.",
        "You have {count} supports left in “{process}”.",
        given.left,
        process=title,
    )


def _not_counted(turn: Turn, given: Given) -> str:
    if not given.to_go:
        return turn.t("Your support is noted, but it does not count: others completed it first.")
    return turn.tn(
        "Your support does not count yet: the minimum is {minimum} per person, and {count} is missing.",
        "Your support does not count yet: the minimum is {minimum} per person, and {count} are missing.",
        given.to_go,
        minimum=given.minimum,
    )
