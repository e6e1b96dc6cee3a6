"""Surveys: open or not, once per person, kept with the revision that was answered."""

import secrets
from collections.abc import Iterable, Mapping

from flows.participation import consent
from flows.participation.process import Process
from flows.participation.refusal import Reason, Refused
from flows.participation.spaces import Possible, check_can_answer, process_of_survey
from flows.participation.survey import Question, Survey
from flows.participation.writing import paragraphs
from flows.turn import Turn
from storage.audit import record
from storage.responses import Given, add_response, answered_surveys, response_of

_RECEIPT_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_RECEIPT_LENGTH = 8


def check_may_answer(turn: Turn, slug: str) -> tuple[Survey, Process]:
    """The survey and its process, if it is open now and this person has not answered it."""
    process = process_of_survey(turn.db, turn.town, slug, turn.now)
    survey = turn.town.survey(slug)
    if survey is None:
        raise Refused(Reason.SURVEY_UNKNOWN)
    before = response_of(turn.db, slug, turn.participant_id)
    if before is not None:
        facts = {"survey": survey.title, "on": before.submitted_at, "receipt": before.receipt}
        raise Refused(Reason.ALREADY_ANSWERED, **facts)
    check_can_answer(process, slug, turn.now)
    return survey, process


def answered_among(turn: Turn, possible: Iterable[Possible]) -> frozenset[str]:
    """The slugs of the surveys that this person has answered, where any is open in these processes."""
    if not any(each.surveys for each in possible):
        return frozenset()
    return answered_surveys(turn.db, turn.participant_id)


def check_text(text: str, question: Question) -> str:
    """Short words of the citizen's own."""
    answer = paragraphs(text)
    most = question.max_characters
    if not answer:
        raise Refused(Reason.TEXT_EMPTY)
    if len(answer) > most:
        raise Refused(Reason.TEXT_TOO_LONG, length=len(answer), most=most, count=len(answer) - most)
    return answer


def check_answer(answer: str, question: Question) -> str:
    """An answer as it is kept: an option's slug, or words; "" where the question may be passed over."""
    if not answer:
        if question.is_mandatory:
            raise Refused(Reason.QUESTION_UNANSWERED, question=question.text, slug=question.slug)
        return ""
    if not question.options:
        return check_text(answer, question)
    if all(answer != option.slug for option in question.options):
        raise Refused(Reason.OPTION_UNKNOWN, question=question.text, slug=question.slug)
    return answer


def submit(turn: Turn, slug: str, answers: Mapping[str, str]) -> Given:
    """Hand in the participant's answers (by question), all checked again. Applying the files has kept the revision."""
    survey, process = check_may_answer(turn, slug)
    consent.check(turn, process.min_age, needs_name=False)
    checked = {question.slug: check_answer(answers.get(question.slug, ""), question) for question in survey.questions}
    given = Given("".join(secrets.choice(_RECEIPT_ALPHABET) for _ in range(_RECEIPT_LENGTH)), turn.now)
    kept = {question: answer for question, answer in checked.items() if answer}
    add_response(turn.db, survey.slug, survey.hash, turn.participant_id, given, kept, turn.channel, turn.language)
    detail = {"revision": survey.hash}
    record(turn.db, turn.actor, "survey_answered", f"survey:{slug}", turn.now, detail)
    return given
