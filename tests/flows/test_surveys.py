"""Surveys: open or not, once per person, with the revision that was answered."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlmodel import select

from flows.participation import consent, surveys
from flows.participation.answers import check
from flows.participation.conditions import asked
from flows.participation.refusal import Reason, Refused
from storage.responses import Response
from storage.tenants import SurveyRevision
from tests.flows.hall import PARK, SHADE, Citizen, vilanova
from tests.towns import a_survey, local, said

ANSWERS = {"often": "daily", "why": " Benches ", "dogs": ""}


def why(rule: Callable[[], object]) -> Reason | None:
    try:
        rule()
    except Refused as refused:
        return refused.reason
    return None


@pytest.fixture
def respondent(citizen: Citizen) -> Citizen:
    """Someone with no public name: a survey needs none."""
    citizen.act(lambda turn: consent.attest_age(turn, 16, "16?"))
    citizen.act(consent.accept_terms)
    return citizen


def test_a_response_is_kept_with_its_revision(respondent: Citizen) -> None:
    receipt = respondent.act(lambda turn: surveys.submit(turn, PARK, ANSWERS).receipt)
    assert len(receipt) == 8
    kept = respondent.act(
        lambda turn: [
            (each.survey, each.revision, each.answers, each.participant_id, each.receipt)
            for each in turn.db.all(select(Response))
        ]
    )
    assert kept == [("park", PARK.hash, {"often": "daily", "why": "Benches"}, respondent.id, receipt)]
    pinned = respondent.act(lambda turn: [(each.hash, each.content) for each in turn.db.all(select(SurveyRevision))])
    assert pinned == [(PARK.hash, PARK.content)]


def test_a_person_answers_once(respondent: Citizen) -> None:
    receipt = respondent.act(lambda turn: surveys.submit(turn, PARK, ANSWERS).receipt)
    with pytest.raises(Refused) as refused:
        respondent.act(lambda turn: surveys.submit(turn, PARK, ANSWERS))
    assert refused.value.reason is Reason.ALREADY_ANSWERED
    assert refused.value.facts == {"survey": PARK.title, "on": respondent.now, "receipt": receipt}
    assert respondent.act(lambda turn: turn.db.count(select(Response))) == 1


OPEN: dict[str, Reason | None] = {
    "2026-10-31 23:59:59": Reason.NOT_BEGUN,
    "2026-11-01 00:00": None,
    "2026-12-03 23:59:59": None,
    "2026-12-04 00:00": Reason.ALLOWED_UNTIL,
    "2027-02-01 00:00": Reason.ENDED,
}


def test_a_survey_is_open_to_the_last_second(respondent: Citizen) -> None:
    def found(moment: str) -> Reason | None:
        respondent.now = local(moment)
        return why(lambda: respondent.act(lambda turn: surveys.check_may_answer(turn, "park")))

    assert {moment: found(moment) for moment in OPEN} == OPEN


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ({"often": "daily"}, Reason.QUESTION_UNANSWERED),
        ({"often": "weekly", "why": "x"}, Reason.OPTION_UNKNOWN),
        ({"often": "daily", "why": "x" * 21}, Reason.TEXT_TOO_LONG),
        ({"often": "daily", "why": "\u200b"}, Reason.TEXT_EMPTY),
        ({"often": "daily", "why": "x" * 20, "dogs": "maybe"}, Reason.OPTION_UNKNOWN),
        ({"often": "daily", "why": "x" * 20, "dogs": "yes"}, None),
        ({"often": "daily", "why": "x" * 20}, None),
    ],
)
def test_every_answer_keeps_its_questions_rule(answers: dict[str, str], reason: Reason | None) -> None:
    def check_all() -> None:
        for item in asked(PARK, {}):
            check(item, answers.get(item.key, ""))

    assert why(check_all) is reason


def test_answers_are_checked_again_when_they_are_sent(respondent: Citizen) -> None:
    answers = {"often": "weekly", "why": "x"}
    assert why(lambda: respondent.act(lambda turn: surveys.submit(turn, PARK, answers))) is Reason.OPTION_UNKNOWN
    respondent.now = local("2026-12-04 00:00")
    assert why(lambda: respondent.act(lambda turn: surveys.submit(turn, PARK, ANSWERS))) is Reason.ALLOWED_UNTIL
    assert respondent.act(lambda turn: turn.db.count(select(Response))) == 0


def test_the_age_is_the_processs(citizen: Citizen) -> None:
    citizen.act(lambda turn: consent.attest_age(turn, 14, "14?"))
    citizen.act(consent.accept_terms)
    assert why(lambda: citizen.act(lambda turn: surveys.submit(turn, PARK, ANSWERS))) is Reason.AGE_NOT_ATTESTED
    citizen.town = vilanova(replace(SHADE, min_age=14))
    assert why(lambda: citizen.act(lambda turn: surveys.submit(turn, PARK, ANSWERS))) is None


def test_an_unknown_survey_is_refused(respondent: Citizen) -> None:
    assert why(lambda: respondent.act(lambda turn: surveys.check_may_answer(turn, "lost"))) is Reason.SURVEY_UNKNOWN


def test_a_survey_of_a_process_that_is_not_approved_is_unknown(respondent: Citizen) -> None:
    respondent.town = vilanova(replace(SHADE, is_supervised=True))
    assert why(lambda: respondent.act(lambda turn: surveys.check_may_answer(turn, "park"))) is Reason.SURVEY_UNKNOWN


def test_a_new_revision_is_pinned_beside_the_old_one(respondent: Citizen) -> None:
    respondent.act(lambda turn: surveys.submit(turn, PARK, ANSWERS))
    changed = a_survey("park", *PARK.questions, title=said("The park again"))
    other = Citizen(respondent.store, replace(respondent.town, surveys=(changed,)), respondent.now)
    other.act(lambda turn: consent.attest_age(turn, 16, "16?"))
    other.act(consent.accept_terms)
    other.act(lambda turn: surveys.submit(turn, changed, ANSWERS))
    revisions = other.act(lambda turn: sorted(each.revision for each in turn.db.all(select(Response))))
    assert revisions == [PARK.hash, changed.hash]
