"""A town with one proposal that is answered, and people who hear of it as they have chosen."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from sqlmodel import select

from flows.participation.process import Process
from storage.database import Db, Store
from storage.digests import Pace, Preference
from storage.outbox import Message
from storage.participants import Participant, Session
from storage.proposals import Proposal
from tests.bot.townsfolk import TENANT, Somebody, add_people, the_town
from tests.conftest import NOW
from tests.towns import local, said

REFERENCE = "VAL-PROP-2026-11-0001"
ANSWERED, SUBJECT = "proposal_answered", f"proposal:{REFERENCE}"
TOWN = replace(
    the_town(), processes=(Process("square", "squarecode", said("The square"), {}, said("Why"), "", (), 16),)
)
LATER = local("2026-11-25 18:00")


def add(db: Db, channels: Mapping[str, Preference], count: int = 1) -> list[int]:
    """People who write by these channels, the first last, and have chosen so; and a proposal that is answered."""
    heard = {each: NOW - timedelta(days=place) for place, each in enumerate(channels, 1)}
    people = [Somebody(addresses=dict(heard), follows={SUBJECT}) for _ in range(count)]
    add_people(db, people)
    for one in people:
        db.one(Participant, one.id).wants_updates = True
        db.one(Session, one.id).updated_at = NOW - timedelta(days=1)
        for channel, chosen in channels.items():
            row = Preference(participant_id=one.id, channel=channel, pace=chosen.pace)
            row.quiet_from, row.quiet_to = chosen.quiet_from, chosen.quiet_to
            db.add(row)
    db.add(
        Proposal(
            reference=REFERENCE,
            code="c" * 16,
            process="square",
            phase="ideas",
            author_name="Ana",
            language="ca",
            title="A tree on every corner",
            body="For shade in summer.",
            state="accepted",
            state_published_at=NOW,
            answer={"ca": "Yes."},
            published_at=NOW,
        )
    )
    return [one.id for one in people]


def sent(store: Store) -> list[str]:
    rows = store.run(TENANT, lambda db: [(each.id, each.content) for each in db.all(select(Message))])
    return [json.loads(content)["text"] for _, content in sorted(rows)]


def chosen(pace: Pace = Pace.AT_ONCE, hours: tuple[int, int] | None = None) -> Preference:
    begins, ends = hours or (None, None)
    return Preference(participant_id=0, channel="", pace=pace, quiet_from=begins, quiet_to=ends)
