"""What may be published of numbers about people: no group of fewer than five, and none that others give away."""

from collections.abc import Mapping
from typing import TypeAlias

from flows.participation.survey import MATRICES, Question, Type
from flows.participation.tally import Sum, Tally

FEWEST = 5
Cells: TypeAlias = Mapping[str, int | None]
"""Counts; None where one is not shown."""
_WHOLE = frozenset({Type.SINGLE_OPTION, Type.MATRIX_SINGLE, Type.SORTING})
"""Each answer counts once among the options."""


def parts(counts: Mapping[str, int]) -> Cells:
    """Counts that add up to a known whole: each of a small group is hidden, and with it enough of the others that
    neither the rest tells it, nor the sum of what is hidden, to who knows this rule.

    Equal counts are hidden together: which of them is not would tell something.
    """
    hidden = {key: count for key, count in counts.items() if 0 < count < FEWEST}
    for least in sorted({count for count in counts.values() if count >= FEWEST}):
        if hidden and _is_told(hidden):
            hidden |= {key: count for key, count in counts.items() if count == least}
    return {key: None if key in hidden else count for key, count in counts.items()}


def is_too_few(answered: int, counts: Mapping[str, int], type: Type) -> bool:
    """Of a question or a row nothing can be shown: too few answered, or each something else."""
    return _is_few(answered) or (type in _WHOLE and 0 < answered == sum(count > 0 for count in counts.values()))


def shares(counts: Mapping[str, int], whole: int) -> Cells:
    """Counts of whom each of several was chosen by: neither they nor the others may be few."""
    return {key: None if _is_few(count) or _is_few(whole - count) else count for key, count in counts.items()}


def cells(counts: Mapping[str, int], whole: int, type: Type) -> Cells:
    """The counts of a question's options."""
    return parts(counts) if type in _WHOLE else shares(counts, whole)


def number(count: int, whole: int) -> int | None:
    """A count of a known whole."""
    return None if _is_few(count) or _is_few(whole - count) else count


def hidden_questions(tally: Tally) -> frozenset[str]:
    """Questions of which nothing is shown: too few answered, or who was asked would tell a number that is hidden."""
    hidden: set[str] = set()
    telling: set[str] = set()
    for each in tally.sums:
        question = each.question
        is_told = any(condition.question in telling for condition in question.conditions)
        if is_told or is_too_few(each.answered, each.options, question.type) or tally.responses < FEWEST:
            hidden.add(question.slug)
            telling.add(question.slug)
        elif _has_hidden(each):
            telling.add(question.slug)
    return frozenset(hidden)


def _has_hidden(each: Sum) -> bool:
    question = each.question
    if question.type in MATRICES:
        return any(
            None in cells(_all(question, counts), each.row_answers[row], question.type).values()
            for row, counts in each.rows.items()
        )
    return None in cells(_all(question, each.options), each.answered, question.type).values()


def _all(question: Question, counts: Mapping[str, int]) -> Mapping[str, int]:
    return {option.slug: counts.get(option.slug, 0) for option in question.options}


def _is_told(hidden: Mapping[str, int]) -> bool:
    """Their sum leaves one way for them to be: one alone, or all as small or as big as a small group can be."""
    whole, number = sum(hidden.values()), len(hidden)
    return number == 1 or whole < FEWEST or whole in (number, number * (FEWEST - 1))


def _is_few(count: int) -> bool:
    return 0 < count < FEWEST
