"""Several answers in one message: what is said for each question, and what nobody can tell."""

import pytest

from flows.marks import read_marks

IS_FREE = {1: False, 2: False, 3: False, 4: True, 5: True}


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("1b 2a 3c", {1: "b", 2: "a", 3: "c"}),
        ("1B,2A; 3C.", {1: "b", 2: "a", 3: "c"}),
        ("1: b", {1: "b"}),
        ("1: b, 2: sí", {1: "b", 2: "sí"}),
        ("1. b\n2 - sí\n3) no", {1: "b", 2: "sí", 3: "no"}),
        ("1 b 2 a", {1: "b", 2: "a"}),
        ("١b ٢a ４: banc", {1: "b", 2: "a", 4: "banc"}),
        ("\u200e1b \u200e2a", {1: "b", 2: "a"}),
        ("1b 2a 4: un banc a la vora del riu", {1: "b", 2: "a", 4: "un banc a la vora del riu"}),
        ("4: bancs 5: i una font", {4: "bancs", 5: "i una font"}),
        ("4: bancs,\ni taules\n1b", {4: "bancs,\ni taules", 1: "b"}),
        ("4: a les 3:30 de la tarda, carrer 9a", {4: "a les 3:30 de la tarda, carrer 9a"}),
    ],
)
def test_answers_are_told_apart(text: str, given: dict[int, str]) -> None:
    marked = read_marks(text, IS_FREE)
    assert marked is not None
    assert marked.given == given
    assert not marked.unclear


@pytest.mark.parametrize(
    ("text", "unclear"),
    [
        ("1a 1b", {1}),
        ("1a o potser 1b", {1}),
        ("1b 2a gràcies", {2}),
        ("2 a la plaça", {2}),
        ("4: portal 3b", {3, 4}),
        ("4: a les 5: tothom 5: res", {4, 5}),
    ],
)
def test_what_can_be_read_in_two_ways_is_no_answer(text: str, unclear: set[int]) -> None:
    marked = read_marks(text, IS_FREE)
    assert marked is not None
    assert marked.unclear == unclear
    assert not unclear & marked.given.keys()


@pytest.mark.parametrize("text", ["", "b", "1", "hola", "hola 1b", "1b2a", "3 bancs", "10.000 firmes"])
def test_what_does_not_begin_with_a_mark_is_not_several_answers(text: str) -> None:
    assert read_marks(text, IS_FREE) is None


def test_the_number_of_no_question_is_told() -> None:
    marked = read_marks("9a 1b", IS_FREE)
    assert marked is not None
    assert (marked.given, marked.unknown) == ({1: "b"}, {9})
