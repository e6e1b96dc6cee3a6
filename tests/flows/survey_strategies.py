"""Surveys of any shape, and answers to them, for tests that try many."""

from typing import Any

from hypothesis import strategies as st

from flows.participation.answers import kept
from flows.participation.survey import (
    CHOSEN,
    SILENT,
    WRITTEN,
    Condition,
    ConditionType,
    Item,
    Question,
    Survey,
    Type,
)
from tests.towns import a_question, a_survey, said

ASKED = sorted({*Type} - {Type.FILES})
NAMES = ("Apple", "Pear", "Plum", "Fig+")
ROWS = ("Bus", "Train")


@st.composite
def surveys(draw: st.DrawFn) -> Survey:
    """One to seven questions of every type but files, with conditions on those before."""
    questions: list[Question] = []
    for place in range(draw(st.integers(1, 7))):
        type = draw(st.sampled_from(ASKED if place else sorted({*ASKED} - SILENT)))
        conditions = draw(st.lists(_conditions(questions), max_size=3)) if questions else []
        questions.append(draw(_questions(f"q{place}", type, tuple(conditions))))
    return a_survey("any", *questions)


@st.composite
def answers_to(draw: st.DrawFn, item: Item) -> str:
    """An answer as it is kept, "" where it is passed over."""
    question = item.question
    if not question.is_mandatory and draw(st.booleans()):
        return ""
    slugs = [option.slug for option in question.options]
    if question.type in WRITTEN:
        return draw(st.sampled_from(["bench", "apple tree", "a fig, please", "water"]))
    if question.type is Type.SORTING:
        return " ".join(draw(st.permutations(slugs)))
    if question.type in (Type.SINGLE_OPTION, Type.MATRIX_SINGLE):
        chosen = [draw(st.sampled_from(slugs))]
    else:
        most = question.max_choices or len(slugs)
        several = draw(st.sets(st.sampled_from(slugs), min_size=1, max_size=most))
        chosen = [slug for slug in slugs if slug in several]
    free = {option.slug for option in question.options if option.is_free and question.type in CHOSEN}
    words = {slug: draw(st.sampled_from(["jam", "green apple"])) for slug in chosen if slug in free}
    return kept(chosen, words)


@st.composite
def _questions(draw: st.DrawFn, slug: str, type: Type, conditions: tuple[Condition, ...]) -> Question:
    more: dict[str, Any] = {"conditions": conditions, "is_mandatory": draw(st.booleans())}
    if type in WRITTEN or type in SILENT:
        return a_question(slug, f"About {slug}", type, **more)
    names = NAMES if type in CHOSEN else NAMES[:3]
    count = draw(st.integers(2, len(names)))
    if type in (Type.MULTIPLE_OPTION, Type.MATRIX_MULTIPLE):
        more["max_choices"] = draw(st.integers(0, count))
    rows = ROWS if type in (Type.MATRIX_SINGLE, Type.MATRIX_MULTIPLE) else ()
    return a_question(slug, f"About {slug}", type, names[-count:], rows, **more)


@st.composite
def _conditions(draw: st.DrawFn, earlier: list[Question]) -> Condition:
    question = draw(st.sampled_from([each for each in earlier if each.type not in SILENT]))
    types = [ConditionType.ANSWERED, ConditionType.NOT_ANSWERED]
    if question.type in CHOSEN:
        types += [ConditionType.EQUAL, ConditionType.NOT_EQUAL]
    if question.type in CHOSEN | WRITTEN:
        types.append(ConditionType.MATCH)
    type = draw(st.sampled_from(types))
    is_of_option = type in (ConditionType.EQUAL, ConditionType.NOT_EQUAL)
    option = draw(st.sampled_from(question.options)).slug if is_of_option else ""
    pattern = said(draw(st.sampled_from(["apple", "^b", "fig|water"]))) if type is ConditionType.MATCH else {}
    return Condition(question.slug, type, option, pattern, draw(st.booleans()))
