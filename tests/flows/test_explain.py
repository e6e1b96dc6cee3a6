"""Every refusal has its explanation, in every language, with every fact in words."""

import re
from datetime import timedelta

import pytest

from flows.explain import explain
from flows.explanations import EXPLANATIONS
from flows.participation.process import Action
from flows.participation.refusal import Reason, Refused
from flows.text import NAMES
from tests.flows.hall import Citizen
from tests.towns import local, said

FACTS: dict[str, object] = {
    "process": said("More shade"),
    "phase": said("Ideas"),
    "survey": said("The park"),
    "debate": said("The old school"),
    "code": "A2B3C4",
    "question": said("Dogs?"),
    "action": Action.PROPOSE,
    "opens_on": local("2027-01-11 00:00"),
    "last_day": local("2026-12-04 00:00"),
    "on": local("2026-11-20 18:00"),
    "since": local("2026-11-20 18:00"),
    "why": "spam",
    "within": timedelta(minutes=90),
    "until": local("2026-11-25 18:42"),
    "receipt": "ABCD2345",
    "reference": "VIL-PROP-2026-11-0042",
    "marks": "!!",
    "word": "small",
    "state": "lost",
    "states": "accepted, rejected",
    "age": 16,
    "least": 15,
    "most": 150,
    "example": "+34 600 000 001",
    "length": 14,
    "count": 2,
}


def test_every_reason_is_explained() -> None:
    assert set(EXPLANATIONS) == set(Reason)


@pytest.mark.parametrize("language", sorted(NAMES))
def test_an_explanation_is_whole_in_every_language(citizen: Citizen, language: str) -> None:
    citizen.language = language
    explained = citizen.act(lambda turn: {reason: explain(turn, Refused(reason, **FACTS)) for reason in Reason})
    for reason, words in explained.items():
        assert len(words) > 20, reason
        assert not re.search(r"[{}]|Mapping|datetime", words), words
    if language != "en":
        english = citizen.act(lambda turn: [EXPLANATIONS[reason].one for reason in Reason])
        assert not set(english) & set(explained.values())


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("ca", "L'últim dia va ser dijous 3 de desembre."),
        ("es", "El último día fue el jueves 3 de diciembre."),
        ("en", "Its last day was Thursday 3 December."),
    ],
)
def test_what_ends_at_midnight_ended_the_day_before(citizen: Citizen, language: str, words: str) -> None:
    citizen.language = language
    assert words in citizen.act(lambda turn: explain(turn, Refused(Reason.ENDED, **FACTS)))


def test_a_count_takes_its_grammatical_number(citizen: Citizen) -> None:
    facts = {**FACTS, "count": 1}
    one = citizen.act(lambda turn: explain(turn, Refused(Reason.TITLE_TOO_SHORT, **facts)))
    assert one == "A title has at least 15 characters. Yours has 14: 1 more is needed."
