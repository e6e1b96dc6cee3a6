"""Ask for one message on the day when something becomes possible, or for none. About "<action>|<subject>"."""

from flows import permission, waiting
from flows.participation import consent, reminders
from flows.participation.follows import check_subject
from flows.step import Goto, Move, Say
from flows.turn import Turn


def start(turn: Turn) -> Move:
    """A reminder is news: it needs a yes to news."""
    check_subject(turn, waiting.asked(turn)[1])
    if consent.missing(turn, needs_name=False) is not None:
        return Goto("join.start", about=f"remind.start|{turn.about}")
    return Goto("add") if turn.participant.wants_updates else Goto("allow")


def allow(turn: Turn) -> Move:
    """Who said no to news is asked once more, apart."""
    question = turn.t("To remind you I need your yes: may I write to you here with news?")
    return permission.ask(turn, question, permission.with_its_news(turn), then="allowed")


def allowed(turn: Turn) -> Move:
    """Keep the yes; a no changes nothing."""
    return permission.keep(turn)


def add(turn: Turn) -> Move:
    """Keep the day."""
    day = turn.day(reminders.remind(turn, *waiting.asked(turn)))
    return Say(
        turn.t("Done: I will write to you on {day}. If the town moves the day, I move with it.", day=day), "shown"
    )


def end(turn: Turn) -> Move:
    """No reminder."""
    reminders.forget_reminder(turn, *waiting.asked(turn))
    return Say(turn.t("Done: I will not remind you."), then="shown")


def shown(turn: Turn) -> Move:
    """Back to what is in the way, where the day can be undone."""
    return Goto("why.start", about=turn.about)
