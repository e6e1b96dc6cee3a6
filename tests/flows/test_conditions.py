"""Display conditions against a truth table written by hand, and against an independent reading of Decidim's rule."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.participation.conditions import NotAPattern, asked, check_pattern, holds, shown
from flows.participation.survey import Condition, ConditionType, Question, Type
from tests.towns import a_question, a_survey, said

FRUIT = a_question("fruit", options=("Apple", "Pear", "Fig+"), is_mandatory=False)
MANY = a_question("many", type=Type.MULTIPLE_OPTION, options=("Apple", "Pear", "Fig+"), is_mandatory=False)
WORDS = a_question("words", type=Type.SHORT_ANSWER, is_mandatory=False)
ORDER = a_question("order", type=Type.SORTING, options=("Apple", "Pear"), is_mandatory=False)
GRID = a_question("grid", type=Type.MATRIX_SINGLE, options=("Good", "Bad"), rows=("Bus", "Train"), is_mandatory=False)
PHOTO = a_question("photo", type=Type.FILES)
TALK = a_question("talk", type=Type.TITLE_AND_DESCRIPTION)

E, N, M = ConditionType.EQUAL, ConditionType.NOT_EQUAL, ConditionType.MATCH
A, X = ConditionType.ANSWERED, ConditionType.NOT_ANSWERED
TABLE: list[tuple[Question, dict[str, str], ConditionType, str, bool]] = [
    (FRUIT, {}, A, "", False),
    (FRUIT, {"fruit": ""}, A, "", False),
    (FRUIT, {"fruit": "apple"}, A, "", True),
    (FRUIT, {}, X, "", True),
    (FRUIT, {"fruit": ""}, X, "", True),
    (FRUIT, {"fruit": "apple"}, X, "", False),
    (FRUIT, {}, E, "apple", False),
    (FRUIT, {"fruit": "apple"}, E, "apple", True),
    (FRUIT, {"fruit": "pear"}, E, "apple", False),
    (FRUIT, {}, N, "apple", False),  # unanswered is neither equal nor not equal
    (FRUIT, {"fruit": "apple"}, N, "apple", False),
    (FRUIT, {"fruit": "pear"}, N, "apple", True),
    (FRUIT, {"fruit": "fig\nfig apple jam"}, E, "fig", True),
    (MANY, {"many": "apple pear"}, E, "pear", True),
    (MANY, {"many": "apple pear"}, N, "pear", False),
    (MANY, {"many": "apple"}, N, "pear", True),
    (MANY, {}, N, "pear", False),
    (FRUIT, {"fruit": "apple"}, M, "APP", True),
    (FRUIT, {"fruit": "apple"}, M, "^app.e", True),
    (FRUIT, {"fruit": "apple"}, M, r"\(ca\)", True),  # the name in any language
    (FRUIT, {"fruit": "pear"}, M, "app", False),
    (FRUIT, {"fruit": "fig\nfig green APPLE"}, M, "apple", True),  # the words of a free option
    (FRUIT, {}, M, ".*", False),
    (MANY, {"many": "apple pear"}, M, "^pear", True),
    (WORDS, {"words": "L'AUTOBÚS"}, M, "autobús", True),
    (WORDS, {"words": "metro"}, M, "autobús|tren", False),
    (WORDS, {"words": "metro"}, A, "", True),
    (WORDS, {}, M, "", False),
    (ORDER, {"order": "pear apple"}, A, "", True),
    (ORDER, {"order": "pear apple"}, E, "pear", False),
    (GRID, {"grid.bus": "good"}, A, "", True),  # in any row
    (GRID, {"grid.bus": "", "grid.train": ""}, A, "", False),
    (GRID, {"grid.bus": ""}, X, "", True),
    (PHOTO, {"photo": "a.jpg"}, A, "", True),
    (PHOTO, {}, X, "", True),
    (TALK, {"talk": "x"}, A, "", False),
]


@pytest.mark.parametrize(("question", "answers", "test", "value", "truth"), TABLE)
def test_a_condition_holds_as_the_table_says(
    question: Question, answers: dict[str, str], test: ConditionType, value: str, truth: bool
) -> None:
    pattern = {"en": value} if test is M else {}
    condition = Condition(question.slug, test, value if test in (E, N) else "", pattern)
    assert holds(condition, question, answers) is truth
    blank = test is X
    assert holds(condition, None, answers) is blank  # what is not asked itself is blank


@pytest.mark.parametrize("truths", [*product([True, False], repeat=4)])
@pytest.mark.parametrize("marks", [*product([True, False], repeat=4)])
def test_mandatory_conditions_must_all_hold_and_then_the_others_are_ignored(
    truths: tuple[bool, ...], marks: tuple[bool, ...]
) -> None:
    tested = [a_question(f"q{place}", options=("Yes", "No"), is_mandatory=False) for place in range(4)]
    conditions = tuple(Condition(f"q{place}", E, "yes", is_mandatory=mark) for place, mark in enumerate(marks))
    survey = a_survey("s", *tested, a_question("last", options=("A", "B"), conditions=conditions))
    answers = {f"q{place}": "yes" if truth else "no" for place, truth in enumerate(truths)}
    must = [truth for truth, mark in zip(truths, marks, strict=True) if mark]
    expected = all(must) if must else any(truths)
    assert ("last" in {each.slug for each in shown(survey, answers)}) is expected


def test_what_is_hidden_is_blank_down_a_chain() -> None:
    def follows(slug: str, before: str) -> Question:
        return a_question(slug, options=("Yes", "No"), conditions=(Condition(before, E, "yes"),))

    survey = a_survey(
        "chain",
        a_question("a", options=("Yes", "No")),
        follows("b", "a"),
        follows("c", "b"),
        follows("d", "c"),
        a_question("e", options=("Yes", "No"), conditions=(Condition("d", X),)),
    )
    every = dict.fromkeys("abcde", "yes")
    assert [item.key for item in asked(survey, every)] == ["a", "b", "c", "d"]
    assert [item.key for item in asked(survey, {**every, "a": "no"})] == ["a", "e"]
    assert [item.key for item in asked(survey, {**every, "c": "no"})] == ["a", "b", "c", "e"]
    assert [item.key for item in asked(survey, {})] == ["a", "e"]


@pytest.mark.parametrize("pattern", ["(", "a{2,1}", "(?=x)", r"(a)\1", "[z-a]"])
def test_what_is_no_pattern_says_why(pattern: str) -> None:
    with pytest.raises(NotAPattern, match=r"\w"):
        check_pattern(pattern)


def test_a_pattern_that_would_explode_elsewhere_is_harmless() -> None:
    condition = Condition("words", M, pattern=said("(a+)+$"))
    assert not holds(condition, WORDS, {"words": "a" * 10_000 + "!"})


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_answer_is_read_by_any_pattern_that_is_one(words: str, pattern: str) -> None:
    try:
        check_pattern(pattern)
    except NotAPattern:
        return
    answers = {"words": words}
    assert holds(Condition("words", M, pattern={"ca": pattern}), WORDS, answers) in (True, False)
