"""What the town tells many at once, in the words of one reader."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from flows.keywords import Command, word_of
from flows.news import News
from flows.participation.broadcast import Broadcast, Opens, personal_in, personalised
from flows.participation.links import link_code
from flows.participation.meetings import visible_meetings
from flows.participation.spaces import visible_processes
from flows.participation.words import Words
from flows.turn import Turn
from storage.proposals import proposal_of_reference

_INSTANT = timedelta(microseconds=1)
"""An end is the first instant after the last day."""


class Unrendered(Exception):
    """The words have no meaning for this reader; the message names the placeholder, or what is gone."""


@dataclass(frozen=True, slots=True)
class _Opened:
    title: str
    code: str
    label: str
    word: str
    """What to write where there are no buttons."""
    ends_at: datetime | None = None


def announced(turn: Turn, broadcast: Broadcast, name: str) -> News:
    """The words for the reader of this public name, and what they lead to. Raises `Unrendered`."""
    opened = _opened(turn, broadcast)
    values = _values(turn, opened, name)
    said = _filled(turn.words(_texts(turn, broadcast)), values)
    how = turn.t("To go on, write {word}.", word=opened.word) if opened else ""
    title = _filled(turn.words(broadcast.title), values) or (opened.title if opened else "")
    parts = tuple(part for part in (said, how, way_out(turn, broadcast)) if part)
    if opened is None:
        return News(parts, about=title)
    return News(parts, opened.label, link_code(turn.town, opened.code), about=title)


def template_values(turn: Turn, broadcast: Broadcast, name: str) -> tuple[str, ...]:
    """What fills the broadcast's template. Raises `Unrendered`."""
    values = _values(turn, _opened(turn, broadcast), name)
    return tuple(_filled(value, values) for value in broadcast.template_values)


def is_personal(broadcast: Broadcast) -> bool:
    """The words name the reader, so that they differ from one to the next."""
    texts = (broadcast.title, *broadcast.texts.values())
    values = (*(words for text in texts for words in text.values()), *broadcast.template_values)
    return any("name" in personal_in(value) for value in values)


def way_out(turn: Turn, broadcast: Broadcast) -> str:
    """How to hear no more of the topic; how to hear nothing more is said by every message of ours."""
    topic = turn.town.topic(broadcast.topic)
    if topic is None:
        return ""
    name, stop = turn.words(topic.name), word_of(Command.STOP, turn.language)
    if topic.keyword:
        word = f"{stop} {topic.keyword.upper()}"
        return turn.t("No more of “{topic}”: {word}.", topic=name, word=word)
    return turn.t("No more of “{topic}”: {word}.", topic=name, word=word_of(Command.TOPICS, turn.language))


def _texts(turn: Turn, broadcast: Broadcast) -> Words:
    return broadcast.texts.get(turn.channel) or broadcast.texts[""]


def _filled(text: str, values: Mapping[str, str]) -> str:
    try:
        return personalised(text, values)
    except KeyError as unknown:
        raise Unrendered(f"{{{unknown.args[0]}}} stands for nothing") from None


def _values(turn: Turn, opened: _Opened | None, name: str) -> dict[str, str]:
    values = {"name": name, "title": opened.title if opened else ""}
    if opened is not None and opened.ends_at is not None:
        values["ends"] = turn.day(opened.ends_at - _INSTANT)
    return {name: value for name, value in values.items() if value}


def _opened(turn: Turn, broadcast: Broadcast) -> _Opened | None:
    found = _FINDERS[broadcast.opens](turn, broadcast.subject) if broadcast.opens else None
    if broadcast.opens and found is None:
        raise Unrendered(f"{broadcast.opens.value} {broadcast.subject} is not there")
    return found


def _survey(turn: Turn, slug: str) -> _Opened | None:
    survey = turn.town.survey(slug)
    if survey is None:
        return None
    word = survey.keyword.upper() if survey.keyword else word_of(Command.SURVEY, turn.language)
    ends = [phase.ends_at for process in turn.town.asking(slug) for phase in process.phases if slug in phase.surveys]
    ends_at = survey.ends_at or max(filter(None, ends), default=None)
    return _Opened(turn.words(survey.title), survey.code, turn.t("Answer the survey"), word, ends_at)


def _process(turn: Turn, slug: str) -> _Opened | None:
    process = next((each for each in visible_processes(turn.db, turn.town) if each.slug == slug), None)
    if process is None:
        return None
    word, ends = word_of(Command.PROCESSES, turn.language), [phase.ends_at for phase in process.phases]
    ends_at = max(filter(None, ends), default=None)
    return _Opened(turn.words(process.title), process.code, turn.t("Open it"), word, ends_at)


def _proposal(turn: Turn, reference: str) -> _Opened | None:
    proposal = proposal_of_reference(turn.db, reference)
    if proposal is None or proposal.hidden_at is not None or proposal.withdrawn_at is not None:
        return None
    return _Opened(proposal.title, f"p{proposal.code}", turn.t("Read the proposal"), reference)


def _meeting(turn: Turn, slug: str) -> _Opened | None:
    meeting = next((each for each in visible_meetings(turn.db, turn.town) if each.slug == slug), None)
    if meeting is None:
        return None
    word = word_of(Command.MEETINGS, turn.language)
    return _Opened(turn.words(meeting.title), meeting.code, turn.t("See it"), word, meeting.ends_at)


_FINDERS = {
    Opens.SURVEY: _survey,
    Opens.PROCESS: _process,
    Opens.PROPOSAL: _proposal,
    Opens.MEETING: _meeting,
}
