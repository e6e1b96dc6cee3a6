"""Meetings: in order, shown only where their process is, and in a calendar just as they are."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, timedelta

import pytest
from icalendar import Calendar, Event

from flows.invitation import invitation
from flows.participation.meeting import Meeting
from flows.participation.meetings import coming, past, visible_meeting, visible_meetings
from flows.participation.refusal import Reason, Refused
from flows.step import File
from storage.database import Store
from tests.flows.hall import SHADE, Citizen, vilanova
from tests.towns import local, said

NOW = local("2026-11-25 10:00")
WALK = Meeting(
    slug="walk",
    code="walkcode01",
    process="shade",
    title=said("A walk, with trees; and \\ shade"),
    description=said("We look at it.\nBring water: it is hot."),
    place=said("Under the clock, main square"),
    online_url="https://meet.example.org/walk?room=1",
    starts_at=local("2026-12-03 19:00"),
    ends_at=local("2026-12-03 20:30"),
    official_url="https://vilanova.example.org/walk",
)
NASTY = (
    "Party\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nATTENDEE:mailto:x@example.org",
    "Party\nATTACH:https://example.org/x",
    'Party";LANGUAGE=xx:\\n\\,;:',
    "Ñ" * 149,
    "🎉 " * 40,
)


def citizen(store: Store, *meetings: Meeting, is_supervised: bool = False, language: str = "en") -> Citizen:
    town = replace(vilanova(replace(SHADE, is_supervised=is_supervised)), meetings=meetings)
    return Citizen(store, town, NOW, language=language)


def file_of(store: Store, meeting: Meeting, language: str = "en") -> File:
    return citizen(store, meeting, language=language).act(lambda turn: invitation(turn, meeting))


def event_in(file: File) -> Event:
    """The only event of the file, as a calendar reads it."""
    (event,) = Calendar.from_ical(file.data.decode()).walk("VEVENT")
    assert isinstance(event, Event)
    return event


def slugs(meetings: Iterable[Meeting]) -> list[str]:
    return [meeting.slug for meeting in meetings]


def test_a_calendar_reads_what_the_town_wrote_in_the_language_of_the_person(store: Store) -> None:
    file = file_of(store, WALK, "es")
    event = event_in(file)
    assert (file.name, file.media_type) == ("walk.ics", "text/calendar")
    assert str(event["SUMMARY"]) == "A walk, with trees; and \\ shade (es)"
    assert event["SUMMARY"].params["LANGUAGE"] == "es"
    assert str(event["LOCATION"]) == "Under the clock, main square (es)"
    assert str(event["DESCRIPTION"]).startswith("We look at it.\nBring water: it is hot. (es)\n\n")
    assert "https://meet.example.org/walk?room=1" in str(event["DESCRIPTION"])
    assert str(event["URL"]) == "https://vilanova.example.org/walk"
    assert (event.decoded("DTSTART"), event.decoded("DTEND")) == (WALK.starts_at, WALK.ends_at)
    assert event.decoded("DTSTAMP") == NOW


def test_times_are_utc_and_lines_as_the_standard_wants_them(store: Store) -> None:
    lines = file_of(store, WALK).data.split(b"\r\n")
    assert b"DTSTART:20261203T180000Z" in lines
    assert lines[-1] == b""
    assert all(len(line) <= 75 and b"\n" not in line for line in lines)


def test_a_meeting_that_moved_replaces_itself_in_the_calendar(store: Store) -> None:
    moved = replace(WALK, starts_at=WALK.starts_at + timedelta(days=1), ends_at=WALK.ends_at + timedelta(days=1))
    uids = {str(event_in(file_of(store, each, language))["UID"]) for each in (WALK, moved) for language in ("ca", "en")}
    other = event_in(file_of(store, replace(WALK, code="other")))["UID"]
    assert len(uids) == 1
    assert str(other) not in uids


@pytest.mark.parametrize("words", NASTY)
def test_no_words_become_anything_but_words(store: Store, words: str) -> None:
    nasty = replace(WALK, title={"en": words}, description={"en": words}, place={"en": words})
    event = event_in(file_of(store, nasty))
    assert set(event) == {"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "DESCRIPTION", "LOCATION", "URL"}
    assert str(event["SUMMARY"]) == str(event["LOCATION"]) == " ".join(words.split())


def test_the_next_comes_first_and_the_last_is_remembered_first() -> None:
    days = [
        replace(WALK, slug=slug, starts_at=NOW + timedelta(days=day), ends_at=NOW + timedelta(days=day, hours=1))
        for slug, day in (("later", 9), ("long ago", -40), ("soon", 1), ("yesterday", -1))
    ]
    going_on = replace(WALK, slug="now", starts_at=NOW - timedelta(hours=1), ends_at=NOW + timedelta(seconds=1))
    meetings = [*days, going_on]
    assert slugs(coming(meetings, NOW)) == ["now", "soon", "later"]
    assert slugs(past(meetings, NOW)) == ["yesterday", "long ago"]
    assert slugs(past(meetings, going_on.ends_at)) == ["now", "yesterday", "long ago"]


def test_a_meeting_of_a_process_that_waits_for_approval_is_not_there(store: Store) -> None:
    free = replace(WALK, slug="free", code="freecode01", process="")
    someone = citizen(store, WALK, free, is_supervised=True)
    assert someone.act(lambda turn: slugs(visible_meetings(turn.db, turn.town))) == ["free"]
    with pytest.raises(Refused) as refused:
        someone.act(lambda turn: visible_meeting(turn.db, turn.town, "walk"))
    assert refused.value.reason is Reason.SPACE_UNKNOWN
    someone.says("hello")
    assert "I do not know that code" in someone.follows_link(f"{someone.town.code}-{WALK.code}")
    assert free.title["en"] in someone.follows_link(f"{someone.town.code}-{free.code}")


def test_the_card_offers_the_calendar_until_it_is_over(store: Store) -> None:
    someone = citizen(store, WALK)
    someone.says("hello")
    someone.follows_link(f"{someone.town.code}-{WALK.code}")
    assert someone.labels[0] == "Put it in my calendar"
    someone.picks("Put it in")
    assert someone.said is not None
    assert [file.name for file in someone.said.files] == ["walk.ics"]
    assert "Thursday 3 December, 19:00 to 20:30" in someone.said.text
    assert WALK.online_url in someone.said.text

    someone.now = WALK.starts_at + timedelta(minutes=1)
    assert "It is going on now." in someone.follows_link(f"{someone.town.code}-{WALK.code}")
    someone.now = WALK.ends_at
    assert "It is over." in someone.follows_link(f"{someone.town.code}-{WALK.code}")
    assert "Put it in my calendar" not in someone.labels


def test_a_meeting_over_several_days_says_both(store: Store) -> None:
    long = replace(WALK, ends_at=local("2026-12-05 14:00").astimezone(UTC), online_url="")
    someone = citizen(store, long)
    someone.says("hello")
    card = someone.follows_link(f"{someone.town.code}-{long.code}")
    assert "Thursday 3 December at 19:00, to Saturday 5 December at 14:00" in card
    assert "In person, at: Under the clock, main square" in card
