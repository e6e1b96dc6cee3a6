"""Rules of a result: its story in order, its status and progress alike, its proposals the town's own."""

import re
from collections.abc import Iterator
from types import MappingProxyType

from bot.config.finding import Finding
from bot.config.kinds import is_prefix
from bot.config.moments import begin_of, moment_at
from bot.config.reading import Files
from bot.config.rules.duplicates import duplicates
from bot.config.rules.spans import backwards, in_process
from bot.config.spot import Spot
from flows.reply import fold

_REFERENCE = re.compile(r"([A-Z][A-Z0-9]{1,9})-")
_PROGRESS = MappingProxyType(
    {
        100: "fet feta acabat acabada completat completada enllestit enllestida executat executada hecho hecha"
        " terminado terminada acabado completado finalizado finalizada ejecutado ejecutada done finished completed",
        0: "pendent pendiente pending planned planificat planificada planificado",
    }
)
_MEANT = {word: progress for progress, words in _PROGRESS.items() for word in words.split()}


def findings(files: Files) -> Iterator[Finding]:
    """What is wrong in the results, file by file."""
    prefix = files.head["prefix"].text if files.head else None
    for result in files.results:
        yield from backwards(result.spot, "the result", files.zone)
        yield from in_process(files, result.spot, "the result", may_outlast=True)
        yield from _status(result.spot)
        yield from _timeline(files, result.spot["timeline"])
        yield from duplicates(result.spot["proposals"])
        for proposal in result.spot["proposals"].items:
            found = _REFERENCE.match(proposal.text or "")
            if found and prefix and is_prefix(prefix) and found[1] != prefix:
                message = f"`{(proposal.text or '')[:60]}` is not a proposal of this town"
                yield proposal.error("foreign_reference", message, f"its own begin with {prefix}-")


def _status(result: Spot) -> Iterator[Finding]:
    progress = result["progress"]
    for _, words in result["status"].entries:
        meant = _MEANT.get(fold(words.text)) if words.text else None
        if meant is not None and isinstance(progress.value, int) and progress.value != meant:
            message = f"`progress` is {progress.value}, and the status says `{(words.text or '').strip()[:40]}`"
            yield progress.warning("progress", message, f"write {meant}, or another status")
            return


def _timeline(files: Files, timeline: Spot) -> Iterator[Finding]:
    latest = None
    for milestone in timeline.items:
        written = moment_at(milestone["date"])
        at = begin_of(written, files.zone) if written else None
        if at and latest and at < latest:
            hint = "the oldest first: move it up, or is the year right?"
            yield milestone["date"].error("backwards", "an earlier date than the line before it", hint)
        latest = max(at, latest) if at and latest else at or latest
