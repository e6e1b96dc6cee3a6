"""Rules of broadcasts: their topic, what they open, when they run, and whom they are for."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from bot.config.build.broadcast import MEDIA_TYPES
from bot.config.complaints import nearest
from bot.config.cron import times
from bot.config.finding import Finding
from bot.config.moments import moment_at
from bot.config.reading import Files
from bot.config.rules.duplicates import repeated_slugs
from bot.config.spot import Spot

_FILE_MOST = 200_000
_FOLLOWED = {"process": "processes", "assembly": "assemblies", "debate": "debates", "result": "results"}
_SOME_DAY = datetime(2026, 1, 1)  # noqa: DTZ001 - a wall clock's


def findings(files: Files) -> Iterator[Finding]:
    """What is wrong in the topics, and in the broadcasts file by file."""
    if files.head is not None:
        yield from _topics(files.head)
    for broadcast in files.broadcasts:
        spot = broadcast.spot
        if spot.document.data is None:
            continue
        topics = _slugs(files.head["topics"]) if files.head else []
        yield from _known(spot["topic"], topics, "topic", "tenant.yaml has no `topics`")
        yield from _opens(files, spot["opens"])
        yield from _placeholders(files, spot)
        yield from _schedule(files, spot["schedule"])
        yield from _audience(files, spot["audience"])
        yield from _file(files, spot["file"])
        yield from _template(files, spot["template"])


def _topics(head: Spot) -> Iterator[Finding]:
    for key in ("topics", "areas"):
        yield from repeated_slugs(head[key])


def _slugs(items: Spot) -> list[str]:
    return [slug for one in items.items if (slug := one["slug"].text)]


def _known(named: Spot, known: Iterable[str], what: str, none: str) -> Iterator[Finding]:
    slugs = list(known)
    if named.text is not None and named.text not in slugs:
        hint = nearest(named.text, slugs) if slugs else none
        yield named.error(f"unknown_{what}", f"there is no {what} `{named.text[:60]}`", hint)


def _files_of(files: Files, folder: str) -> list[str]:
    return [one.slug for one in getattr(files, folder)]


def _opens(files: Files, opens: Spot) -> Iterator[Finding]:
    given = list(opens.entries)
    if opens.value is not None and len(given) != 1:
        yield opens.error("opens", "opens one thing", "one of survey, process, proposal, meeting")
    for what, folder in (("survey", "surveys"), ("process", "processes"), ("meeting", "meetings")):
        yield from _known(opens[what], _files_of(files, folder), what, f"there is no file in {folder}/")


def _placeholders(files: Files, spot: Spot) -> Iterator[Finding]:
    """What a text names is there: a title where something is opened, a last day where that has one."""
    opens = spot["opens"]
    texts = [spot["title"], spot["text"], *(one["text"] for _, one in spot["variants"].entries)]
    spoken = [words for text in texts for _, words in text.entries if words.text]
    for words in [*spoken, *spot["template"]["values"].items]:
        written = words.text or ""
        if "{title}" in written and opens.value is None:
            yield words.error("placeholder", "`{title}` is of what the broadcast opens", "write `opens:`")
        if "{ends}" in written and not _ends(files, opens):
            hint = "a survey, process or meeting with a last day, in `opens`"
            yield words.error("placeholder", "`{ends}` is the last day of what the broadcast opens", hint)


def _ends(files: Files, opens: Spot) -> bool:
    survey, meeting, process = (opens[what].text for what in ("survey", "meeting", "process"))
    if meeting is not None:
        return True
    own = [one.spot["ends_at"].value for one in files.surveys if one.slug == survey]
    phases = [phase for one in files.processes for phase in one.spot["phases"].items if one.slug == process]
    if survey is not None:
        every = (phase for one in files.processes for phase in one.spot["phases"].items)
        phases = [phase for phase in every if survey in [each.text for each in phase["surveys"].items]]
    return any(own) or (bool(phases) and all(phase["ends_at"].value is not None for phase in phases))


def _schedule(files: Files, schedule: Spot) -> Iterator[Finding]:
    given = [key for key in ("at", "cron", "phase") if schedule[key].value is not None]
    if schedule.value is not None and len(given) != 1:
        yield schedule.error("schedule", "has one of `at`, `cron` and `phase`", "or no `schedule`: a person starts it")
    at = moment_at(schedule["at"])
    if isinstance(at, datetime) and at.tzinfo is not None:
        yield schedule["at"].error("schedule", "is in the town's own time", "without Z or +01:00")
    if (line := schedule["cron"].text) is not None:
        try:
            if next(times(line, _SOME_DAY), None) is None:
                yield schedule["cron"].error("schedule", "never comes", "is the month as long as that?")
        except ValueError as wrong:
            yield schedule["cron"].error(
                "schedule", f"`{line[:40]}` {wrong}", "for example `0 10 1 * *` or `0 18 * * thu`"
            )
    phases = [f"{process.slug}/{slug}" for process in files.processes for slug in _slugs(process.spot["phases"])]
    yield from _known(schedule["phase"], phases, "phase", "there is no file in processes/")


def _audience(files: Files, audience: Spot) -> Iterator[Finding]:
    yield from _known(audience["took_part"], _files_of(files, "processes"), "process", "there is no file in processes/")
    yield from _known(audience["answered"], _files_of(files, "surveys"), "survey", "there is no file in surveys/")
    areas = _slugs(files.head["areas"]) if files.head else []
    yield from _known(audience["area"], areas, "area", "tenant.yaml has no `areas`")
    followed = audience["follows"]
    if followed.text is not None:
        kind, _, name = followed.text.partition(":")
        if kind in _FOLLOWED and name not in _files_of(files, _FOLLOWED[kind]):
            message = f"there is no {kind} `{name[:60]}`"
            yield followed.error("follows", message, nearest(name, _files_of(files, _FOLLOWED[kind])))
        elif kind not in (*_FOLLOWED, "proposal", "meeting") or not name:
            yield followed.error("follows", "names nothing that can be followed", "for example `process:mercat`")
    for inner in (*audience["all"].items, *audience["any"].items, audience["not"]):
        if inner.value is not None:
            yield from _audience(files, inner)


def _file(files: Files, file: Spot) -> Iterator[Finding]:
    if (name := file["file"].text) is None:
        return
    data = files.source.files.get(name)
    if not any(name.lower().endswith(ending) for ending in MEDIA_TYPES):
        yield file["file"].error("file", f"`{name}` is neither a picture nor a PDF", "PNG, JPEG, WebP or PDF")
    elif data is None:
        yield file["file"].error("file", f"there is no file `{name}`", "its path begins in the town's folder")
    elif len(data) > _FILE_MOST:
        hint = f"at most {_FILE_MOST // 1000} kB: phones pay for it"
        yield file["file"].error("file", f"`{name}` has {len(data) // 1000} kB", hint)


def _template(files: Files, template: Spot) -> Iterator[Finding]:
    name = template["name"].text
    if name is None or files.channels is None:
        return
    whatsapp = files.channels.spot["whatsapp"]
    if isinstance(whatsapp.value, dict) and whatsapp["account"].value is None:
        known = [key for key, _ in whatsapp["templates"].entries]
        yield from _known(template["name"], known, "template", "channels.yaml has no `whatsapp.templates`")
