"""A process as the rules see it."""

from datetime import timedelta

from bot.config.build.pen import Pen
from bot.config.files.process import CommentsPart, OutcomePart, PhasePart, ProcessFile, ProposalsPart, SupportsPart
from bot.config.moments import begin_of
from flows.participation.process import Action, CommentRules, Outcome, Phase, Process, ProposalRules, SupportRules


def process(pen: Pen, slug: str, file: ProcessFile, *, is_supervised: bool) -> Process:
    """A process; its phases in order of time."""
    return Process(
        slug=slug,
        code=pen.code("process", slug),
        title=pen.words(file.title),
        subtitle=pen.words(file.subtitle),
        description=pen.words(file.description),
        official_url=file.official_url,
        phases=tuple(sorted((_phase(pen, phase) for phase in file.phases), key=_began)),
        min_age=max(file.min_age, pen.minimum_age),
        min_age_reason=pen.words(file.min_age_reason),
        proposals=_proposals(pen, file.proposals),
        supports=_supports(file.supports),
        comments=_comments(file.comments),
        is_supervised=is_supervised,
        outcome=_outcome(pen, file.outcome) if file.outcome else None,
    )


def _phase(pen: Pen, phase: PhasePart) -> Phase:
    return Phase(
        slug=phase.slug,
        title=pen.words(phase.title),
        description=pen.words(phase.description),
        starts_at=pen.begin(phase.starts_at),
        ends_at=pen.end(phase.ends_at),
        allows=frozenset(Action(one) for one in phase.allows),
        surveys=tuple(phase.surveys),
        hides_supports=phase.hides_supports,
    )


def _proposals(pen: Pen, part: ProposalsPart) -> ProposalRules:
    return ProposalRules(
        length=part.length,
        limit=part.limit,
        template=pen.words(part.template),
        categories=pen.places(part.categories),
        asks_place=part.asks_place,
        edit_within=None if part.edit_minutes == "always" else timedelta(minutes=part.edit_minutes),
        attachments=part.attachments,
        reviewed_first=part.reviewed_first,
    )


def _supports(part: SupportsPart) -> SupportRules:
    return SupportRules(part.limit, part.minimum, part.threshold, part.beyond_threshold, part.hidden)


def _comments(part: CommentsPart) -> CommentRules:
    return CommentRules(part.length, part.sides, part.reviewed_first)


def _outcome(pen: Pen, part: OutcomePart) -> Outcome:
    return Outcome(pen.words(part.summary), begin_of(part.published_at, pen.zone), part.official_url)


def _began(phase: Phase) -> tuple[bool, float]:
    return phase.starts_at is not None, phase.starts_at.timestamp() if phase.starts_at else 0.0
