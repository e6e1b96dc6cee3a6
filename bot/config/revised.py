"""What only the store tells of files before they are applied: what becomes of answers to a survey that is written anew,
and proposals that are answered and are not there."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from bot.config.complaints import nearest
from bot.config.finding import Finding
from bot.config.load import Loaded
from bot.config.reading import read_files
from bot.config.source import Source
from bot.config.spot import Spot
from flows.participation.hearers import is_readable
from flows.participation.moves import map_from, moved
from flows.participation.revision import survey_of
from flows.participation.spaces import offers_survey
from flows.participation.survey import Moved, Survey
from flows.participation.tenant import Town
from storage.database import Db
from storage.proposals import proposal_of_reference
from storage.responses import count_of, counted_after
from storage.tenants import SurveyRevision, revisions_of

_SHOWN = 8
"""Characters of a hash."""


def findings(db: Db, source: Source, loaded: Loaded, now: datetime) -> Iterator[Finding]:
    """Of every survey that was published before and asks something else now, or says what was moved."""
    yield from _unanswerable(db, loaded)
    changed = [survey for survey in loaded.town.surveys if survey.moved or _is_new(db, survey)]
    spots = {read.slug: read.spot for read in read_files(source).surveys} if changed else {}
    for survey in changed:
        spot, revisions = spots[survey.slug], revisions_of(db, survey.slug)
        if revisions and _is_new(db, survey):
            yield from _answers(db, loaded.town, survey, revisions, spot, now)
        for by, here in zip(survey.moved, spot["moved"].items, strict=True):
            yield from _map(survey, by, here, revisions)


def _unanswerable(db: Db, loaded: Loaded) -> Iterator[Finding]:
    """Answers to proposals that nobody can read."""
    for answer in loaded.answers:
        proposal = proposal_of_reference(db, answer.reference)
        if proposal is None or not is_readable(proposal):
            message = f"there is no proposal {answer.reference} that can be read: its answer is not published"
            yield answer.spot["proposal"].warning("unknown_proposal", message, "is the reference right?")


def _is_new(db: Db, survey: Survey) -> bool:
    return db.find(SurveyRevision, survey.slug, survey.hash) is None


def _answers(
    db: Db, town: Town, survey: Survey, revisions: Sequence[SurveyRevision], spot: Spot, now: datetime
) -> Iterator[Finding]:
    last = revisions[-1].hash
    hint = f"say under `moved` how they go on, with `revision: {last[:_SHOWN]}`"
    given = count_of(db, survey.slug)
    is_moved = map_from(survey, last) is not None
    if given and is_moved:
        lost = _lost(db, survey, revisions)
        message = f"{given} responses and all drafts go on in what it asks now; answers that do not fit: {lost}"
        yield spot["moved"].warning("revised", message, "drafts ask them again; responses go without them")
    elif given:
        message = f"{given} responses are to what it asked before: they are not added up with new ones"
        yield spot.warning("revised", message, hint)
    elif not is_moved and _is_open(town, survey, now):
        yield spot.warning("revised", "it is open: whoever has begun it ends it as it was", hint)


def _is_open(town: Town, survey: Survey, now: datetime) -> bool:
    processes = town.asking(survey.slug)
    return survey.is_open_at(now) and any(offers_survey(each.phase_at(now), survey.slug) for each in processes)


def _lost(db: Db, survey: Survey, revisions: Sequence[SurveyRevision]) -> int:
    """Answers that do not fit in the new revision."""
    known = {each.hash: survey_of(survey.slug, survey.code, each.hash, each.content) for each in revisions}
    lost = after = 0
    while found := counted_after(db, survey.slug, after):
        for response in found:
            by = map_from(survey, response.revision)
            if by is not None and response.revision in known:
                lost += moved(response.answers, known[response.revision], survey, by)[1]
        after = found[-1].id
    return lost


def _map(survey: Survey, by: Moved, here: Spot, revisions: Sequence[SurveyRevision]) -> Iterator[Finding]:
    """What it leads from was there."""
    if not revisions:
        return
    named = [each for each in revisions if each.hash.startswith(by.revision)]
    if len(named) != 1:
        what = "several revisions begin" if named else "no revision begins"
        known = ", ".join(each.hash[:_SHOWN] for each in revisions)
        yield here["revision"].warning("moved", f"{what} with `{by.revision}`", f"there are: {known}")
        return
    earlier = survey_of(survey.slug, survey.code, named[0].hash, named[0].content)
    slugs = [question.slug for question in earlier.questions]
    for slug, spot in here["questions"].entries:
        if slug not in slugs:
            yield spot.error("moved", f"there was no question `{slug[:60]}` in that revision", nearest(slug, slugs))
    came = {new: old for old, new in by.questions.items()}
    for slug, options in here["options"].entries:
        question = earlier.question(came.get(slug, slug))
        known_options = [option.slug for option in question.options] if question else []
        for option, spot in options.entries:
            if option not in known_options:
                message = f"`{came.get(slug, slug)}` had no option `{option[:60]}` in that revision"
                yield spot.error("moved", message, nearest(option, known_options) if known_options else "")
