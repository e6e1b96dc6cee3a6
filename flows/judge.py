"""The citizen's verdict, asked some weeks after the town has spoken.

About "answered:<reference>" or "done:<reference>".
"""

from flows.explain import checked, explain
from flows.participation import judgements, tickets
from flows.participation.refusal import Refused
from flows.proposal_card import called
from flows.step import RESUME, Ask, Choice, Goto, Move, Say
from flows.turn import Turn
from storage.judgements import Claimed, Word
from storage.proposals import Proposal, proposal_of_reference

_LATER = "later"


def start(turn: Turn) -> Move:
    """Is it so?"""
    try:
        judgement = judgements.asked(turn, *_about(turn))
    except Refused as refused:
        return Say(explain(turn, refused), then="leave")
    choices = [
        Choice(Word.YES, turn.t("Yes"), ("sí", "si", "yes")),
        Choice(Word.NO, turn.t("No"), ("no",)),
        Choice(Word.UNSURE, turn.t("I do not know"), ("no ho sé", "no lo sé", "don't know", "i don't know")),
    ]
    if not judgement.is_repeat and turn.town.judged_after is not None:
        choices.append(Choice(_LATER, turn.t("Ask me once more later"), ("més tard", "más tarde", "later")))
    return Ask(called(turn, _proposal(turn), _about(turn)[1]), choices=choices, passes_on=True, then="said")


def said(turn: Turn) -> Move:
    """Keep the word; the words that follow are theirs, whatever they say."""
    word = turn.answers.pop("start", "")
    try:
        if word == _LATER:
            day = turn.day(judgements.ask_again(turn, *_about(turn)))
            return Say(turn.t("All right: I will ask you once more, on {day}.", day=day), then="leave")
        title = _proposal(turn).title
        no = turn.t("It is not as the town says of “{title}”.", title=title)
        ticket = judgements.judge(turn, *_about(turn), Word(word), no)
    except Refused as refused:
        return Say(explain(turn, refused), then="leave")
    if ticket is None:
        if word == Word.YES:
            return Say(turn.t("Thank you: I have noted your yes."), then="leave")
        return Say(turn.t("Thank you: I have noted that you do not know."), then="leave")
    turn.answers["ticket"] = ticket.code
    noted = turn.t("I have noted your no. The people of the town get it as {code}.", code=ticket.code)
    return Say(noted, then="words")


def words(turn: Turn) -> Move:
    """What is missing?"""
    question = turn.t("In a few words: what is missing, or what is wrong?")
    skip = Choice("", turn.t("Nothing to add"), ("res", "nada", "nothing", "salta", "skip"))
    return Ask(question, check=checked(tickets.check_text), choices=(skip,), then="added")


def added(turn: Turn) -> Move:
    """To their people of the town with it."""
    text, code = turn.answers.pop("words", ""), turn.answers.pop("ticket", "")
    if not text:
        return Goto("leave")
    tickets.add_message(turn, code, text)
    return Say(turn.t("Sent with {code}. Thank you.", code=code), then="leave")


def leave(turn: Turn) -> Move:
    """Back to what was being done."""
    return Goto(RESUME)


def _about(turn: Turn) -> tuple[str, Claimed]:
    claimed, _, reference = turn.about.partition(":")
    return reference, Claimed(claimed)


def _proposal(turn: Turn) -> Proposal:
    found = proposal_of_reference(turn.db, _about(turn)[0])
    if found is None:
        raise LookupError(f"no proposal {_about(turn)[0]}")
    return found
