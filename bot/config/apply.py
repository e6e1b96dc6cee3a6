"""Making a tenant's files what is served: one revision, whole or not at all."""

from collections.abc import Iterator
from datetime import datetime

from bot.config.finding import errors_in
from bot.config.load import Faulty, Loaded
from bot.config.plan import Plan, Sign, plan
from bot.config.reading import parsed, read_files
from bot.config.source import Source, pack
from flows.participation.hearers import is_readable
from flows.participation.judgements import await_judgement
from flows.participation.proposals import is_answered_so, publish_answer
from storage.audit import record
from storage.broadcasts import schedule_from
from storage.database import Db
from storage.happenings import MEETING_CHANGED, RESULT_PROGRESSED, Happening
from storage.judgements import Claimed, inquiry_of
from storage.proposals import proposal_of_reference
from storage.tenants import Revision, SurveyRevision, Tenant


class Held(Exception):
    """What would be removed holds contributions of citizens; nothing was applied."""

    def __init__(self, held: Plan) -> None:
        spaces = [f"{one.kind} {one.name} ({one.contributions})" for one in held.changes if one.contributions]
        super().__init__(f"{held.tenant_id}: contributions would be removed from view: {', '.join(spaces)}")
        self.plan = held


def apply(db: Db, source: Source, loaded: Loaded, now: datetime, actor: str, *, removes: bool = False) -> Plan:
    """Serve these files from now on, and say what changed; the same files again change nothing.

    `loaded` is what the source loads as. Raises `Held` where spaces with contributions would go, unless `removes`;
    `Faulty` where answers would be moved from what never was.
    """
    planned = plan(db, source, loaded, now)
    if planned.is_current:
        return planned
    if errors_in(planned.findings):
        raise Faulty(source.id, planned.findings)
    if planned.removed_contributions and not removes:
        raise Held(planned)
    tenant = db.find(Tenant)
    if tenant is None:
        tenant = Tenant(tenant_id=source.id)
        db.add(tenant)
    if db.find(Revision, loaded.hash) is None:
        db.add(Revision(hash=loaded.hash, files=pack(source, parsed(read_files(source))), applied_at=now))
    _take_up(db, loaded, now, actor)
    tenant.revision, tenant.applied_at = loaded.hash, now
    for kind, subject in _heard_of(planned):
        db.add(Happening(kind=kind, subject=subject, happened_at=now))
    record(db, actor, "apply", f"tenant:{planned.tenant_id}", now, _counted(planned))
    return planned


def _take_up(db: Db, loaded: Loaded, now: datetime, actor: str) -> None:
    """What becomes rows of its own: surveys as they ask now, since when broadcasts run, answers that are published,
    and what is done, of which people will be asked whether it is."""
    for survey in loaded.town.surveys:
        if db.find(SurveyRevision, survey.slug, survey.hash) is None:
            content = dict(survey.content)
            db.add(SurveyRevision(survey=survey.slug, hash=survey.hash, content=content, published_at=now))
    for broadcast in loaded.town.broadcasts:
        schedule_from(db, broadcast.slug, broadcast.schedule.words, now)
    for answer in loaded.answers:
        proposal = proposal_of_reference(db, answer.reference)
        if proposal is None or not is_readable(proposal):
            continue  # A finding of the plan's says so.
        if not is_answered_so(proposal, answer.state, answer.words):
            publish_answer(db, answer.reference, answer.state, answer.words, now=now, actor=actor)
    for reference in (reference for result in loaded.town.results if result.is_done for reference in result.proposals):
        if inquiry_of(db, reference, Claimed.DONE) is None and proposal_of_reference(db, reference) is not None:
            await_judgement(db, reference, Claimed.DONE, now)


def _heard_of(planned: Plan) -> Iterator[tuple[str, str]]:
    """Kind and subject of what people hear of: results that are new or further on, meetings at another time or place.

    A new town has nobody to tell.
    """
    for change in planned.changes if planned.applied else ():
        name, fields = f"{change.kind}:{change.name}", {*change.fields}
        is_new = change.sign is Sign.ADDED
        if change.kind == "result" and (is_new or {"progress", "status", "timeline"} & fields):
            yield RESULT_PROGRESSED, name
        if change.kind == "meeting" and {"starts_at", "ends_at", "place", "online_url"} & fields:
            yield MEETING_CHANGED, name


def _counted(planned: Plan) -> dict[str, object]:
    counts = {sign.name.lower(): sum(one.sign is sign for one in planned.changes) for sign in Sign}
    return {
        "before": planned.applied,
        "after": planned.revision,
        **counts,
        "removed_contributions": planned.removed_contributions,
    }
