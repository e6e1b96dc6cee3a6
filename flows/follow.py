"""Ask for news of a process, an organ or a proposal, or for no more of it. About a subject: "process:<slug>" …"""

from flows import card, permission
from flows.participation import consent, follows
from flows.participation.debates import visible_debate
from flows.participation.meetings import visible_meeting
from flows.participation.refusal import Reason, Refused
from flows.participation.results import visible_result
from flows.step import Goto, Move, Say
from flows.turn import Turn


def start(turn: Turn) -> Move:
    """Following is asking for news: without a yes to news there is nothing to send."""
    follows.check_subject(turn, turn.about)
    if consent.missing(turn, needs_name=False) is not None:
        return Goto("join.start", about=f"follow.start|{turn.about}")
    return Goto("add") if turn.participant.wants_updates else Goto("allow")


def allow(turn: Turn) -> Move:
    """Who said no to news is asked once more, apart."""
    question = turn.t("To follow this I need your yes: may I write to you here with its news?")
    return permission.ask(turn, question, permission.with_its_news(turn), then="allowed")


def allowed(turn: Turn) -> Move:
    """Keep the yes; a no changes nothing."""
    return permission.keep(turn)


def add(turn: Turn) -> Move:
    """Follow it."""
    follows.follow(turn, turn.about)
    return Say(turn.t("Done: I will tell you the news of “{subject}” here.", subject=_title(turn)), then="shown")


def end(turn: Turn) -> Move:
    """Follow it no longer."""
    follows.unfollow(turn, turn.about)
    return Say(turn.t("Done: you no longer follow “{subject}”.", subject=_title(turn)), then="shown")


def shown(turn: Turn) -> Move:
    """Back to the card."""
    return Goto(card.after(turn.about))


def _title(turn: Turn) -> str:
    """Of the subject, as the town or the author wrote it."""
    kind, _, name = turn.about.partition(":")
    if kind == "proposal":
        return follows.shown_proposal(turn, name).title
    if kind == "debate":
        return turn.words(visible_debate(turn.db, turn.town, name).title)
    if kind == "meeting":
        return turn.words(visible_meeting(turn.db, turn.town, name).title)
    if kind == "result":
        return turn.words(visible_result(turn.db, turn.town, name).title)
    found = turn.town.process(name) if kind == "process" else turn.town.assembly(name)
    if found is None:
        raise Refused(Reason.SPACE_UNKNOWN)
    return turn.words(found.title)
