"""Surveys: open or not, once per person, kept with the revision that was answered."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, time

from flows.participation import consent
from flows.participation.answers import check
from flows.participation.attachments import want
from flows.participation.conditions import asked
from flows.participation.process import Process
from flows.participation.refusal import Reason, Refused, why_not
from flows.participation.revision import survey_of
from flows.participation.spaces import Possible, check_can_answer, process_of_survey
from flows.participation.survey import Survey, Type
from flows.turn import Handed, Turn
from storage.audit import record
from storage.outbox import forget_sent
from storage.participants import Address
from storage.responses import Given, Respondent, Response, add_response, answered_surveys, response_of
from storage.row import new_id_of_day
from storage.tenants import SurveyRevision

_RECEIPT_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_RECEIPT_LENGTH = 8


def check_may_answer(turn: Turn, slug: str) -> tuple[Survey, Process]:
    """The survey and its process, if it is open now and this person has not answered it, or may change the answers."""
    process = process_of_survey(turn.db, turn.town, slug, turn.now)
    survey = turn.town.survey(slug)
    if survey is None:
        raise Refused(Reason.SURVEY_UNKNOWN)
    before = response_of(turn.db, slug, turn.participant_id)
    if before is not None and not before.receipt:
        raise Refused(Reason.ALREADY_ANSWERED_UNNAMED, survey=survey.title)
    if before is not None and not survey.is_editable:
        raise _answered(survey, before)
    closed = why_not(lambda: check_open(turn, survey, process))
    if closed is not None:
        raise _answered(survey, before) if before is not None else closed
    return survey, process


def check_open(turn: Turn, survey: Survey, process: Process) -> None:
    """It can be answered now: its own dates and a phase of its process allow it."""
    if survey.starts_at is not None and turn.now < survey.starts_at:
        raise Refused(Reason.SURVEY_NOT_BEGUN, survey=survey.title, opens_on=survey.starts_at)
    if survey.has_closed(turn.now):
        raise Refused(Reason.SURVEY_CLOSED, survey=survey.title, last_day=survey.ends_at)
    check_can_answer(process, survey.slug, turn.now)


def answered_among(turn: Turn, possible: Iterable[Possible]) -> frozenset[str]:
    """The slugs of the surveys that this person has answered, where any is open in these processes."""
    if not any(each.surveys for each in possible):
        return frozenset()
    return answered_surveys(turn.db, turn.participant_id)


def revision_of(turn: Turn, survey: Survey, revision: str) -> Survey:
    """The survey as it was when someone began to answer it; as it is now where nothing is known of that revision."""
    if revision in ("", survey.hash):
        return survey
    stored = turn.db.find(SurveyRevision, survey.slug, revision)
    if stored is None:
        return survey
    earlier = survey_of(survey.slug, survey.code, revision, stored.content)
    return replace(survey, hash=revision, questions=earlier.questions, content=earlier.content, moved=())


def response_to(turn: Turn, survey: Survey) -> Response | None:
    """This person's own answers to it, where they are known to be theirs."""
    given = response_of(turn.db, survey.slug, turn.participant_id)
    return turn.db.find(Response, given.id) if given is not None and given.id else None


def submit(
    turn: Turn,
    survey: Survey,
    answers: Mapping[str, str],
    files: Mapping[str, Iterable[Handed]] = {},
    paces: Mapping[str, list[int]] = {},
    has_agreed: bool = False,
) -> Given:
    """Hand in the answers (by item) to this revision, all checked again; what is not asked any more is left out.

    Applying the files has kept the revision.
    """
    current, process = check_may_answer(turn, survey.slug)
    consent.check(turn, process.min_age, needs_name=False, is_guest=current.is_open_to_guests)
    if current.terms and not has_agreed:
        raise Refused(Reason.SURVEY_TERMS_NOT_ACCEPTED)
    items = asked(survey, answers)
    checked = {item.key: check(item, answers.get(item.key, "")) for item in items}
    kept = {key: answer for key, answer in checked.items() if answer}
    timed = {key: paces[key] for key in checked if key in paces}
    before = response_to(turn, survey)
    if before is not None:
        before.answers, before.revision, before.edited_at = kept, survey.hash, turn.now
        given = Given(before.receipt, before.submitted_at, before.id)
    else:
        given = _add(turn, current, survey.hash, kept, timed)
    for item in items:
        if item.question.type is Type.FILES:
            want(turn, f"response:{given.receipt}", files.get(item.key, ()))
    detail = {"revision": survey.hash, "is_edited": before is not None}
    record(turn.db, turn.actor, "survey_answered", f"survey:{survey.slug}", turn.now, detail)
    return given


def _add(turn: Turn, survey: Survey, revision: str, answers: dict[str, str], paces: dict[str, list[int]]) -> Given:
    """A new response. Nothing in an anonymous one tells when in the day it was given, nor who gave it."""
    receipt = "".join(secrets.choice(_RECEIPT_ALPHABET) for _ in range(_RECEIPT_LENGTH))
    is_anonymous = survey.is_anonymous
    day = _midnight(turn)
    address = turn.db.find(Address, turn.address_id) if turn.address_id else None
    response = Response(
        survey=survey.slug,
        revision=revision,
        participant_id=None if is_anonymous else turn.participant_id,
        receipt=receipt,
        answers=answers,
        channel=turn.channel,
        language=turn.language,
        submitted_at=day if is_anonymous else turn.now,
        is_registered=consent.missing(turn, needs_name=False) in (None, consent.Missing.UPDATES),
        is_verified=address is not None and address.proved_at is not None,
        paces=paces,
    )
    if is_anonymous:
        response.id = new_id_of_day(day)
        turn.db.add(Respondent(survey=survey.slug, participant_id=turn.participant_id))
        forget_sent(turn.db, turn.participant_id)
        turn.leaves_no_trace = True
    add_response(turn.db, response)
    return Given(receipt, response.submitted_at, 0 if is_anonymous else response.id)


def _midnight(turn: Turn) -> datetime:
    today = turn.now.astimezone(turn.town.zone).date()
    return datetime.combine(today, time(), turn.town.zone).astimezone(UTC)


def _answered(survey: Survey, before: Given) -> Refused:
    facts = {"survey": survey.title, "on": before.submitted_at, "receipt": before.receipt}
    return Refused(Reason.ALREADY_ANSWERED, **facts)
