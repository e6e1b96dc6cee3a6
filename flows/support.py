"""Support a proposal, or take the support back. About a proposal's reference, or about none yet."""

from flows import backing, card
from flows.explain import explain
from flows.participation import consent, supports
from flows.participation.follows import shown_proposal
from flows.participation.refusal import Refused, why_not
from flows.participation.spaces import possible_now, visible_process
from flows.step import Ask, Choice, Goto, Move, Say
from flows.turn import Turn
from storage.proposals import latest_in_process
from storage.supports import supports_by

_LISTED = 60


def start(turn: Turn) -> Move:
    """The rules first, then what a person has to have said."""
    if not turn.about:
        return Goto("choose")
    proposal = supports.check_may_support(turn, turn.about)
    process = visible_process(turn.db, turn.town, proposal.process)
    if consent.missing(turn, process.min_age, needs_name=False) is not None:
        return Goto("join.start", about=f"support.start|{turn.about}")
    return Goto("give")


def choose(turn: Turn) -> Move:
    """The proposals that can be supported now, the newest first; what is counted does not change their order."""
    open_ones = [each.process for each in possible_now(turn.db, turn.town, turn.now) if each.can_support]
    if not open_ones:
        return Say(turn.t("No process takes supports today."), then="leave")
    listed = [each for process in open_ones for each in latest_in_process(turn.db, process.slug, _LISTED)]
    if not listed:
        return Say(turn.t("There are no proposals to support yet."), then="leave")
    listed = sorted(listed, key=lambda proposal: proposal.id, reverse=True)[:_LISTED]
    mine = {support.proposal_id for support in supports_by(turn.db, turn.participant_id)}
    counts = supports.counts_shown(turn, listed)
    choices = []
    for each in listed:
        mark = turn.t("you support it") if each.id in mine else _count(turn, counts.get(each.id))
        choices.append(Choice(f"read.proposal:{each.reference}", card.label(each.title, mark)))
    return Ask(
        turn.t("Which proposal? The newest come first. You can also write its reference."),
        title=turn.t("Support proposals"),
        brief=turn.t("Which proposal?"),
        choices=(*choices, card.to_menu(turn)),
        then="chosen",
    )


def chosen(turn: Turn) -> Move:
    """To its card first: what is supported is read before."""
    return card.go(turn, "choose")


def give(turn: Turn) -> Move:
    """Support it."""
    try:
        given, process = supports.support(turn, turn.about)
    except Refused as refused:
        return _refused(turn, refused)
    done = turn.t("Done: you support it.")
    return Say(f"{done} {backing.given(turn, given, process)}".rstrip(), then="shown")


def end(turn: Turn) -> Move:
    """Take the support back, even of what is no longer shown."""
    if consent.missing(turn, needs_name=False) is not None:
        return Goto("join.start", about=f"support.end|{turn.about}")
    try:
        given, process = supports.take_back(turn, turn.about)
    except Refused as refused:
        return _refused(turn, refused)
    parts = [turn.t("Done: you no longer support it.")]
    if given.count and given.to_go:
        parts.append(turn.t("You are below the minimum again, so the others do not count for now."))
    parts.append(backing.left(turn, given, process))
    return Say(" ".join(part for part in parts if part), then="shown" if _is_shown(turn) else "leave")


def shown(turn: Turn) -> Move:
    """Back to the proposal."""
    return Goto(f"read.short:{turn.about}")


def leave(turn: Turn) -> Move:
    """Nothing to support."""
    return Goto("menu.start")


def _count(turn: Turn, count: int | None) -> str:
    return "" if count is None else turn.tn("{count} support", "{count} supports", count)


def _refused(turn: Turn, refused: Refused) -> Move:
    """Why not; then the card, where there is one."""
    return Say(explain(turn, refused), then="shown" if _is_shown(turn) else "leave")


def _is_shown(turn: Turn) -> bool:
    return why_not(lambda: shown_proposal(turn, turn.about)) is None
