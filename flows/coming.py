"""What people are told because its day has come: phases, meetings, and the results of surveys that have closed."""

from flows import card
from flows.counted import Told
from flows.invitation import when, where
from flows.keywords import Command, word_of
from flows.news import News
from flows.participation.figures import Results
from flows.participation.links import link_code
from flows.participation.meeting import Meeting
from flows.participation.process import Phase, Process
from flows.participation.refusal import why_not
from flows.participation.spaces import check_can_propose, possible_in
from flows.participation.survey import Survey
from flows.participation.surveys import answered_among, check_may_answer
from flows.text import cut
from flows.turn import Turn
from storage.proposals import proposals_by_author_in
from storage.responses import response_of

_QUOTED = 300
"""Characters of an answer, which is whole on its proposal's card."""


def counted(turn: Turn, survey: Survey, results: Results) -> News:
    """A survey has closed, and what its answers add up to is there."""
    told = Told(results, turn.language, turn.town.language, turn.town.zone)
    title = turn.words(survey.title)
    news = turn.tn(
        "The results of “{title}” are there, of {number} answer.",
        "The results of “{title}” are there, of {number} answers.",
        results.responses,
        title=title,
        number=told.number(results.responses),
    )
    first = next((each for each in results.figures if each.lines and not each.is_hidden), None)
    words = (told.sentence(first),) if first is not None else ()
    how = turn.t("To see it all, write RESULTS.")
    return News((news, *words, how), turn.t("See the results"), link_code(turn.town, survey.code), about=title)


def opened(turn: Turn, process: Process, phase: Phase) -> News:
    """A phase of a process has begun, and what can be done in it that this person has not done."""
    news = turn.t(
        "“{process}”: the phase “{phase}” has begun, {deadline}.",
        process=turn.words(process.title),
        phase=turn.words(phase.title),
        deadline=card.deadline(turn, phase),
    )
    acts, first = _to_do(turn, process)
    return _of_process(turn, process, f"{news} {acts}".rstrip(), first or Command.PROCESSES)


def ending(turn: Turn, process: Process, phase: Phase) -> News | None:
    """A phase of a process ends soon, and there is something in it that this person can still do."""
    acts, first = _to_do(turn, process)
    if first is None:
        return None
    news = turn.t(
        "“{process}”: the phase “{phase}” ends soon, {deadline}.",
        process=turn.words(process.title),
        phase=turn.words(phase.title),
        deadline=card.deadline(turn, phase),
    )
    return _of_process(turn, process, f"{news} {acts}", first)


def closed(turn: Turn, process: Process, phase: Phase) -> News:
    """A phase of a process has ended and none follows it at once; when the next one begins."""
    title, name = turn.words(process.title), turn.words(phase.title)
    news = turn.t("“{process}”: the phase “{phase}” has ended.", process=title, phase=name)
    return _of_process(turn, process, f"{news} {card.resting(turn, process)}", Command.PROCESSES)


def returned(turn: Turn, process: Process) -> News | None:
    """A process is closed: what came of it, and first of what this person proposed in it."""
    if process.outcome is None:
        return None
    title, town = turn.words(process.title), turn.words(turn.town.name)
    parts = [
        turn.t("“{process}” is closed, and {town} tells what came of it:", process=title, town=town),
        turn.words(process.outcome.summary),
    ]
    for own in proposals_by_author_in(turn.db, turn.participant_id, process.slug):
        state = card.state(turn, own)
        yours = turn.t(
            "Yours, “{title}” ({reference}): {state}.", title=own.title, reference=own.reference, state=state
        )
        parts.append(f"{yours}\n{cut(turn.words(own.answer), _QUOTED)}".rstrip())
    parts.append(_go_on(turn, Command.PROCESSES))
    return News(tuple(parts), turn.t("Each proposal and its answer"), link_code(turn.town, process.code), about=title)


def last_call(turn: Turn, survey: Survey) -> News | None:
    """A survey closes soon, and this person may answer it and has not."""
    if survey.ends_at is None or response_of(turn.db, survey.slug, turn.participant_id) is not None:
        return None
    if why_not(lambda: check_may_answer(turn, survey.slug)) is not None:
        return None
    title, zone = turn.words(survey.title), turn.town.zone
    deadline = turn.catalogue.deadline(survey.ends_at.astimezone(zone), turn.now.astimezone(zone))
    said = turn.t("“{title}” closes soon: you can answer it {deadline}.", title=title, deadline=deadline)
    how = turn.t("To go on, write {word}.", word=survey.keyword.upper() or word_of(Command.SURVEY, turn.language))
    return News((said, how), turn.t("Answer"), link_code(turn.town, survey.code), about=title)


def unfinished(turn: Turn, flow: str, about: str) -> News | None:
    """A proposal or a survey was begun and not sent, and still can be."""
    if flow == "respond":
        survey = turn.town.survey(about)
        if survey is None or response_of(turn.db, about, turn.participant_id) is not None:
            return None
        if why_not(lambda: check_may_answer(turn, about)) is not None:
            return None
        title, code, label = turn.words(survey.title), survey.code, turn.t("Answer")
        said = turn.t("You began to answer “{title}” and have not sent it. What you wrote is kept.", title=title)
        word = survey.keyword.upper() or word_of(Command.SURVEY, turn.language)
    else:
        process = turn.town.process(about)
        if process is None or why_not(lambda: check_can_propose(process, turn.now)) is not None:
            return None
        title, code, label = turn.words(process.title), process.code, turn.t("Open it")
        said = turn.t("You began a proposal for “{title}” and have not sent it. What you wrote is kept.", title=title)
        word = word_of(Command.PROPOSE, turn.language)
    how = turn.t("To go on, write {word}.", word=word)
    return News((said, how), label, link_code(turn.town, code), about=title)


def soon(turn: Turn, meeting: Meeting) -> News:
    """A meeting is near."""
    title = turn.words(meeting.title)
    return _meeting(turn, meeting, turn.t("Soon: “{title}”, {when}.", title=title, when=when(turn, meeting)))


def moved(turn: Turn, meeting: Meeting) -> News:
    """A meeting is at another time or place."""
    title = turn.words(meeting.title)
    said = turn.t("“{title}” has changed. It is now {when}.", title=title, when=when(turn, meeting))
    return _meeting(turn, meeting, said)


def _meeting(turn: Turn, meeting: Meeting, said: str) -> News:
    words = "\n".join((said, *where(turn, meeting)))
    how = _go_on(turn, Command.MEETINGS)
    return News((words, how), turn.t("See it"), link_code(turn.town, meeting.code), about=turn.words(meeting.title))


def _of_process(turn: Turn, process: Process, said: str, command: Command) -> News:
    link, title = link_code(turn.town, process.code), turn.words(process.title)
    return News((said, _go_on(turn, command)), turn.t("Open it"), link, about=title)


def _go_on(turn: Turn, command: Command) -> str:
    return turn.t("To go on, write {word}.", word=word_of(command, turn.language))


def _to_do(turn: Turn, process: Process) -> tuple[str, Command | None]:
    """What can be done in a process now, in words, and the keyword of the first that this person has not done."""
    possible = possible_in(process, turn.town, turn.now)
    if possible is None:
        return "", None
    answered = answered_among(turn, [possible])
    acts = card.acts(turn, possible, answered)
    if possible.can_propose:
        return acts, Command.PROPOSE
    if any(survey.slug not in answered for survey in possible.surveys):
        return acts, Command.SURVEY
    if possible.can_support:
        return acts, Command.SUPPORT
    return acts, Command.PROCESSES if possible.can_comment else None
