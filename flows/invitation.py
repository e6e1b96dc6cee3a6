"""When and where a meeting is, in the person's words and as a calendar file (RFC 5545).

The library escapes what the town wrote.
"""

from datetime import UTC

from flows.participation.meeting import Meeting
from flows.step import File
from flows.text import cut
from flows.turn import Turn

_MOST = 500


def invitation(turn: Turn, meeting: Meeting) -> File:
    """The file; sent again it replaces itself in the calendar, since its UID is the meeting's own.

    Times are UTC, so that no calendar needs to know the town's time zone.
    """
    from icalendar import Calendar, Event, vUri  # noqa: PLC0415 - Seven megabytes that a server may never need.

    town = turn.town
    place, url = turn.words(meeting.place), meeting.online_url
    about = [turn.words(meeting.description), turn.t("To connect: {url}", url=url) if url else ""]
    event = Event()
    event.add("uid", f"{town.code}-{meeting.code}@participabot.invalid")
    event.add("dtstamp", turn.now)
    event.add("dtstart", meeting.starts_at.astimezone(UTC))
    event.add("dtend", meeting.ends_at.astimezone(UTC))
    event.add("summary", cut(turn.words(meeting.title), _MOST), parameters={"language": turn.language})
    event.add("description", "\n\n".join(part for part in about if part))
    event.add("location", cut(place or url, _MOST))
    event.add("url", vUri(meeting.official_url or url))
    calendar = Calendar()
    calendar.add("prodid", "-//Participabot//participation//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    return File(f"{meeting.slug}.ics", "text/calendar", calendar.to_ical())


def when(turn: Turn, meeting: Meeting) -> str:
    """Day and hours in the town's time zone."""
    first, last = (moment.astimezone(turn.town.zone) for moment in (meeting.starts_at, meeting.ends_at))
    hours = {"starts": f"{first:%H:%M}", "ends": f"{last:%H:%M}"}
    day = turn.day(meeting.starts_at)
    if first.date() == last.date():
        return turn.t("{day}, {starts} to {ends}", day=day, **hours)
    return turn.t("{day} at {starts}, to {last} at {ends}", day=day, last=turn.day(meeting.ends_at), **hours)


def where(turn: Turn, meeting: Meeting) -> list[str]:
    """In person, online or both: a line for each."""
    place, url = turn.words(meeting.place), meeting.online_url
    if place and url:
        return [
            turn.t("In person and online: come, or connect."),
            turn.t("Place: {place}", place=place),
            turn.t("To connect: {url}", url=url),
        ]
    if url:
        return [turn.t("Online. To connect: {url}", url=url)]
    return [turn.t("In person, at: {place}", place=place)]
