"""Rules of a process: dates, ages, and what its phases name."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from bot.config.complaints import nearest
from bot.config.files.process import ADULT
from bot.config.files.tenant import YOUNGEST
from bot.config.finding import Finding
from bot.config.reading import Files
from bot.config.rules.duplicates import duplicates, repeated_slugs
from bot.config.rules.spans import Span, backwards, span_of
from bot.config.spot import Spot
from flows.participation.process import Action

_ACTIONS = frozenset(Action)


def findings(files: Files) -> Iterator[Finding]:
    """What is wrong in the processes, file by file."""
    surveys = [survey.slug for survey in files.surveys]
    asked: set[str] = set()
    for process in files.processes:
        yield from _age(process.spot)
        yield from _dates(process.spot["phases"], files.zone)
        yield from _supports(process.spot)
        yield from repeated_slugs(process.spot["phases"])
        yield from repeated_slugs(process.spot["proposals"]["categories"])
        for phase in process.spot["phases"].items:
            yield from _allowed(phase, surveys)
            asked.update(one.text or "" for one in (phase["surveys"], *phase["surveys"].items))
    yield from _shared(files)
    for survey in files.surveys if all(process.document.data for process in files.processes) else ():
        if survey.slug not in asked:
            yield survey.spot.warning("unused", "no phase names this survey", f"add `surveys: [{survey.slug}]`")


def _age(process: Spot) -> Iterator[Finding]:
    age = process["min_age"]
    if isinstance(age.value, int) and YOUNGEST <= age.value < ADULT and process["min_age_reason"].value is None:
        hint = "write in `min_age_reason` why people of 14 and 15 may take part"
        yield age.error("age_reason", f"`min_age` is under {ADULT} without a reason", hint)


def _dates(phases: Spot, zone: ZoneInfo) -> Iterator[Finding]:
    before: list[tuple[Span, str]] = []
    for number, phase in enumerate(phases.items, 1):
        span, name = span_of(phase, zone), phase["slug"].text or f"phase {number}"
        wrong = list(backwards(phase, f"phase `{name}`", zone))
        yield from wrong
        if span is None or wrong:
            continue
        other = next(
            (one for earlier, one in before if earlier.begins < span.ends and span.begins < earlier.ends), None
        )
        if other is not None:
            hint = "one phase at a time: begin a day after the other's last day"
            yield phase["starts_at"].error("overlap", f"phase `{name}` overlaps phase `{other}`", hint)
        before.append((span, name))


def _supports(process: Spot) -> Iterator[Finding]:
    supports = process["supports"]
    limit, minimum = supports["limit"].value, supports["minimum"].value
    if isinstance(limit, int) and isinstance(minimum, int) and minimum > limit > 0:
        message = f"nobody can give {minimum} supports where the limit is {limit}"
        yield supports["minimum"].error("minimum", message, "make `minimum` smaller, or `limit` larger")
    if supports["beyond_threshold"].value is True and not supports["threshold"].value:
        hint = "write `threshold` too, or delete the line"
        yield supports["beyond_threshold"].error("no_threshold", "there is no threshold to go beyond", hint)
    for key, action in (("supports", "support"), ("comments", "comment")):
        if process[key].value is not None and not _allows(process, action):
            hint = f"add `{action}` to the `allows` of a phase"
            yield process[key].warning("not_allowed", f"`{key}` has rules, and no phase allows to {action}", hint)
    for phase in process["phases"].items if not _allows(process, "support") else ():
        if phase["hides_supports"].value is True:
            hint = "add `support` to the `allows` of a phase"
            yield phase["hides_supports"].warning("not_allowed", "there are no supports to hide", hint)


def _allows(process: Spot, action: str) -> bool:
    """Some phase does, or what it says cannot be read."""
    allowed = [phase["allows"] for phase in process["phases"].items]
    words = [one.text for spot in allowed for one in spot.items]
    are_lists = all(isinstance(spot.value, list | None) for spot in allowed)
    return action in words or not are_lists or not _ACTIONS.issuperset(words) or not allowed


def _shared(files: Files) -> Iterator[Finding]:
    """A survey is answered by people of one age: whatever process it is reached from, the same person may."""
    least = files.head["minimum_age"].value if files.head else None
    first: dict[str, tuple[str, int]] = {}
    for process in files.processes:
        written = process.spot["min_age"].value
        ages = (written if isinstance(written, int) else ADULT, least if isinstance(least, int) else YOUNGEST)
        for named in (one for phase in process.spot["phases"].items for one in phase["surveys"].items):
            other, age = first.setdefault(named.text or "", (process.slug, max(ages)))
            if other != process.slug and age != max(ages):
                survey = (named.text or "")[:60]
                message = f"process `{other}` asks `{survey}` too, from {age} years, this one from {max(ages)}"
                yield named.error("two_ages", message, "the same `min_age` in both, or a survey for each")


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
