"""Rules of what stands in the calendar: debates and meetings."""

from collections.abc import Iterator

from bot.config.files.process import ADULT
from bot.config.files.tenant import YOUNGEST
from bot.config.finding import Finding
from bot.config.moments import begin_of, moment_at
from bot.config.reading import Files
from bot.config.rules.spans import EVER, backwards, in_process, span_of
from bot.config.spot import Spot


def findings(files: Files) -> Iterator[Finding]:
    """What is wrong in the debates and meetings, file by file."""
    for debate in files.debates:
        yield from backwards(debate.spot, "the debate", files.zone)
        yield from in_process(files, debate.spot, "the debate")
        yield from _age(files, debate.spot)
        yield from _conclusions(files, debate.spot)
    for meeting in files.meetings:
        yield from backwards(meeting.spot, "the meeting", files.zone)
        yield from in_process(files, meeting.spot, "the meeting", may_outlast=True)
        yield from _somewhere(meeting.spot)


def _age(files: Files, debate: Spot) -> Iterator[Finding]:
    """Whoever is under 16 takes part in a process that says why."""
    age = debate["min_age"].value
    if not isinstance(age, int) or not YOUNGEST <= age < ADULT:
        return
    named = debate["process"].text
    process = next((one.spot for one in files.processes if one.slug == named), None)
    if (named and process is None) or (process and process.document.data is None):
        return  # A finding of its own says so.
    reason = process["min_age"].value if process else None
    if not isinstance(reason, int) or reason > age:
        hint = "name in `process` one of the same age: it says why people of 14 and 15 may take part"
        yield debate["min_age"].error("age_reason", f"`min_age` is under {ADULT} without a reason", hint)


def _conclusions(files: Files, debate: Spot) -> Iterator[Finding]:
    published, span = debate["conclusions"]["published_at"], span_of(debate, files.zone)
    written = moment_at(published)
    if written and span and begin_of(written, files.zone) < span.begins != EVER:
        yield published.error("backwards", "the conclusions come before the debate starts", "is the year right?")


def _somewhere(meeting: Spot) -> Iterator[Finding]:
    if meeting.document.data and not any(meeting[key].value for key in ("place", "online_url")):
        hint = "write `place: {…}` where people meet, `online_url: https://…` where they connect, or both"
        yield meeting.error("nowhere", "the meeting is nowhere", hint)
