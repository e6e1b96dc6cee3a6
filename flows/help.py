"""What can be written at any moment, and how to reach a person of the town."""

from datetime import datetime, timedelta

from flows.step import RESUME, Goto, Move, Say
from flows.turn import Turn

_DAYS_AHEAD = 30


def start(turn: Turn) -> Move:
    """The town's own help, its support card, and the words that always work."""
    support = turn.town.support
    person = turn.t(
        "People of {town}: {phone}, {email}", town=turn.words(turn.town.name), phone=support.phone, email=support.email
    )
    words = turn.t("You can always write: MENU, BACK, EDIT, CANCEL, LANGUAGE, HELP or STOP.")
    card = f"{person}\n{_hours(turn)} {_when(turn)}".rstrip()
    return Say("\n\n".join(part for part in (turn.words(turn.town.help), card, words) if part), then="resume")


def resume(turn: Turn) -> Move:
    """Back to the question that was open."""
    return Goto(RESUME)


def _hours(turn: Turn) -> str:
    support, catalogue = turn.town.support, turn.catalogue
    opens, closes = f"{support.opens:%H:%M}", f"{support.closes:%H:%M}"
    days = sorted(support.weekdays)
    names = catalogue.weekdays(days)
    if len(days) > 2 and days == list(range(days[0], days[-1] + 1)):
        return turn.t(
            "From {first} to {last}, {opens} to {closes}, except holidays.",
            first=names[0],
            last=names[-1],
            opens=opens,
            closes=closes,
        )
    return turn.t(
        "{days}, {opens} to {closes}, except holidays.", days=catalogue.listed(names), opens=opens, closes=closes
    )


def _when(turn: Turn) -> str:
    """Whether somebody is there now, and else on which day."""
    support = turn.town.support
    now = turn.now.astimezone(turn.town.zone)
    if _works(turn, now) and support.opens <= now.time() < support.closes:
        return turn.t("They are there now.")
    first = 0 if now.time() < support.opens else 1
    for days in range(first, _DAYS_AHEAD):
        if _works(turn, day := now + timedelta(days=days)):
            return turn.t("Next time: {day}.", day=turn.catalogue.day(day, now))
    return ""


def _works(turn: Turn, day: datetime) -> bool:
    return day.weekday() in turn.town.support.weekdays and day.date() not in turn.town.support.holidays
