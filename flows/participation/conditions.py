"""Which questions are asked, given what was answered: Decidim's display conditions.

If any condition of a question is mandatory, all mandatory ones must hold and the others are ignored; else any one
suffices. What a question that is not asked was answered before is blank to every condition.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Protocol, cast

import re2

from flows.participation.answers import choices_in, is_answered, options_in
from flows.participation.survey import CHOSEN, WRITTEN, Condition, ConditionType, Item, Question, Survey
from flows.participation.words import Words

_options = re2.Options()
_options.case_sensitive = False
_options.log_errors = False


class _Pattern(Protocol):
    def search(self, text: str) -> object | None: ...


class NotAPattern(ValueError):
    """A pattern that cannot be read; the message says why."""


def shown(survey: Survey, answers: Mapping[str, str]) -> tuple[Question, ...]:
    """The questions that are asked, and the words between them, in order."""
    if not survey.has_conditions:
        return survey.questions
    asked: dict[str, Question] = {}
    for question in survey.questions:
        if not question.conditions or _is_met(question, asked, answers):
            asked[question.slug] = question
    return tuple(asked.values())


def asked(survey: Survey, answers: Mapping[str, str]) -> list[Item]:
    """What is asked, one after the other."""
    return [item for question in shown(survey, answers) for item in question.items]


def holds(condition: Condition, question: Question | None, answers: Mapping[str, str]) -> bool:
    """Does it hold? `question` is the one that it tests, None where that one is not asked itself."""
    has_answer = question is not None and is_answered(question, answers)
    match condition.test:
        case ConditionType.ANSWERED:
            return has_answer
        case ConditionType.NOT_ANSWERED:
            return not has_answer
        case ConditionType.EQUAL:
            return question is not None and has_answer and condition.option in _options_of(question, answers)
        case ConditionType.NOT_EQUAL:
            return question is not None and has_answer and condition.option not in _options_of(question, answers)
        case ConditionType.MATCH:
            return question is not None and has_answer and _matches(condition, question, answers[question.slug])


def check_pattern(pattern: str) -> None:
    """Raises `NotAPattern`."""
    try:
        re2.compile(pattern, _options)
    except re2.error as failure:
        words = failure.args[0] if failure.args else ""
        raise NotAPattern(words.decode() if isinstance(words, bytes) else str(words)) from None


def _is_met(question: Question, asked: Mapping[str, Question], answers: Mapping[str, str]) -> bool:
    mandatory = [condition for condition in question.conditions if condition.is_mandatory]
    if mandatory:
        return all(holds(each, asked.get(each.question), answers) for each in mandatory)
    return any(holds(each, asked.get(each.question), answers) for each in question.conditions)


def _options_of(question: Question, answers: Mapping[str, str]) -> Sequence[str]:
    return options_in(answers[question.slug]) if question.type in CHOSEN else ()


def _matches(condition: Condition, question: Question, answer: str) -> bool:
    """In the words of the answer, in the name of an option chosen (in any language), or in its free words."""
    if question.type in WRITTEN:
        return _is_in(condition.pattern, answer)
    if question.type not in CHOSEN:
        return False
    given = choices_in(answer)
    names = [option.name for option in question.options if option.slug in given.options]
    said = [*(name for each in names for name in each.values()), *given.words.values()]
    return any(_is_in(condition.pattern, words) for words in said)


def _is_in(pattern: Words, words: str) -> bool:
    """A pattern in any language is found; in time that grows with the words alone, whatever the pattern."""
    return any(_compiled(each).search(words) is not None for each in pattern.values())


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> _Pattern:
    return cast(_Pattern, re2.compile(pattern, _options))
