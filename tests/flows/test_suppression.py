"""What is published about groups: what was counted, or nothing; and no small group can be told from the rest."""

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.participation.answers import choices_in
from flows.participation.conditions import asked
from flows.participation.figures import Figure, Results, plain, publishable, read
from flows.participation.suppression import FEWEST, Cells, is_too_few, parts, shares
from flows.participation.survey import CHOSEN, MATRICES, Condition, ConditionType, Survey, Type
from flows.participation.tally import tally
from storage.responses import Counted
from tests.conftest import NOW
from tests.flows.survey_strategies import answers_to, surveys
from tests.towns import a_question, a_survey

MANY = 3000 if os.environ.get("SOAK") else 60
counts_of_options = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 30), min_size=1)


def response(number: int, answers: Mapping[str, str], **more: Any) -> tuple[Counted, Mapping[str, str]]:
    usual = {"channel": "sms", "language": "ca", "source": "conversation", "is_verified": True, "submitted_at": NOW}
    values: dict[str, Any] = usual | more
    return Counted(id=number, revision="r", answers={**answers}, is_registered=True, **values), answers


def results_of(survey: Survey, given: Sequence[Mapping[str, str]]) -> Results:
    return publishable(tally(survey, (response(number, each) for number, each in enumerate(given, 1))), NOW)


def possible(told: Cells, whole: int) -> list[dict[str, int]]:
    """All counts that would be told so, where they add up to that."""
    hidden = [key for key, count in told.items() if count is None]
    left = whole - sum(count or 0 for count in told.values())
    ways = (way for way in product(range(left + 1), repeat=len(hidden)) if sum(way) == left)
    guesses = ({key: count or 0 for key, count in told.items()} | dict(zip(hidden, way, strict=True)) for way in ways)
    return [guess for guess in guesses if parts(guess) == told]


@settings(max_examples=MANY, deadline=None)
@given(counts=st.dictionaries(st.sampled_from("abcd"), st.integers(0, 12), min_size=2))
def test_who_knows_the_rule_cannot_tell_a_hidden_count(counts: dict[str, int]) -> None:
    told = parts(counts)
    assert all(count in (None, counts[key]) for key, count in told.items())
    assert not [count for count in told.values() if count is not None and 0 < count < FEWEST]
    whole = sum(counts.values())
    guesses = [] if is_too_few(whole, counts, Type.SINGLE_OPTION) else possible(told, whole)
    for key, count in told.items() if guesses else ():
        is_told = len({guess[key] for guess in guesses}) == 1
        assert is_told == (count is not None), f"{counts} told as {told} can only be {guesses}"


@given(counts=counts_of_options, more=st.integers(0, 20))
def test_of_several_choices_neither_those_who_chose_nor_the_others_are_few(counts: dict[str, int], more: int) -> None:
    whole = max(counts.values()) + more
    for key, count in shares(counts, whole).items():
        if count is not None:
            assert count == counts[key]
            assert count == 0 or count >= FEWEST
            assert count == whole or whole - count >= FEWEST


@settings(max_examples=MANY, deadline=None)
@given(survey=surveys(), draw=st.data())
def test_what_is_shown_is_what_was_answered(survey: Survey, draw: st.DataObject) -> None:
    given = []
    for person in range(draw.draw(st.integers(0, 14), "people")):
        answers: dict[str, str] = {}
        for question in survey.questions:
            if question.slug in {item.question.slug for item in asked(survey, answers)}:
                answers |= {item.key: draw.draw(answers_to(item), f"{person} {item.key}") for item in question.items}
        given.append({key: answer for key, answer in answers.items() if answer})
    results = results_of(survey, given)
    assert read(plain(results)) == results
    assert results.responses == len(given)
    for figure in results.figures:
        check(survey, figure, given)


def check(survey: Survey, figure: Figure, given: Sequence[Mapping[str, str]]) -> None:
    """Counted once more, in another way."""
    question = survey.question(figure.slug)
    assert question is not None
    said = [answers for answers in given if any(answers.get(item.key) for item in question.items)]
    if 0 < len(said) < FEWEST or len(given) < FEWEST:
        assert figure.is_hidden
    if figure.is_hidden:
        assert (figure.answered, figure.lines, figure.rows) == (None, (), ())
        return
    assert figure.answered == len(said)
    if question.type in CHOSEN:
        counts = Counter(option for answers in said for option in choices_in(answers[question.slug]).options)
        assert all(line.count in (None, counts[line.slug]) for line in figure.lines)
    elif question.type is Type.SORTING:
        first = Counter(answers[question.slug].split()[0] for answers in said)
        assert all(line.count in (None, first[line.slug]) for line in figure.lines)
        for line in figure.lines if said else ():
            places = [answers[question.slug].split().index(line.slug) + 1 for answers in said]
            assert line.mean == pytest.approx(sum(places) / len(places), abs=0.006)
    elif question.type in MATRICES:
        for row in figure.rows:
            of_row = [answers[key] for answers in said if (key := f"{question.slug}.{row.slug}") in answers]
            assert row.answered in (None, len(of_row))
            counts = Counter(option for answer in of_row for option in answer.split())
            assert all(line.count in (None, counts[line.slug]) for line in row.lines)
    else:
        assert (figure.lines, figure.rows) == ((), ())


FOLLOWED = a_survey(
    "cars",
    a_question("how", options=("Car", "Bike", "Walk")),
    a_question("where", options=("Street", "Garage"), conditions=(Condition("how", ConditionType.EQUAL, "car"),)),
    a_question("why", Type.SHORT_ANSWER, conditions=(Condition("where", ConditionType.ANSWERED),)),
)


def test_who_was_asked_on_does_not_tell_how_many_chose() -> None:
    few = [{"how": "car", "where": "street", "why": "far"}] * 6 + [{"how": "bike"}] * 3 + [{"how": "walk"}] * 40
    results = results_of(FOLLOWED, few)
    how, where, why = results.figures
    assert {line.slug: line.count for line in how.lines} == {"car": None, "bike": None, "walk": 40}
    assert where.is_hidden, "9 were hidden together: 6 who were asked where would tell the 3 others"
    assert why.is_hidden, "and so would those who were asked why"


def test_channels_do_not_tell_how_many_came_on_paper() -> None:
    answers = [response(number, {"how": "walk"}) for number in range(1, 61)]
    paper = [response(number, {"how": "walk"}, source="paper", channel="", language="") for number in range(61, 64)]
    results = publishable(tally(FOLLOWED, [*answers, *paper]), NOW)
    assert (results.contacts, results.verified) == (None, None)
    assert (results.channels, results.languages) == ({}, {})
    assert results.sources == {"conversation": None, "paper": None}
    assert publishable(tally(FOLLOWED, [*answers, *paper, *paper]), NOW).sources == {"conversation": 60, "paper": 6}


def test_nothing_is_told_of_four() -> None:
    results = results_of(FOLLOWED, [{"how": "walk"}] * 4)
    assert results.is_hidden
    assert all(figure.is_hidden for figure in results.figures)
    assert (results.contacts, results.verified, results.channels, results.sources) == (None, None, {}, {})
    assert results_of(FOLLOWED, []).figures[0].is_hidden
