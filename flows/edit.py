"""Change a proposal of one's own while that may be done, one part at a time. About its reference, or about none yet."""

from dataclasses import replace

from flows import own_proposal, proposal_fields
from flows.participation import authorship, consent
from flows.participation.authorship import Part
from flows.participation.process import Process
from flows.participation.refusal import Refused
from flows.step import Ask, Choice, Goto, Move, Say
from flows.thread import quoted
from flows.turn import Turn
from storage.proposals import Proposal


def start(turn: Turn) -> Move:
    """The rules first, then what a person has to have said, then the parts."""
    if not turn.about:
        return Goto("which")
    try:
        _, process = authorship.check_may_edit(turn, turn.about)
    except Refused as refused:
        return own_proposal.refused(turn, refused)
    if consent.missing(turn, process.min_age) is not None:
        return Goto("join.start", about=f"edit.start|{turn.about}")
    return Goto("part")


def which(turn: Turn) -> Move:
    """Which of one's own."""
    question = turn.t("Which of your proposals do you want to change?")
    none = turn.t("You have no proposal here to change.")
    return own_proposal.which(turn, question, none, "edit.start")


def chosen(turn: Turn) -> Move:
    """On with the one chosen."""
    return own_proposal.chosen(turn, "edit.start")


def part(turn: Turn) -> Move:
    """Which part of it, and until when."""
    proposal, process = authorship.check_may_edit(turn, turn.about)
    words = {
        Part.TITLE: turn.t("The title"),
        Part.BODY: turn.t("The text"),
        Part.CATEGORY: turn.t("The category"),
        Part.PLACE: turn.t("The place"),
    }
    choices = [Choice(each.value, words[each]) for each in authorship.parts_of(process)]
    question = turn.t("What do you want to change?")
    return Ask(
        f"{question} {own_proposal.until(turn, process, proposal)}",
        title=proposal.title,
        choices=(*choices, Choice("", turn.t("Nothing, leave it as it is"), ("no", "res", "nada", "nothing"))),
        then="to",
    )


def to(turn: Turn) -> Move:
    """On to the part chosen."""
    part = turn.answers.pop("part", "")
    return Goto(f"words:{part}") if part else Goto("shown")


def words(turn: Turn) -> Move:
    """How the part named by the argument reads now, and how it shall read."""
    proposal, process = authorship.check_may_edit(turn, turn.about)
    part = Part(turn.argument)
    ask = _ask(turn, part, process)
    now = _now(turn, part, proposal, process)
    text = f"{now}\n\n{ask.text}" if now else ask.text
    return replace(ask, text=text, label="", is_optional=False, ahead=(), number=0)


def save(turn: Turn) -> Move:
    """Keep the new words, or say what is in the way."""
    new = turn.answers.pop(f"words:{turn.argument}", None)
    if new is None:
        return Goto("part")
    try:
        authorship.edit(turn, turn.about, Part(turn.argument), new)
    except Refused as refused:
        return own_proposal.refused(turn, refused)
    return Say(turn.t("Done: this is how it reads now."), then="shown")


def shown(turn: Turn) -> Move:
    """Back to the card."""
    return Goto(f"read.proposal:{turn.about}")


def leave(turn: Turn) -> Move:
    """Nothing to change."""
    return Goto("menu.start")


def _ask(turn: Turn, part: Part, process: Process) -> Ask:
    match part:
        case Part.TITLE:
            return proposal_fields.title(turn, f"save:{part}")
        case Part.BODY:
            return proposal_fields.body(turn, process, f"save:{part}")
        case Part.CATEGORY:
            return proposal_fields.category(turn, process, f"save:{part}")
        case Part.PLACE:
            return proposal_fields.place(turn, f"save:{part}")


def _now(turn: Turn, part: Part, proposal: Proposal, process: Process) -> str:
    now: str = getattr(proposal, part)
    if part is Part.CATEGORY:
        now = next((turn.words(each.name) for each in process.proposals.categories if each.slug == now), "")
    return "\n".join((turn.t("It reads now:"), quoted(now))) if now else ""
