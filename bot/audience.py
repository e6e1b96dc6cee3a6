"""The audience of a broadcast as conditions of a statement: who is in it, and where each would be reached."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Subquery, and_, case, exists, func, not_, or_, select, true
from sqlmodel import col
from sqlmodel import select as rows_of
from sqlmodel.sql.expression import SelectOfScalar

from flows.participation.broadcast import Audience, Broadcast
from flows.participation.tenant import Town
from flows.participation.trial import is_on_trial
from storage.broadcasts import Listed
from storage.database import Db
from storage.follows import Follow
from storage.opt_ins import AREA, OptIn
from storage.participants import Address, Participant
from storage.proposals import Proposal
from storage.responses import Respondent, Response
from storage.row import table_of
from storage.supports import Support

_SILENT = timedelta(days=365)
"""As `bot.silence`: an address that has been silent for so long may be another person's by now."""
_people, _addresses, _opt_ins = table_of(Participant), table_of(Address), table_of(OptIn)
_follows, _listed = table_of(Follow), table_of(Listed)
_proposals, _supports = table_of(Proposal), table_of(Support)
_responses, _respondents = table_of(Response), table_of(Respondent)


class Reading:
    """One broadcast read against one town's people, at one time."""

    def __init__(self, db: Db, town: Town, broadcast: Broadcast, now: datetime) -> None:
        self.tenant = db.tenant_id
        self._db, self._town, self._broadcast, self._now = db, town, broadcast, now

    def asked(self, after: int, until: int) -> ColumnElement[bool]:
        """Of the people after one and up to another, those who have said anything of the topic, and whom it is for."""
        said = select(_opt_ins.c.participant_id).where(
            _opt_ins.c.tenant_id == self.tenant,
            _opt_ins.c.topic == self._broadcast.topic,
            _opt_ins.c.participant_id > after,
            _opt_ins.c.participant_id <= until,
        )
        return and_(self.everybody(), _people.c.id.in_(said))

    def frozen(self, after: int, until: int) -> Subquery:
        """Of those who were `asked`: who they are, what they read, and their lane, "" where no channel reaches them."""
        columns = (
            _people.c.id.label("participant_id"),
            self.language.label("language"),
            func.coalesce(self.reached("lane"), "").label("lane"),
        )
        return select(*columns).where(self.asked(after, until)).offset(0).subquery("asked")

    def everybody(self) -> ColumnElement[bool]:
        """Whom it is for, whatever they have said of the topic."""
        team = (self._is_of_team(),) if is_on_trial(self._db, self._town) else ()
        return and_(self._is_theirs, *team, *self._conditions(self._broadcast.audience))

    def has_said(self) -> ColumnElement[bool]:
        """They have said yes or no to the topic."""
        return self._theirs(_opt_ins, _opt_ins.c.topic == self._broadcast.topic)

    def stretch(self, after: int, count: int) -> SelectOfScalar[int]:
        """The ids of so many people after one who have said anything of the topic."""
        person = col(OptIn.participant_id)
        said = rows_of(person).where(col(OptIn.topic) == self._broadcast.topic, person > after)
        return said.distinct().order_by(person).limit(count)

    def still(self, people: Collection[int]) -> SelectOfScalar[int]:
        """Those of these people whom it is for now."""
        is_so = and_(self._is_theirs, *self._conditions(self._broadcast.audience))
        return rows_of(Participant.id).where(col(Participant.id).in_(people), is_so)

    @property
    def person(self) -> ColumnElement[int]:
        """The id of each."""
        return _people.c.id

    @property
    def language(self) -> ColumnElement[str]:
        """What a person reads."""
        return case((_people.c.language == "", self._town.language), else_=_people.c.language)

    def reached(self, column: str) -> ColumnElement[Any]:
        """A column of the address by which a person would be reached: of those where they asked for the topic, the one
        they wrote from last; null where there is none."""
        return (
            select(_addresses.c[column])
            .where(
                *self._is_live,
                _addresses.c.participant_id == _people.c.id,
                self.is_in(_addresses.c.channel),
            )
            .order_by(_addresses.c.heard_at.desc().nulls_last(), _addresses.c.id.desc())
            .limit(1)
            .correlate(_people)
            .scalar_subquery()
        )

    def has_opted_in(self, person: ColumnElement[int]) -> ColumnElement[bool]:
        """As `is_in`, of a person that another table names."""
        said = exists().where(
            _opt_ins.c.tenant_id == self.tenant,
            _opt_ins.c.participant_id == person,
            _opt_ins.c.topic == self._broadcast.topic,
            _opt_ins.c.is_in.is_(true()),
        )
        return said.correlate(person.table)

    def is_in(self, channel: ColumnElement[str] | None = None) -> ColumnElement[bool]:
        """They asked for the topic, on this channel or on any."""
        return self._opted_in(self._broadcast.topic, channel)

    def _opted_in(self, topic: str, channel: ColumnElement[str] | None = None) -> ColumnElement[bool]:
        there = () if channel is None else (_opt_ins.c.channel == channel,)
        said = exists().where(
            _opt_ins.c.tenant_id == self.tenant,
            _opt_ins.c.participant_id == _people.c.id,
            _opt_ins.c.topic == topic,
            _opt_ins.c.is_in.is_(true()),
            *there,
        )
        return said.correlate(_people, _addresses)

    @property
    def _is_live(self) -> Sequence[ColumnElement[bool]]:
        """An address of the town that may be written to."""
        heard_at = func.coalesce(_addresses.c.heard_at, _addresses.c.proved_at)
        is_in_use = (_addresses.c.stopped_at.is_(None), _addresses.c.doubted_at.is_(None))
        return (_addresses.c.tenant_id == self.tenant, *is_in_use, heard_at > self._now - _SILENT)

    @property
    def _is_theirs(self) -> ColumnElement[bool]:
        """Anybody of the town: the condition that always holds."""
        return _people.c.tenant_id == self.tenant

    def _is_of_team(self) -> ColumnElement[bool]:
        """A town on trial writes to nobody else."""
        hashes = [self._db.address_hash(channel, id) for channel, id in self._town.team]
        return self._theirs(_addresses, _addresses.c.hash.in_(hashes))

    def _conditions(self, audience: Audience) -> Iterator[ColumnElement[bool]]:
        yield from self._facts(audience)
        for each in audience.all_of:
            yield from self._conditions(each)
        if audience.any_of:
            yield or_(*(and_(self._is_theirs, *self._conditions(each)) for each in audience.any_of))
        for each in audience.none_of:
            yield not_(and_(self._is_theirs, *self._conditions(each)))

    def _facts(self, audience: Audience) -> Iterator[ColumnElement[bool]]:
        if audience.follows:
            yield self._theirs(_follows, _follows.c.subject == audience.follows)
        if audience.took_part:
            yield self._took_part(audience.took_part)
        if audience.answered:
            yield or_(*self._answered([audience.answered]))
        if audience.language:
            yield self.language == audience.language
        if audience.channel:
            yield func.coalesce(self.reached("channel"), "") == audience.channel
        if audience.area:
            yield self._opted_in(f"{AREA}{audience.area}")
        if audience.listed:
            yield self._listed(audience.listed)

    def _theirs(
        self, table: Any, *conditions: ColumnElement[bool], person: str = "participant_id"
    ) -> ColumnElement[bool]:
        is_theirs = exists().where(table.c.tenant_id == self.tenant, table.c[person] == _people.c.id, *conditions)
        return is_theirs.correlate(_people)

    def _took_part(self, process: str) -> ColumnElement[bool]:
        found = self._town.process(process)
        surveys = [survey for phase in found.phases for survey in phase.surveys] if found else []
        return or_(
            self._theirs(_proposals, _proposals.c.process == process, person="author_id"),
            self._theirs(_supports, _supports.c.process == process),
            *self._answered(surveys),
        )

    def _answered(self, surveys: list[str]) -> Iterator[ColumnElement[bool]]:
        yield self._theirs(_responses, _responses.c.survey.in_(surveys))
        yield self._theirs(_respondents, _respondents.c.survey.in_(surveys))

    def _listed(self, name: str) -> ColumnElement[bool]:
        is_listed = exists().where(
            _listed.c.tenant_id == self.tenant,
            _listed.c.list_name == name,
            _addresses.c.tenant_id == self.tenant,
            _addresses.c.participant_id == _people.c.id,
            _addresses.c.channel == _listed.c.channel,
            _addresses.c.hash == _listed.c.hash,
        )
        return is_listed.correlate(_people)
