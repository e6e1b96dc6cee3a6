"""A survey of twenty questions of every type, some of them conditional, and what the n-th person answers to it."""

from dataclasses import replace
from itertools import cycle, islice

from flows.participation.survey import CHOSEN, MATRICES, WRITTEN, Condition, ConditionType, Question, Survey, Type
from tests.towns import a_question, a_survey

SLUG = "habits"
OPTIONS = ("One", "Two", "Three", "Four", "Five")
ROWS = ("Bus", "Train", "Bike")
CONDITIONAL = {"q08": ("q06", "one"), "q12": ("q06", "two"), "q16": ("q06", "one"), "q19": ("q11", "three")}
"""By question: the one that it depends on, and the option of it."""
_TYPES = (
    *(Type.SINGLE_OPTION,) * 6,
    *(Type.MULTIPLE_OPTION, Type.MULTIPLE_OPTION, Type.SORTING, Type.SHORT_ANSWER, Type.SINGLE_OPTION),
    *(Type.SINGLE_OPTION, Type.MATRIX_SINGLE, Type.MULTIPLE_OPTION, Type.LONG_ANSWER, Type.SINGLE_OPTION),
    *(Type.SORTING, Type.MATRIX_MULTIPLE, Type.MULTIPLE_OPTION, Type.SHORT_ANSWER),
)
_WORDS = ("More buses at night", "Nothing", "Wider pavements; and shade", "Trees, benches, water", "A library")


def survey() -> Survey:
    """The first five questions fit into one SMS."""
    return a_survey(SLUG, *(_question(number, type) for number, type in enumerate(_TYPES, 1)))


def _question(number: int, type: Type) -> Question:
    slug = f"q{number:02}"
    options = () if type in WRITTEN else OPTIONS[:2] if number <= 5 else OPTIONS
    question = a_question(slug, f"Habit {number}?", type, options, ROWS if type in MATRICES else ())
    if slug not in CONDITIONAL:
        return question
    on, option = CONDITIONAL[slug]
    return replace(question, conditions=(Condition(on, ConditionType.EQUAL, option),))


def answers_of(survey: Survey, person: int) -> dict[str, str]:
    """By item, as they are kept; of what is asked of that person alone."""
    given: dict[str, str] = {}
    for number, question in enumerate(survey.questions, 1):
        if question.slug in CONDITIONAL:
            on, option = CONDITIONAL[question.slug]
            if given.get(on) != option:
                continue
        keys = [f"{question.slug}.{row.slug}" for row in question.rows] or [question.slug]
        for place, key in enumerate(keys):
            given[key] = _answer(question, person * 7919 // (number + place) + number * place)
    return given


def _answer(question: Question, chance: int) -> str:
    slugs = [option.slug for option in question.options]
    if question.type in WRITTEN:
        return _WORDS[chance % len(_WORDS)]
    first = chance % len(slugs)
    if question.type is Type.SORTING:
        return " ".join(islice(cycle(slugs), first, first + len(slugs)))
    if question.type in CHOSEN - {Type.MULTIPLE_OPTION} or question.type is Type.MATRIX_SINGLE:
        return slugs[first]
    return " ".join(slug for place, slug in enumerate(slugs) if place == first or (chance >> place) % 3 == 0)
