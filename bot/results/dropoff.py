"""Where people stop: of each question how many saw it, answered it, stumbled over it and went no further."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from statistics import median
from typing import TypeAlias

from msgspec import Struct

from bot.results.gather import Reading
from bot.session import Frame, Session
from flows.participation.survey import Survey
from flows.participation.words import Words
from flows.survey_draft import SENT
from flows.survey_fields import QUESTION
from storage.responses import Paced

ABANDONED_AFTER = timedelta(days=1)
"""Without a word: whoever comes back later is counted as going on again."""
_FLOW, _ASKING = "respond", QUESTION.rstrip(":")
_See: TypeAlias = Callable[[str, list[int], bool], None]


class Step(Struct):
    """One item. `invalid` are replies that were no answer; `seconds` is the median of those who answered."""

    key: str
    text: Words
    row: Words
    shown: int = 0
    answered: int = 0
    invalid: int = 0
    abandoned: int = 0
    seconds: float | None = None


class DropOff(Struct):
    """Of a survey: how many began, finished, are under way, or went no further."""

    survey: str
    begun: int
    finished: int
    under_way: int
    abandoned: int
    steps: list[Step]


class Draft(Struct):
    """A survey that is begun and not sent."""

    frame: Frame
    at: datetime


def drafts_in(session: Session, survey: str, at: datetime) -> Iterator[Draft]:
    """Those of one survey, among all that a person has begun. Who changes what was sent has finished once."""
    for frame in (session.frame, session.suspended, *session.drafts.values()):
        if frame is None or frame.flow != _FLOW or frame.about != survey or SENT in frame.answers:
            continue
        if frame.paces or frame.step == _ASKING:
            yield Draft(frame, at)


def drop_off(survey: Survey, responses: Iterable[Reading[Paced]], drafts: Iterable[Draft], now: datetime) -> DropOff:
    """Count them. Of what was sent it is known how long each answer took; what came on paper is not counted."""
    steps = {
        item.key: Step(item.key, item.question.text, item.row.name if item.row else {})
        for question in survey.questions
        for item in question.items
    }
    seconds: dict[str, list[int]] = {key: [] for key in steps}
    found = DropOff(survey.slug, 0, 0, 0, 0, [*steps.values()])

    def see(key: str, pace: list[int], is_answered: bool) -> None:
        if (step := steps.get(key)) is not None:
            step.shown += 1
            step.answered += is_answered
            step.invalid += pace[1]
            if is_answered:
                seconds[key].append(pace[0])

    for response, answers in responses:
        if answers is not None and response.paces:
            found.finished += 1
            for key, pace in response.paces.items():
                see(key, pace, key in answers)
    for draft in drafts:
        _see_draft(found, steps, draft, now, see)
    found.begun = found.finished + found.under_way + found.abandoned
    for key, step in steps.items():
        step.seconds = median(seconds[key]) if seconds[key] else None
    return found


def _see_draft(found: DropOff, steps: dict[str, Step], draft: Draft, now: datetime, see: _See) -> None:
    frame, is_over = draft.frame, now - draft.at > ABANDONED_AFTER
    found.abandoned += is_over
    found.under_way += not is_over
    for step, pace in frame.paces.items():
        if step.startswith(QUESTION) and step in frame.answers:
            see(step.removeprefix(QUESTION), pace, bool(frame.answers[step]))
    if frame.step == _ASKING and frame.key not in frame.answers:
        see(frame.argument, frame.paces.get(frame.key, [0, 0]), False)
        if is_over and frame.argument in steps:
            steps[frame.argument].abandoned += 1
