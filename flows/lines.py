"""What waits to be told together, a line each, as it stands when it is told: what is over or taken back is no line."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from flows import card
from flows.invitation import when
from flows.participation.hearers import commented_on, is_readable
from flows.participation.meetings import visible_meetings
from flows.participation.process import Process
from flows.participation.published import published
from flows.participation.results import visible_results
from flows.participation.spaces import visible_processes
from flows.participation.supports import hides_counts, standing
from flows.participation.survey import Survey
from flows.turn import Turn
from storage.comments import count_since as comments_since
from storage.digests import Note
from storage.happenings import (
    COMMENT_PUBLISHED,
    MEETING_CHANGED,
    MEETING_SOON,
    PHASE_CLOSED,
    PHASE_ENDING,
    PHASE_OPENED,
    PROCESS_RETURNED,
    PROPOSAL_ANSWERED,
    PROPOSAL_PUBLISHED,
    PROPOSAL_SUPPORTED,
    PROPOSAL_WITHDRAWN,
    RESULT_PROGRESSED,
    RESULTS_PUBLISHED,
    SURVEY_ENDING,
)
from storage.proposals import Proposal, proposal_of_reference, published_since
from storage.responses import response_of
from storage.supports import count_since as supports_since

_MOST = 60
_OF_A_PROCESS = 5
"""New proposals of one process that have a line each."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its words, the step that opens it, and the reference of a proposal that can be supported, if any."""

    words: str
    place: str
    proposal: str = ""


def lines(turn: Turn, notes: Sequence[Note]) -> list[Line]:
    """In the order in which things happened."""
    found = [line for note in notes for line in _SAID[note.kind](turn, note)]
    return list({line.place: line for line in found}.values())[:_MOST]


def _published(turn: Turn, note: Note) -> Iterator[Line]:
    process = _process(turn, note.subject)
    if process is None:
        return
    new = published_since(turn.db, process.slug, note.happened_at, turn.participant_id, _OF_A_PROCESS + 1)
    for proposal in new[:_OF_A_PROCESS]:
        words = turn.t("New: “{title}”", title=proposal.title)
        yield Line(words, f"read.proposal:{proposal.reference}", _if_open(turn, proposal))
    if len(new) > _OF_A_PROCESS:
        title = turn.words(process.title)
        yield Line(turn.t("More new proposals in “{process}”", process=title), f"browse.proposals:{process.slug}")


def _supported(turn: Turn, note: Note) -> Iterator[Line]:
    proposal = _proposal(turn, note)
    process = turn.town.process(proposal.process) if proposal is not None else None
    if proposal is None or process is None or hides_counts(process, turn.now):
        return
    count = supports_since(turn.db, proposal.id, note.happened_at, turn.participant_id)
    if count:
        words = turn.tn(
            "“{title}”: {count} new support", "“{title}”: {count} new supports", count, title=proposal.title
        )
        yield Line(words, f"read.life:{proposal.reference}", _if_open(turn, proposal))


def _commented(turn: Turn, note: Note) -> Iterator[Line]:
    topic = commented_on(turn.db, turn.town, note.subject)
    count = comments_since(turn.db, note.subject, note.happened_at, turn.participant_id) if topic is not None else 0
    if topic is not None and count:
        title = topic.title if isinstance(topic.title, str) else turn.words(topic.title)
        words = turn.tn("“{title}”: {count} new comment", "“{title}”: {count} new comments", count, title=title)
        yield Line(words, f"listen.thread:{note.subject}")


def _answered(turn: Turn, note: Note) -> Iterator[Line]:
    if (proposal := _proposal(turn, note)) is not None:
        words = turn.t("“{title}”: answered, {state}", title=proposal.title, state=card.state(turn, proposal))
        yield Line(words, f"read.life:{proposal.reference}")


def _withdrawn(turn: Turn, note: Note) -> Iterator[Line]:
    proposal = proposal_of_reference(turn.db, note.subject.partition(":")[2])
    if proposal is not None and proposal.withdrawn_at is not None and proposal.hidden_at is None:
        words = turn.t("“{title}”: withdrawn by its author", title=proposal.title or proposal.reference)
        yield Line(words, f"read.life:{proposal.reference}")


def _progressed(turn: Turn, note: Note) -> Iterator[Line]:
    for result in visible_results(turn.db, turn.town):
        if f"result:{result.slug}" == note.subject:
            done = turn.t("{percent} %", percent=result.progress)
            words = turn.t("“{title}”: {status}", title=turn.words(result.title), status=turn.words(result.status))
            yield Line(f"{words}, {done}", f"result.show:{result.slug}")


def _counted(turn: Turn, note: Note) -> Iterator[Line]:
    survey = _survey(turn, note)
    if survey is not None and published(turn.db, survey) is not None:
        words = turn.t("“{title}”: the results are there", title=turn.words(survey.title))
        yield Line(words, f"reveal.start|{survey.slug}")


def _phase(turn: Turn, note: Note) -> Iterator[Line]:
    """Only as it is now: one line of a process, whatever began and ended meanwhile."""
    process = _process(turn, f"process:{_name(note).partition('/')[0]}")
    if process is None:
        return
    title, phase = turn.words(process.title), process.phase_at(turn.now)
    if phase is None:
        words = turn.t("“{process}”: {standing}", process=title, standing=card.standing(turn, process))
    else:
        until = card.deadline(turn, phase)
        words = turn.t("“{process}”: {phase}, {deadline}", process=title, phase=turn.words(phase.title), deadline=until)
    yield Line(words, f"browse.process:{process.slug}")


def _ending(turn: Turn, note: Note) -> Iterator[Line]:
    survey = _survey(turn, note)
    if survey is None or survey.ends_at is None or survey.ends_at <= turn.now:
        return
    if response_of(turn.db, survey.slug, turn.participant_id) is None:
        zone = turn.town.zone
        until = turn.catalogue.deadline(survey.ends_at.astimezone(zone), turn.now.astimezone(zone))
        words = turn.t("“{title}”: you can answer it {deadline}", title=turn.words(survey.title), deadline=until)
        yield Line(words, f"respond.start|{survey.slug}")


def _meeting(turn: Turn, note: Note) -> Iterator[Line]:
    for meeting in visible_meetings(turn.db, turn.town):
        if meeting.slug == _name(note) and turn.now < meeting.ends_at:
            words = turn.t("“{title}”: {when}", title=turn.words(meeting.title), when=when(turn, meeting))
            yield Line(words, f"meeting.show:{meeting.slug}")


def _returned(turn: Turn, note: Note) -> Iterator[Line]:
    if (process := _process(turn, f"process:{_name(note)}")) is not None and process.outcome is not None:
        words = turn.t("“{process}”: what came of it", process=turn.words(process.title))
        yield Line(words, f"browse.returned:{process.slug}")


_SAID: Mapping[str, Callable[[Turn, Note], Iterator[Line]]] = {
    PROPOSAL_PUBLISHED: _published,
    PROPOSAL_SUPPORTED: _supported,
    PROPOSAL_ANSWERED: _answered,
    PROPOSAL_WITHDRAWN: _withdrawn,
    COMMENT_PUBLISHED: _commented,
    RESULT_PROGRESSED: _progressed,
    RESULTS_PUBLISHED: _counted,
    PHASE_OPENED: _phase,
    PHASE_ENDING: _phase,
    PHASE_CLOSED: _phase,
    PROCESS_RETURNED: _returned,
    SURVEY_ENDING: _ending,
    MEETING_SOON: _meeting,
    MEETING_CHANGED: _meeting,
}


def _name(note: Note) -> str:
    return note.subject.partition(":")[2].partition("@")[0]


def _process(turn: Turn, subject: str) -> Process | None:
    shown = visible_processes(turn.db, turn.town)
    return next((each for each in shown if f"process:{each.slug}" == subject), None)


def _proposal(turn: Turn, note: Note) -> Proposal | None:
    found = proposal_of_reference(turn.db, note.subject.partition(":")[2])
    return found if found is not None and is_readable(found) else None


def _survey(turn: Turn, note: Note) -> Survey | None:
    return turn.town.survey(_name(note))


def _if_open(turn: Turn, proposal: Proposal) -> str:
    """Its reference, where this person can support it now."""
    stands = standing(turn, proposal)
    return proposal.reference if stands is not None and stands.why_not is None else ""
