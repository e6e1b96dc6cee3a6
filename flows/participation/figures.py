"""Results as plain values in every language, as they may be published: what pages, files, pictures and chats show.

A count of None is not shown, since it is of fewer than five people or would tell such a count.
"""

from collections.abc import Mapping
from datetime import datetime

import msgspec
from msgspec import Struct, structs

from flows.participation.suppression import FEWEST, Cells, cells, hidden_questions, is_too_few, number, parts
from flows.participation.survey import MATRICES, Type
from flows.participation.tally import Sum, Tally, is_open_ended
from flows.participation.words import Words
from storage.responses import CONVERSATION


class Line(Struct, frozen=True, omit_defaults=True):
    """An option and how many chose it (in a question that is sorted: put it first); `mean` is its mean place there."""

    slug: str
    name: Words
    count: int | None
    mean: float | None = None


class Rows(Struct, frozen=True):
    """One row of a matrix."""

    slug: str
    name: Words
    answered: int | None
    lines: tuple[Line, ...]


class Figure(Struct, frozen=True, omit_defaults=True):
    """One question. `is_hidden`: nothing is shown of it. What was written or sent is only counted."""

    number: int
    slug: str
    type: Type
    text: Words
    answered: int | None
    lines: tuple[Line, ...] = ()
    rows: tuple[Rows, ...] = ()
    is_hidden: bool = False
    is_open_ended: bool = False


class Results(Struct, frozen=True, omit_defaults=True):
    """A survey's. Times are ISO 8601; `earlier` are responses to revisions that are not added up here, by hash.

    Of which channels and languages nothing is told where `contacts` is not: they add up to it.
    """

    survey: str
    title: Words
    revision: str
    responses: int
    contacts: int | None
    verified: int | None
    added_up_at: str
    figures: tuple[Figure, ...]
    channels: Cells = {}
    languages: Cells = {}
    sources: Cells = {}
    earlier: Cells = {}
    first_at: str = ""
    last_at: str = ""
    closes_at: str = ""
    is_closed: bool = False
    fewest: int = FEWEST

    @property
    def is_hidden(self) -> bool:
        """There are too few responses to say anything."""
        return self.responses < self.fewest


def publishable(tally: Tally, now: datetime, *, is_closed: bool = False) -> Results:
    """What may be shown to everybody."""
    survey, hidden = tally.survey, hidden_questions(tally)
    contacts = None if tally.responses < FEWEST else number(tally.contacts, tally.responses)
    are_told = contacts is not None
    figures = tuple(_figure(place, each, each.question.slug in hidden) for place, each in enumerate(tally.sums, 1))
    return Results(
        survey=survey.slug,
        title=survey.title,
        revision=survey.hash,
        responses=tally.responses,
        contacts=contacts,
        verified=number(tally.verified, tally.contacts) if are_told else None,
        added_up_at=now.isoformat(timespec="seconds"),
        figures=figures,
        channels=parts(tally.channels) if are_told else {},
        languages=parts(tally.languages) if are_told else {},
        sources={} if tally.responses < FEWEST or [*tally.sources] == [CONVERSATION] else parts(tally.sources),
        earlier={revision: number(count, count) for revision, count in tally.earlier.items()},
        first_at=tally.first_at.isoformat(timespec="minutes") if tally.first_at else "",
        last_at=tally.last_at.isoformat(timespec="minutes") if tally.last_at else "",
        closes_at=survey.ends_at.isoformat(timespec="minutes") if survey.ends_at else "",
        is_closed=is_closed or survey.has_closed(now),
    )


def plain(results: Results) -> dict[str, object]:
    """As JSON keeps it."""
    kept: dict[str, object] = msgspec.to_builtins(results)
    return kept


def read(kept: Mapping[str, object]) -> Results:
    """What `plain` wrote."""
    return msgspec.convert(kept, Results)


def _figure(number: int, each: Sum, is_hidden: bool) -> Figure:
    question = each.question
    bare = Figure(number, question.slug, question.type, question.text, None, is_open_ended=is_open_ended(question))
    if is_hidden:
        return structs.replace(bare, is_hidden=True)
    told = structs.replace(bare, answered=each.answered)
    if question.type in MATRICES:
        return structs.replace(told, rows=_rows(each))
    if told.is_open_ended:
        return told
    return structs.replace(told, lines=_lines(each, each.options, each.answered))


def _rows(each: Sum) -> tuple[Rows, ...]:
    rows = []
    for row in each.question.rows:
        answered = each.row_answers[row.slug]
        counts: Mapping[str, int] = each.rows.get(row.slug, {})
        is_few = is_too_few(answered, counts, each.question.type)
        lines = () if is_few else _lines(each, counts, answered)
        rows.append(Rows(row.slug, row.name, None if is_few else answered, lines))
    return tuple(rows)


def _lines(each: Sum, counts: Mapping[str, int], answered: int) -> tuple[Line, ...]:
    question = each.question
    every = {option.slug: counts.get(option.slug, 0) for option in question.options}
    told = cells(every, answered, question.type)
    is_sorted = question.type is Type.SORTING and answered > 0
    lines = [
        Line(
            option.slug,
            option.name,
            told[option.slug],
            round(each.places[option.slug] / answered, 2) if is_sorted else None,
        )
        for option in question.options
    ]
    return tuple(sorted(lines, key=lambda line: line.mean or 0) if is_sorted else lines)
