"""What has been answered of a survey so far, and what comes next."""

from itertools import pairwise

from flows import survey_fields
from flows.participation import surveys
from flows.participation.answers import choices_in
from flows.participation.conditions import shown
from flows.participation.moves import map_from, moved
from flows.participation.refusal import Reason, Refused
from flows.participation.spaces import process_of_survey
from flows.participation.survey import SILENT, Item, Question, Survey, Type
from flows.survey_fields import QUESTION
from flows.turn import Turn

REVISION = "revision"
"""Under this the draft keeps the hash of the survey that it began with."""
SENT = "sent"
"""Under this a draft of what was sent before keeps its receipt."""
WORDS = "words:"
"""The step that asks for the words of a free option: "words:item.option"."""


def current(turn: Turn) -> Survey:
    """The survey of the turn as it is now. Asked at every question: whoever comes back weeks later is told at once that
    the time is over."""
    survey = turn.town.survey(turn.about)
    if survey is None:
        raise Refused(Reason.SURVEY_UNKNOWN)
    surveys.check_open(turn, survey, process_of_survey(turn.db, turn.town, survey.slug, turn.now))
    return survey


def begun(turn: Turn) -> Survey:
    """The revision that this draft began with."""
    return surveys.revision_of(turn, current(turn), turn.answers.get(REVISION, ""))


def to_go_on(turn: Turn) -> Survey | None:
    """The revision that this draft began with; None where the survey has changed since, and its file says how a draft
    goes on."""
    survey, revision = current(turn), turn.answers.get(REVISION, "")
    if revision in ("", survey.hash):
        return survey
    return None if map_from(survey, revision) else surveys.revision_of(turn, survey, revision)


def move(turn: Turn) -> int:
    """Go on in the survey as it is now; returns how many answers do not fit in it."""
    survey, earlier = current(turn), begun(turn)
    if (by := map_from(survey, earlier.hash)) is None:
        return 0
    taken, lost = moved(answers(turn, earlier), earlier, survey, by)
    for key in [key for key in turn.answers if key.startswith((QUESTION, WORDS))]:
        del turn.answers[key]
    turn.answers.update({f"{QUESTION}{key}": answer for key, answer in taken.items()})
    turn.answers[REVISION] = survey.hash
    turn.trail[:] = [each for each in turn.trail if each.key in turn.answers or not each.label]
    return lost


def answers(turn: Turn, survey: Survey) -> dict[str, str]:
    """The draft's answers by item, those that are not asked any more among them; of files their names."""
    given: dict[str, str] = {}
    for question in survey.questions:
        for item in question.items:
            if (answer := turn.answers.get(survey_fields.step_of(item))) is not None:
                if question.type is Type.FILES:
                    answer = survey_fields.files_of(turn, item)
                elif question.has_free:
                    answer = _whole(turn, item, answer)
                given[item.key] = answer
    return given


def ahead(turn: Turn, survey: Survey, rest: list[Item]) -> tuple[str, ...]:
    """The steps that come after the first of these whatever is answered there: up to words in between, a question that
    may yet be asked, or one that depends on the ones before it."""
    steps = []
    unknown = {rest[0].question.slug}
    places = {question.slug: place for place, question in enumerate(survey.questions)}
    for before, item in pairwise(rest):
        question = item.question
        depends = any(condition.question in unknown for condition in question.conditions)
        are_parted = places[question.slug] > places[before.question.slug] + 1
        if depends or are_parted or before.question.has_free or question.type is Type.FILES:
            break
        if survey_fields.step_of(item) not in turn.answers:
            steps.append(survey_fields.step_of(item))
        unknown.add(question.slug)
    return tuple(steps)


def said_between(survey: Survey, answers: dict[str, str], before: Item | None, after: Item | None) -> list[Question]:
    """The words that stand between two items."""
    if before is not None and after is not None and before.question is after.question:
        return []
    questions = shown(survey, answers)
    places = {question.slug: place for place, question in enumerate(questions)}
    first = places[before.question.slug] + 1 if before else 0
    last = places[after.question.slug] if after else len(questions)
    return [each for each in questions[first:last] if each.type in SILENT and each.text]


def hidden(survey: Survey, answers: dict[str, str]) -> list[Question]:
    """Questions that were answered and are not asked any more."""
    is_shown = {question.slug for question in shown(survey, answers)}
    answered = {key.partition(".")[0] for key, answer in answers.items() if answer}
    return [each for each in survey.questions if each.slug in answered and each.slug not in is_shown]


def _whole(turn: Turn, item: Item, answer: str) -> str:
    """An answer with the words that were asked for apart."""
    prefix = f"{WORDS}{item.key}."
    said = {option: turn.answers.get(f"{prefix}{option}", "") for option in choices_in(answer).options}
    words = {option: text for option, text in said.items() if text}
    return survey_fields.with_words(answer, words) if words else answer
