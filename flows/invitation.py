"""A meeting as a calendar file (RFC 5545), in the person's language; the library escapes what the town wrote."""

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
