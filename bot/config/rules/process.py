"""Rules of a process: dates, ages, and what its phases name."""

from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.config.complaints import nearest
from bot.config.files.tenant import YOUNGEST
from bot.config.finding import Finding
from bot.config.moments import begin_of, end_of, moment_at
from bot.config.reading import Files
from bot.config.rules.duplicates import duplicates, repeated_slugs
from bot.config.spot import Spot

_ADULT = 16
_EVER, _NEVER = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


def findings(files: Files) -> Iterator[Finding]:
    """What is wrong in the processes, file by file."""
    surveys = [survey.slug for survey in files.surveys]
    asked: set[str] = set()
    for process in files.processes:
        yield from _age(process.spot)
        yield from _dates(process.spot["phases"], files.zone)
        yield from repeated_slugs(process.spot["phases"])
        yield from repeated_slugs(process.spot["proposals"]["categories"])
        for phase in process.spot["phases"].items:
            yield from _allowed(phase, surveys)
            asked.update(one.text or "" for one in (phase["surveys"], *phase["surveys"].items))
    for survey in files.surveys if all(process.document.data for process in files.processes) else ():
        if survey.slug not in asked:
            yield survey.spot.warning("unused", "no phase names this survey", f"add `surveys: [{survey.slug}]`")


def _age(process: Spot) -> Iterator[Finding]:
    age = process["min_age"]
    if isinstance(age.value, int) and YOUNGEST <= age.value < _ADULT and process["min_age_reason"].value is None:
        hint = "write in `min_age_reason` why people of 14 and 15 may take part"
        yield age.error("age_reason", f"`min_age` is under {_ADULT} without a reason", hint)


def _dates(phases: Spot, zone: ZoneInfo) -> Iterator[Finding]:
    before: list[tuple[datetime, datetime, str]] = []
    for number, phase in enumerate(phases.items, 1):
        first, last = moment_at(phase["starts_at"]), moment_at(phase["ends_at"])
        if any(phase[key].value is not None and not one for key, one in (("starts_at", first), ("ends_at", last))):
            continue
        begins = begin_of(first, zone) if first else _EVER
        ends = end_of(last, zone) if last else _NEVER
        name = phase["slug"].text or f"phase {number}"
        if begins >= ends:
            hint = "a last day counts whole; to end on the same day write the same date"
            yield phase["ends_at"].error("backwards", f"phase `{name}` ends before it starts", hint)
            continue
        other = next((one for start, end, one in before if begins < end and start < ends), None)
        if other is not None:
            hint = "one phase at a time: begin a day after the other's last day"
            yield phase["starts_at"].error("overlap", f"phase `{name}` overlaps phase `{other}`", hint)
        before.append((begins, ends, name))


def _allowed(phase: Spot, surveys: list[str]) -> Iterator[Finding]:
    yield from duplicates(phase["allows"])
    yield from duplicates(phase["surveys"])
    may_answer = any(one.text == "answer" for one in phase["allows"].items)
    named = list(phase["surveys"].items)
    for one in named:
        if one.text is not None and one.text not in surveys:
            hint = nearest(one.text, surveys) if surveys else "there is no file in surveys/"
            yield one.error("unknown_survey", f"there is no survey `{one.text[:60]}`", hint)
    if may_answer and not named and phase["surveys"].value in (None, []):
        yield phase["allows"].error(
            "no_survey", "this phase allows answering, but names no survey", "add `surveys: […]`"
        )
    if named and not may_answer and isinstance(phase["allows"].value, list | None):
        hint = "add `answer` to `allows`"
        yield phase["surveys"].error("not_allowed", "this phase names a survey that it does not allow to answer", hint)
