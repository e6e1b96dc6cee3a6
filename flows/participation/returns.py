"""The return report of a process: what came of it, and each proposal with its answer and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flows.participation.judgements import FINAL, Verdict, verdicts_among
from flows.participation.process import Process
from flows.participation.result import Result
from flows.participation.results import visible_results
from flows.participation.supports import hides_counts, takes_supports
from flows.participation.tenant import Town
from flows.participation.words import Words
from storage.database import Db
from storage.proposals import readable_proposals, unanswered_in
from storage.supports import counts_of_proposals

_STRETCH = 500


@dataclass(frozen=True, slots=True)
class Returned:
    """One proposal, and what came of it; `supports` is None where they are not shown."""

    reference: str
    title: str
    author: str
    published_at: datetime
    state: str
    answer: Words
    answered_at: datetime | None
    supports: int | None
    verdict: Verdict | None
    results: tuple[Result, ...]


def has_returned(process: Process, now: datetime) -> bool:
    """The process is closed, and its return report is public."""
    return process.outcome is not None and process.outcome.published_at <= now


def unanswered(db: Db, process: str) -> Sequence[str]:
    """The references of what stands between a process and its return report: proposals without a final answer, and
    those that the town has not read yet."""
    return unanswered_in(db, process, FINAL)


def returned_after(
    db: Db, town: Town, process: Process, after: int, now: datetime
) -> tuple[list[Returned], int | None]:
    """A stretch of the report in the order in which proposals came, and where the next begins; None: nowhere."""
    proposals = readable_proposals(db, after, _STRETCH, process.slug)
    is_counted = takes_supports(process) and not hides_counts(process, now)
    counts = counts_of_proposals(db, [each.id for each in proposals]) if is_counted and proposals else {}
    verdicts = verdicts_among(db, [each.reference for each in proposals]) if proposals else {}
    results = visible_results(db, town)
    rows = [
        Returned(
            reference=each.reference,
            title=each.title,
            author=each.author_name,
            published_at=each.published_at,
            state=each.state if each.state_published_at is not None else "",
            answer=each.answer,
            answered_at=each.answered_at,
            supports=counts.get(each.id, 0) + each.supports_kept if is_counted else None,
            verdict=verdicts.get(each.reference),
            results=tuple(result for result in results if each.reference in result.proposals),
        )
        for each in proposals
    ]
    return rows, proposals[-1].id if len(proposals) == _STRETCH else None
