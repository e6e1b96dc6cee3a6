"""Checked files, made into the town that the rules see."""

import re
from collections.abc import Iterable, Iterator
from datetime import timedelta

from bot.config.build.broadcast import broadcast, topic
from bot.config.build.pen import Pen
from bot.config.build.process import process
from bot.config.build.spaces import assembly, debate, meeting, result
from bot.config.build.survey import survey
from bot.config.codes import town_code
from bot.config.fields import translated
from bot.config.files.tenant import (
    DigestsPart,
    ModerationPart,
    PlatformFile,
    QuietHoursPart,
    RetentionPart,
    SupportPart,
    TenantFile,
)
from bot.config.reading import Files, Model, Read
from bot.config.texts import EASY
from flows.participation.process import Place, Process
from flows.participation.tenant import DigestHours, Moderation, QuietHours, Retention, Support, Terms, Town
from flows.participation.words import EASY as EASY_MARK

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def town(files: Files, head: TenantFile | PlatformFile) -> Town:
    """The town of these files; whoever checked them knows that they are right."""
    pen = Pen(files.source.id, head)
    own = head if isinstance(head, TenantFile) else None
    processes = _processes(pen, files, is_supervised=own is not None and own.first_process_supervised)
    ages = {process.slug: process.min_age for process in processes}
    return Town(
        id=pen.tenant_id,
        code=town_code(pen.tenant_id),
        name=pen.words(head.name),
        languages=tuple(head.languages),
        zone=pen.zone,
        prefix=own.prefix if own else "",
        keyword=own.keyword if own else "",
        official_url=head.official_url,
        minimum_age=pen.minimum_age,
        terms=pen.paper(own.terms.version, files.papers["terms"]) if own else Terms("", {}, ""),
        privacy_short=pen.words(own.privacy.short) if own else {},
        privacy=pen.paper(own.privacy.version, files.papers["privacy"]) if own else Terms("", {}, ""),
        support=_support(head.support),
        help=pen.filled(files.papers["help"]),
        processes=processes,
        assemblies=tuple(assembly(pen, slug, file) for slug, file in _each(files.assemblies)),
        surveys=tuple(survey(pen, slug, file, files.source.files) for slug, file in _each(files.surveys)),
        debates=tuple(debate(pen, slug, file, ages) for slug, file in _each(files.debates)),
        meetings=tuple(meeting(pen, slug, file) for slug, file in _each(files.meetings)),
        results=tuple(result(pen, slug, file) for slug, file in _each(files.results)),
        broadcasts=tuple(broadcast(pen, slug, file, files.source.files) for slug, file in _each(files.broadcasts)),
        topics=tuple(topic(pen, part) for part in own.topics) if own else (),
        areas=tuple(Place(area.slug, pen.words(area.name)) for area in own.areas) if own else (),
        team=_team(own.team) if own else (),
        quiet=_quiet(own.quiet_hours) if own else None,
        digests=_digests(own.digests) if own else DigestHours(),
        judged_after=timedelta(weeks=own.verdict_weeks) if own and own.verdict_weeks else None,
        moderation=_moderation(own.moderation) if own else Moderation(),
        retention=_retention(own.retention) if own else Retention(),
        revision=files.source.hash,
        has_easy=_has_easy(files),
    )


def _processes(pen: Pen, files: Files, *, is_supervised: bool) -> tuple[Process, ...]:
    """Where the town's first is supervised, that is the one that begins first."""
    first = ""
    if is_supervised:
        built = [process(pen, slug, file, is_supervised=False) for slug, file in _each(files.processes)]
        begun = sorted((min(str(phase.starts_at or "") for phase in one.phases), one.slug) for one in built)
        first = begun[0][1] if begun else ""
    return tuple(process(pen, slug, file, is_supervised=slug == first) for slug, file in _each(files.processes))


def _each(files: Iterable[Read[Model]]) -> Iterator[tuple[str, Model]]:
    yield from ((file.slug, file.model) for file in files if file.model is not None)


def _has_easy(files: Files) -> bool:
    if any(language.endswith(EASY_MARK) for papers in files.papers.values() for language in papers):
        return True
    return any(text[EASY].value for spot, kind in files.written for text in translated(kind, spot))


def _support(part: SupportPart) -> Support:
    weekdays = frozenset(_WEEKDAYS.index(day) for day in part.weekdays)
    return Support(part.phone, part.email, weekdays, part.opens, part.closes, frozenset(part.holidays))


def _team(written: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """A phone is one on SMS and on WhatsApp."""
    phones = [re.sub(r"[^+0-9]", "", each) for each in written if "@" not in each]
    emails = [("email", each.lower()) for each in written if "@" in each]
    return (*emails, *((channel, phone) for phone in phones for channel in ("sms", "whatsapp")))


def _quiet(part: QuietHoursPart | None) -> QuietHours | None:
    return QuietHours(part.from_, part.to) if part else None


def _digests(part: DigestsPart) -> DigestHours:
    return DigestHours(part.at, _WEEKDAYS.index(part.weekday))


def _moderation(part: ModerationPart) -> Moderation:
    return Moderation(part.reports_to_hide)


def _retention(part: RetentionPart) -> Retention:
    return Retention(
        bodies=part.bodies_days,
        messages=part.messages_days,
        drafts=part.drafts_days,
        tickets=part.tickets_days,
        blocked=part.blocked_days,
    )
