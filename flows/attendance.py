"""When the people of the town are there, in words."""

from flows.participation.hours import is_attended, next_opening
from flows.turn import Turn


def hours(turn: Turn) -> str:
    """Their days and hours."""
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


def presence(turn: Turn) -> str:
    """Whether somebody is there now and until when, else when somebody is back."""
    if is_attended(turn.town, turn.now):
        return turn.t("The team is there now, until {hour}.", hour=f"{turn.town.support.closes:%H:%M}")
    opens = next_opening(turn.town, turn.now)
    if opens is None:
        return ""
    hour, now = f"{opens:%H:%M}", turn.now.astimezone(turn.town.zone)
    if opens.date() == now.date():
        return turn.t("The team is back today at {hour}.", hour=hour)
    return turn.t("The team is back on {day} at {hour}.", day=turn.catalogue.day(opens, now), hour=hour)
