"""From when to when a thing in a file lasts, and the process that it belongs to."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.config.complaints import nearest
from bot.config.finding import Finding
from bot.config.moments import begin_of, end_of, moment_at
from bot.config.reading import Files
from bot.config.spot import Spot

EVER, NEVER = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


class Span(NamedTuple):
    """`begins` ≤ time < `ends`; an open side is `EVER` or `NEVER`."""

    begins: datetime
    ends: datetime


def span_of(thing: Spot, zone: ZoneInfo) -> Span | None:
    """Its `starts_at` and `ends_at`; None where one of them is no date, of which a finding of its own speaks."""
    first, last = moment_at(thing["starts_at"]), moment_at(thing["ends_at"])
    if any(thing[key].value is not None and not one for key, one in (("starts_at", first), ("ends_at", last))):
        return None
    return Span(begin_of(first, zone) if first else EVER, end_of(last, zone) if last else NEVER)


def backwards(thing: Spot, name: str, zone: ZoneInfo) -> Iterator[Finding]:
    """It ends before it starts."""
    span = span_of(thing, zone)
    if span and span.begins >= span.ends:
        hint = "a last day counts whole; to end on the same day write the same date"
        yield thing["ends_at"].error("backwards", f"{name} ends before it starts", hint)


def in_process(files: Files, thing: Spot, name: str, *, may_outlast: bool = False) -> Iterator[Finding]:
    """Its process is there, and its dates are among those of the process."""
    slug = thing["process"].text
    if slug is None:
        return
    process = next((one for one in files.processes if one.slug == slug), None)
    if process is None:
        known = [one.slug for one in files.processes]
        hint = nearest(slug, known) if known else "there is no file in processes/"
        yield thing["process"].error("unknown_process", f"there is no process `{slug[:60]}`", hint)
        return
    phases = [span_of(phase, files.zone) for phase in process.spot["phases"].items]
    dated = [span for span in phases if span]
    own = span_of(thing, files.zone)
    if own is None or len(dated) < max(1, len(phases)):
        return
    if EVER < own.begins < min(span.begins for span in dated):
        message = f"{name} begins before its process `{slug}`"
        yield thing["starts_at"].warning("outside_process", message, "is the year right?")
    if not may_outlast and NEVER > own.ends > max(span.ends for span in dated):
        message = f"{name} ends after its process `{slug}`"
        yield thing["ends_at"].warning("outside_process", message, "is the year right?")
